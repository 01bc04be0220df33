// Checker of commits: P1, P2 and P14, which are about what is on disk when.
import type { Blame, Watch } from './checker.js';
import { actorKey, baseOf, type Batch, type Fact, type View } from './view.js';

export function watchCommits(view: View, blame: Blame): Watch {
  let commit = 0;
  let seq = 0;
  const askedOf = new Map<string, { goal: string; what: string }>();
  /** Ids of commands whose fact is on disk. */
  const stated = new Set<string>();
  /** Goal → signals that tasks were given. */
  const given = new Map<string, Map<unknown, string>>();

  function readSignal(fact: Fact, batch: Batch): void {
    const n = Number(String(fact.data['reason']).slice(1));
    const isKept = batch.operations.some(
      ({ key, type }) =>
        type === 'put' &&
        key.startsWith(`!signals!${fact.goal}/`) &&
        view.record<{ payload: { n: number } }>(key)?.payload.n === n,
    );
    const isGiven = batch.operations.some(
      ({ key }) => key.startsWith(`!tasks!${fact.goal}/`) && signalOf(key) === n,
    );
    const isSpent = view.goal(fact.goal)?.endedAt !== undefined;
    if (!isKept && !isGiven && !isSpent)
      blame('P14', `signal c${n} of ${fact.goal} was taken, but is neither kept nor given`);
  }

  const signalOf = (key: string): unknown =>
    view.record<{ output?: { value?: { n?: number } } }>(key)?.output?.value?.n;

  /** A signal that a task got belongs to it alone. */
  function readGiven(goal: string, id: string): void {
    const document = view.documents.get(goal);
    const wait = document?.tasks[baseOf(id)]?.action['wait'] as { signal?: string } | undefined;
    if (wait?.signal === undefined) return;
    const n = signalOf(`!tasks!${goal}/${id}`);
    if (n === undefined) return;
    const known = given.get(goal) ?? new Map<unknown, string>();
    given.set(goal, known);
    const other = known.get(n);
    if (other !== undefined && other !== id)
      blame('P14', `signal c${String(n)} of ${goal} was given to ${other} and to ${id}`);
    known.set(n, id);
  }

  function cut(batch: Batch): void {
    for (const address of batch.actors) {
      const [kind = '', goal = '', id = ''] = address.split('/');
      if (kind === 'task') cutTask(goal, id, address);
      if (kind === 'goal') cutGoal(goal, address);
    }
    for (const { key } of batch.operations) {
      if (key.startsWith('!tasks!')) {
        const [goal = '', id = ''] = key.slice('!tasks!'.length).split('/');
        cutTask(goal, id, `task/${goal}/${id}`);
        readGiven(goal, id);
      }
      if (key.startsWith('!effects!')) cutEffect(key);
      if (key.startsWith('!goals!'))
        cutGoal(key.slice('!goals!'.length), `goal/${key.slice('!goals!'.length)}`);
    }
  }

  function cutTask(goal: string, id: string, address: string): void {
    const record = view.task(goal, id);
    const isThere = view.store.has(actorKey(address));
    if (record?.endedAt !== undefined && isThere)
      blame('P2', `${address} has ended ${record.status} by its record, and still has an actor`);
    if (record?.endedAt !== undefined && record.endOrder === undefined)
      blame('P2', `${address} has ended ${record.status}, and its plan does not know`);
    const { blob } = record?.output ?? {};
    if (blob !== undefined && !view.store.has(`!blobs!${blob}`))
      blame('P2', `the output of ${address} points to a blob that is not there`);
  }

  /** The intent of a contingency's step is there as long as it is under way. */
  function cutEffect(key: string): void {
    const effect = view.record<{ address: string; state: string }>(key);
    if (effect === undefined || effect.state !== 'intended') return;
    const state = view.actor(effect.address)?.state ?? 'gone';
    if (state !== 'executing') blame('P2', `${key} is an intent of ${effect.address}, which is ${state}`);
  }

  function cutGoal(goal: string, address: string): void {
    const record = view.goal(goal);
    if (record === undefined) return;
    const state = view.actor(address)?.state.split('.')[0];
    if (state !== undefined && state !== record.status)
      blame('P2', `${address} is ${state}, its record says ${record.status}`);
    if (state === undefined && record.endedAt === undefined && record.fault === undefined)
      blame('P2', `${address} has not ended and has no actor`);
    const open = view.store.has(`!goalIndex!open/${String(record.createdAt).padStart(16, '0')}/${goal}`);
    if (open === (record.endedAt !== undefined))
      blame('P2', `${address} is ${record.status} and ${open ? 'still' : 'not'} among the open goals`);
  }

  return {
    before(batch) {
      // The format of a new store is written before there is anything to number.
      if (batch.operations.every(({ key }) => key.startsWith('!meta!'))) return;
      if (batch.commits.length !== 1)
        blame('P2', `a write has ${batch.commits.length} commit records instead of one`);
      for (const one of batch.commits) {
        if (one !== commit + 1) blame('P2', `commit ${one} follows on commit ${commit}`);
        commit = one;
      }
      if (batch.commits.length > 0 && batch.first !== seq + 1)
        blame('P2', `fact ${batch.first} stands where ${seq + 1} should`);
      seq = batch.facts.at(-1)?.seq ?? seq;
      for (const one of batch.operations) {
        if (one.key.startsWith('!journal') && view.store.has(one.key))
          blame('P1', `the journal record ${one.key} is written again or removed`);
        if (one.type === 'del' && one.key.startsWith('!signals!')) lostSignal(one.key, batch);
      }
    },
    fact(fact, batch) {
      const { type, data, actor } = fact;
      if (type.endsWith('.commanded') || type === 'goal.signalled') stated.add(String(data['reason']));
      if (type === 'goal.signalled') readSignal(fact, batch);
      if (type.endsWith('.commanded') && !batch.actors.includes(actor) && !isGone(actor))
        blame('P2', `${String(data['command'])} is in the journal, but ${actor} has not moved with it`);
    },
    after: cut,
    entry(entry) {
      if (entry.kind === 'asked') askedOf.set(entry.id, entry);
      if (entry.kind === 'told' && entry.seq > seq)
        blame('P1', `followers were told of fact ${entry.seq}, the disk has ${seq}`);
      if (entry.kind !== 'acknowledged') return;
      const asked = askedOf.get(entry.id);
      const isOnDisk = asked?.what === 'submit' ? view.goal(asked.goal) !== undefined : stated.has(entry.id);
      if (!isOnDisk)
        blame('P1', `${asked?.what} of ${asked?.goal} (${entry.id}) was acknowledged and is not on disk`);
    },
  };

  /** An actor that came and went within one write leaves no trace but its facts. */
  function isGone(address: string): boolean {
    return !view.store.has(actorKey(address));
  }

  function lostSignal(key: string, batch: Batch): void {
    const signal = view.record<{ payload: { n: number } }>(key);
    const goal = key.slice('!signals!'.length).split('/')[0] ?? '';
    const isEnded = view.goal(goal)?.endedAt !== undefined || batch.facts.some((fact) => isEnd(fact, goal));
    if (signal === undefined || isEnded) return;
    const taken = batch.operations.some(
      (one) =>
        one.type === 'put' &&
        one.key.startsWith(`!tasks!${goal}/`) &&
        one.value?.includes(`"output":{"value":{"n":${signal.payload.n}}}`) === true,
    );
    if (!taken) blame('P14', `signal c${signal.payload.n} of ${goal} is gone and nobody got it`);
  }
}

const isEnd = ({ actor, type }: Fact, goal: string): boolean =>
  actor === `goal/${goal}` && /^goal\.(succeeded|partial|failed|aborted)$/.test(type);
