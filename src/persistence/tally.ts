// Tally: what the records of a store say of each other, counted while they are read one by one, so that what is missing
// can be named at the end. It keeps a few numbers a goal, and the ids of tasks whose end was journaled.
import { crc32 } from 'node:zlib';
import { addressOf } from '../model/address.js';
import { goalEnds } from '../model/goal.js';
import type { Plan } from '../model/plan.js';
import type { TaskRecord } from '../model/task.js';
import { damaged } from './codec.js';
import { goalIdOfKey, keys } from './keys.js';
import { partSize } from './plans.js';
import type { GoalRecord, RecordOf } from './records.js';

/** One thing that is wrong. */
export interface Wrong {
  readonly severity: 'warning' | 'error';
  readonly message: string;
  readonly goal?: string;
  /** The record that cannot be trusted, and its text. */
  readonly damaged?: { readonly key: string; readonly text: string };
}

/** A number of entries, and a sum that tells one set of them from another. */
interface Count {
  n: number;
  sum: number;
}

interface GoalTally {
  record: GoalRecord | undefined;
  readonly journaled: Count;
  readonly indexed: Count;
  /** Tasks whose end was journaled. */
  readonly ended: Set<string>;
  /** Tasks that began an attempt and have not ended, by the journal. */
  readonly started: Set<string>;
  /** Tasks whose record says that they have ended. */
  readonly over: Set<string>;
  readonly actors: Set<string>;
  /** The keys of actors that have an effect under way. */
  readonly owners: Set<string>;
  readonly plans: Plan[];
  readonly pieces: Set<string>;
  spoilt: boolean;
}

export type Tally = ReturnType<typeof createTally>;

const newCount = (): Count => ({ n: 0, sum: 0 });
const add = (count: Count, text: string): void => {
  count.n += 1;
  count.sum = (count.sum + crc32(text)) >>> 0;
};

/** Makes an empty tally. */
export function createTally() {
  const all = new Map<string, GoalTally>();
  const listed = new Set<string>();
  /** Goals that are being deleted: of them, nothing is missing. */
  const going = new Set<string>();
  const blobs = new Set<string>();
  const counted = new Map<string, number>();
  const used = new Map<string, number>();
  let hasFormat = false;
  let openCount: number | undefined;

  const of = (goalId: string): GoalTally => {
    const known = all.get(goalId);
    if (known !== undefined) return known;
    const fresh: GoalTally = {
      record: undefined,
      journaled: newCount(),
      indexed: newCount(),
      ended: new Set(),
      started: new Set(),
      over: new Set(),
      actors: new Set(),
      owners: new Set(),
      plans: [],
      pieces: new Set(),
      spoilt: false,
    };
    all.set(goalId, fresh);
    return fresh;
  };

  function missing(): Wrong[] {
    const wrongs: Wrong[] = hasFormat
      ? []
      : [wrong(undefined, damaged(keys.format, 'it is missing').message)];
    for (const [goalId, one] of all) if (!going.has(goalId)) wrongs.push(...ofGoal(goalId, one, listed));
    for (const key of listed) if (going.has(key.slice(key.lastIndexOf('/') + 1))) listed.delete(key);
    // A goal whose record is damaged says so itself.
    const open = [...all.values()].filter(({ record, spoilt }) =>
      record === undefined ? spoilt : !goalEnds.has(record.status),
    );
    if (openCount !== undefined && openCount > open.length)
      wrongs.push(wrong(undefined, `${openCount} goals have not ended, but only ${open.length} are there`));
    for (const key of listed) wrongs.push(wrong(undefined, `${key} lists a goal that is not there`));
    for (const [hash, n] of used) {
      if (!blobs.has(hash)) wrongs.push(wrong(undefined, damaged(keys.blob(hash), 'it is missing').message));
      if ((counted.get(hash) ?? 0) < n)
        wrongs.push(wrong(undefined, damaged(keys.blobCount(hash), `it counts less than ${n}`).message));
    }
    return wrongs;
  }

  return {
    goal: (record: GoalRecord) => void (of(record.id).record = record),
    begun(goalId: string) {
      of(goalId).ended.clear();
      of(goalId).started.clear();
      Object.assign(of(goalId).journaled, newCount());
    },
    journaled: (goalId: string, tail: string) => add(of(goalId).journaled, tail),
    indexed: (goalId: string, tail: string) => add(of(goalId).indexed, tail),
    ended(goalId: string, taskId: string) {
      of(goalId).ended.add(taskId);
      of(goalId).started.delete(taskId);
    },
    started: (goalId: string, taskId: string) => void of(goalId).started.add(taskId),
    task(goalId: string, taskId: string, { endedAt, output }: TaskRecord) {
      if (endedAt !== undefined) of(goalId).over.add(taskId);
      if (output !== undefined && 'blob' in output) used.set(output.blob, (used.get(output.blob) ?? 0) + 1);
    },
    actor: (goalId: string, key: string) => void of(goalId).actors.add(key),
    effect: (goalId: string, owner: string) => void of(goalId).owners.add(owner),
    plan: (goalId: string, plan: Plan) => void of(goalId).plans.push(plan),
    planPiece: (goalId: string, key: string) => void of(goalId).pieces.add(key),
    blob: (hash: string) => void blobs.add(hash),
    blobCount: (hash: string, { count }: RecordOf<'blobCount'>) => void counted.set(hash, count),
    listed: (key: string) => void listed.add(key),
    removing: (goalId: string) => void going.add(goalId),
    openCount: ({ count }: RecordOf<'openCount'>) => void (openCount = count),
    format: () => void (hasFormat = true),
    /** Says that a record is damaged: what it would have said is not missing besides. */
    spoil(key: string) {
      if (key === keys.format) hasFormat = true;
      const goal = goalIdOfKey(key);
      if (goal !== undefined) of(goal).spoilt = true;
      // Nobody knows whose facts these were.
      else if (key.startsWith(keys.journalAll.gte)) for (const one of all.values()) one.spoilt = true;
    },
    goals() {
      const counts: Record<string, number> = {};
      for (const { record } of all.values())
        if (record !== undefined) counts[record.status] = (counts[record.status] ?? 0) + 1;
      return counts;
    },
    missing,
  };
}

const wrong = (goal: string | undefined, message: string): Wrong => ({
  severity: 'error',
  message,
  ...(goal === undefined ? {} : { goal }),
});

/** What is missing of one goal. Takes its entry off those that are listed. */
function ofGoal(goalId: string, one: GoalTally, listed: Set<string>): Wrong[] {
  const { record, journaled, indexed, ended, over, actors, owners } = one;
  const lacking: string[] = [];
  // Of a goal that was collected the journal is left.
  if (record === undefined && one.over.size + actors.size + one.plans.length + one.pieces.size === 0)
    return [];
  if (record === undefined) {
    for (const key of listed) if (key.endsWith(`/${goalId}`)) listed.delete(key);
    return one.spoilt ? [] : [wrong(goalId, damaged(keys.goal(goalId), 'it is missing').message)];
  }
  const { status, createdAt, fault } = record;
  const isOpen = !goalEnds.has(status);
  const entry = keys.goalIndex(isOpen ? 'open' : status, createdAt, goalId);
  if (!listed.delete(entry)) lacking.push(entry);
  if (isOpen) {
    const goalActor = keys.actor(addressOf.goal(goalId));
    const atWork = [...one.started].map((taskId) => keys.actor(addressOf.task(goalId, taskId)));
    for (const key of [goalActor, ...owners, ...atWork]) if (!actors.has(key)) lacking.push(key);
  }
  for (const taskId of ended) if (!over.has(taskId)) lacking.push(keys.task(goalId, taskId));
  lacking.push(...planLacks(goalId, one));
  const wrongs = one.spoilt ? [] : lacking.map((key) => wrong(goalId, damaged(key, 'it is missing').message));
  if (!one.spoilt && (journaled.n !== indexed.n || journaled.sum !== indexed.sum))
    wrongs.push(wrong(goalId, `the journal has ${journaled.n} batches of it, its index ${indexed.n}`));
  if (fault !== undefined) wrongs.push(wrong(goalId, `set aside: ${fault.message}`));
  return wrongs;
}

function planLacks(goalId: string, { record, plans, pieces }: GoalTally): string[] {
  const lacking: string[] = [];
  const newest = record?.planVersion ?? 0;
  if (newest > 0 && !plans.some(({ version }) => version === newest)) lacking.push(keys.plan(goalId, newest));
  for (const { version, taskCount } of plans) {
    const wanted = [keys.planGraph(goalId, version)];
    for (let n = 0; n * partSize < taskCount; n++) wanted.push(keys.planPart(goalId, version, n));
    lacking.push(...wanted.filter((key) => !pieces.has(key)));
  }
  return lacking;
}
