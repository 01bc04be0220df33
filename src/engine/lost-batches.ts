// Lost batches and lost entries: what becomes of goals when acknowledged batches are missing. The end of the log is lost: what is left is a
// consistent, older state, and the goals go on from it. A batch in the middle is lost: every goal that was there before
// and has not ended may lack something, and is set aside until somebody has looked.
import { addressOf } from '../model/address.js';
import { keys } from '../persistence/keys.js';
import type { Database } from '../persistence/ledger.js';
import type { OpenGoals } from '../persistence/open-goals.js';
import { describeLoss, type Loss, readLosses } from '../persistence/losses.js';
import type { GoalRecord } from '../persistence/records.js';
import type { Runtime } from './runtime-types.js';

/** The loss in the middle that may be a goal's, if there is one. */
export async function lossFor(
  db: Database,
  goalId: string,
  losses: readonly Loss[],
): Promise<Loss | undefined> {
  const holes = losses.filter(({ end }) => !end);
  if (holes.length === 0) return undefined;
  const [first] = await db.keys({ ...keys.goalJournalOf(goalId), limit: 1 }).all();
  const begun = first === undefined ? 0 : Number(first.slice(first.lastIndexOf('/') + 1));
  return holes.find(({ to }) => begun <= to);
}

export const lossMessage = (loss: Loss): string =>
  `${describeLoss(loss)}, and it cannot be told whether they were this goal's. ` +
  "Look at what it has done; 'revive' sets it going again.";

/** Sets a goal aside for good, until it is revived. */
export function setAside({ system, faults, options }: Runtime, record: GoalRecord, loss: Loss): void {
  const message = lossMessage(loss);
  faults.set(record.id, message);
  options.log('a goal was set aside', { goal: record.id, message });
  system.run(record.id, (turn) => {
    turn.changes.put('goal', keys.goal(record.id), { ...record, fault: { at: turn.at, message } });
    turn.fact(addressOf.goal(record.id), 'engine.faulted', { message });
  });
}

/** Writes down what is lost, so that it is told once, and stays to be seen. */
export async function tellLosses({ system, options }: Runtime, losses: readonly Loss[]): Promise<void> {
  const known = await options.ledger.disk.reading(readLosses);
  system.run('', (turn) => {
    const { at, changes } = turn;
    const now = losses.map((loss) => ({ ...loss, at }));
    changes.put('losses', keys.losses, { losses: [...known, ...now] });
    for (const { from, to, end } of losses)
      changes.fact({ at, goal: '', actor: 'engine', type: 'store.lost', data: { from, to, end } });
  });
}

/** Lists goals again whose entry was lost, and says how many are gone altogether. */
export function relist({ system, options }: Runtime, { all, unlisted, missing }: OpenGoals): void {
  if (missing > 0) options.log('goals that had not ended are missing', { missing });
  system.run('', ({ at, changes }) => {
    for (const { id, entry } of unlisted) {
      changes.putText(entry, '');
      changes.fact({ at, goal: id, actor: addressOf.goal(id), type: 'engine.relisted', data: {} });
    }
    if (missing > 0)
      changes.fact({ at, goal: '', actor: 'engine', type: 'store.lost', data: { goals: missing } });
    changes.put('openCount', keys.openCount, { count: all.length });
  });
}
