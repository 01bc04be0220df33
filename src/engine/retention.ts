// Retention: deletes ended goals that are over age, count or bytes, with all that belongs to them, in small steps,
// and gives the space back. Goals that have not ended, and those that such goals depend on, are never touched.
import { EngineError } from '../errors.js';
import { goalEnds } from '../model/goal.js';
import { decodeRecord } from '../persistence/codec.js';
import { keys } from '../persistence/keys.js';
import type { Database } from '../persistence/ledger.js';
import { type GoalRecord, parseRecord } from '../persistence/records.js';
import { oldStoreFacts, readSlice, recordsOf, removalsUnderWay } from '../persistence/removal.js';
import type { Runtime } from './runtime-types.js';
import type { Compaction, Space } from './space.js';

export interface RetentionLimits {
  readonly olderThanMs?: number;
  readonly keep?: number;
  readonly maxBytes?: number;
}

export interface Retention {
  /** Deletes what may go. Gives the goals and the bytes freed; a dry run only says what would go. */
  collect(options: RetentionLimits & { dryRun?: boolean }): Promise<{ goals: string[]; bytes: number }>;
  /** Ends the deletion of a goal that is under way, so that its id is free. */
  finish(goalId: string): Promise<void>;
  /** Resolves when nothing is being deleted any more; what was begun goes on with the next engine. */
  close(): Promise<void>;
}

/** What has to be known of an ended goal. */
type EndedGoal = Pick<GoalRecord, 'id' | 'status' | 'createdAt'> & { readonly endedAt: number };

/** Goals whose deletion begins in one batch. */
const marksAtOnce = 100;

/** From so many bytes on, what was deleted is compacted at once; else LevelDB does it in its own time. */
const compactFrom = 256 * 1024;

/** Makes the retention of an engine. Its steps are done one after another. */
export function createRetention({ runtime, space }: { runtime: Runtime; space: Space }): Retention {
  const { ledger, clock, config } = runtime.options;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  /** One at a time. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  const isClosing = (): boolean => closed || runtime.closing.signal.aborted;
  // A disk that is in trouble has others to serve first.
  const isStopped = (): boolean => isClosing() || ledger.broken() !== undefined || ledger.disk.isAway();

  /** From here on the goals are not known any more. */
  async function mark(goals: readonly EndedGoal[]): Promise<void> {
    await runtime.system.perform('', (turn) => {
      for (const { id, status, createdAt } of goals) {
        turn.changes.remove(keys.goal(id));
        turn.changes.remove(keys.goalIndex(status, createdAt, id));
        turn.changes.put('removal', keys.removal(id), { at: turn.at, bytes: 0, facts: 0 });
      }
    });
  }

  /** One slice. Gives the bytes that it has freed. */
  async function step(goals: readonly string[]): Promise<number> {
    const slice = await ledger.disk.reading((db) => readSlice(db, ledger, goals));
    let freed = 0;
    await runtime.system.perform('', (turn) => {
      const blobs = slice.apply(turn.changes);
      for (const [id, { bytes, facts }] of slice.removed) {
        const before = ledger.read('removal', keys.removal(id)) ?? { at: turn.at, bytes: 0, facts: 0 };
        const now = {
          at: before.at,
          bytes: before.bytes + bytes + (blobs.get(id) ?? 0),
          facts: before.facts + facts,
        };
        freed += now.bytes - before.bytes;
        if (!slice.finished.includes(id)) turn.changes.put('removal', keys.removal(id), now);
        else {
          turn.changes.remove(keys.removal(id));
          // A fact of no goal: a later goal may have the same id.
          const data = { goal: id, bytes: now.bytes, facts: now.facts };
          turn.changes.fact({ at: turn.at, goal: '', actor: `goal/${id}`, type: 'engine.collected', data });
        }
      }
    });
    return freed;
  }

  /** Deletes what is marked, until nothing is left or the engine stops. */
  async function sweep(compaction: Compaction): Promise<number> {
    let freed = 0;
    let under = await ledger.disk.reading(removalsUnderWay);
    while (under.length > 0 && !isStopped()) {
      for (const id of under) compaction.add(id);
      freed += await step(under);
      under = await ledger.disk.reading(removalsUnderWay);
    }
    return freed;
  }

  async function forgetOldFacts(maxAgeMs: number): Promise<void> {
    while (!isStopped()) {
      const before = clock.now() - maxAgeMs;
      const old = await ledger.disk.reading((db) => oldStoreFacts(db, ledger, before));
      if (old.count === 0) return;
      await runtime.system.perform('', (turn) => {
        old.apply(turn.changes);
        const data = { facts: old.count };
        turn.changes.fact({ at: turn.at, goal: '', actor: 'engine', type: 'engine.forgot', data });
      });
    }
  }

  async function collect(options: RetentionLimits & { dryRun?: boolean }) {
    const trouble = ledger.disk.trouble();
    if (trouble !== undefined) throw trouble;
    await ledger.settled();
    const { retention } = config;
    const {
      olderThanMs = retention.maxAgeMs,
      keep = retention.maxGoals,
      maxBytes = retention.maxBytes,
    } = options;
    const dry = options.dryRun === true;
    const compaction = space.compaction(isStopped);
    let freed = dry ? 0 : await sweep(compaction);
    let bytes = freed;
    const ended = await ledger.disk.reading(endedGoals);
    const old = clock.now() - olderThanMs;
    const excess = ended.length === 0 ? 0 : (await space.bytes()) - maxBytes;
    const isOver = ({ endedAt }: EndedGoal, place: number): boolean =>
      ended.length - place > keep || endedAt < old || bytes < excess;
    const goals: string[] = [];
    const needed = ended.some(isOver) ? await ledger.disk.reading(neededGoals) : new Set<string>();
    for (let place = 0; place < ended.length && !isStopped(); ) {
      const going: EndedGoal[] = [];
      // When it is for the space, the next goal is chosen when it is known what the last one gave.
      for (let one = ended[place]; one !== undefined && isOver(one, place); one = ended[++place]) {
        if (needed.has(one.id)) continue;
        going.push(one);
        if (dry) bytes += await ledger.disk.reading((db) => bytesOf(db, one.id));
        if (going.length >= marksAtOnce || (excess > 0 && !dry)) {
          place += 1;
          break;
        }
      }
      if (going.length === 0) break;
      goals.push(...going.map(({ id }) => id));
      if (dry) continue;
      await mark(going);
      freed = await sweep(compaction);
      bytes += freed;
    }
    if (!dry && !isStopped()) await forgetOldFacts(retention.maxAgeMs);
    if (!dry && bytes >= compactFrom) await compaction.run();
    return { goals, bytes };
  }

  return {
    collect: (options) => alone(() => collect(options)),
    finish: (goalId) =>
      alone(async () => {
        while (ledger.read('removal', keys.removal(goalId)) !== undefined) {
          if (isStopped())
            throw new EngineError('ENGINE_CLOSED', 'The engine was closed and takes no goals.');
          await step([goalId]);
        }
      }),
    async close() {
      closed = true;
      await last;
    },
  };
}

/** Goals that have ended, the first end first. One whose record is damaged is left to the doctor. */
async function endedGoals(db: Database): Promise<EndedGoal[]> {
  const ended: EndedGoal[] = [];
  for (const status of goalEnds) {
    for await (const index of db.keys(keys.goalIndexGroup(status))) {
      const key = keys.goal(index.slice(index.lastIndexOf('/') + 1));
      const value = await db.get(key);
      const record = value === undefined ? undefined : readable(key, value);
      if (record === undefined || !goalEnds.has(record.status)) continue;
      const { id, createdAt, endedAt = createdAt } = record;
      ended.push({ id, status: record.status, createdAt, endedAt });
    }
  }
  return ended.sort((a, b) => a.endedAt - b.endedAt);
}

/** Goals that others which have not ended depend on. */
async function neededGoals(db: Database): Promise<Set<string>> {
  const needed = new Set<string>();
  for await (const index of db.keys(keys.goalIndexGroup('open'))) {
    const key = keys.goal(index.slice(index.lastIndexOf('/') + 1));
    const value = await db.get(key);
    // There may be very many, and few depend on others.
    if (value === undefined || value.includes('"dependsOn":[]')) continue;
    for (const other of readable(key, value)?.spec.dependsOn ?? []) needed.add(other);
  }
  return needed;
}

function readable(key: string, value: string): GoalRecord | undefined {
  try {
    return parseRecord('goal', key, decodeRecord(key, value));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}

/** About how many bytes a goal takes, without its facts and large outputs. */
async function bytesOf(db: Database, goalId: string): Promise<number> {
  let bytes = 0;
  for (const range of recordsOf(goalId)) {
    for await (const [key, value] of db.iterator(range)) bytes += key.length + value.length;
  }
  return bytes;
}
