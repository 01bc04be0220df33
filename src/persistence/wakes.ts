// Wakes: the index of passive goals, which are on disk only, and of the instants at which they are to be woken.
//
// W1 a goal is passive exactly when its open index entry names an instant; a wake entry stands under that instant.
// W2 both are written and removed together, in one batch.
import { keys } from './keys.js';
import type { Database, Ledger, Turn } from './ledger.js';
import type { GoalRecord } from './records.js';

/** The instant of a goal that only somebody from outside can wake. */
export const neverWakes = Number.MAX_SAFE_INTEGER;

type Goal = Pick<GoalRecord, 'id' | 'createdAt'>;

const openKey = ({ id, createdAt }: Goal): string => keys.goalIndex('open', createdAt, id);

/** When a passive goal is to be woken; undefined for a goal that is not passive. */
export function wakeOf(ledger: Ledger, goal: Goal): number | undefined {
  const text = ledger.readText(openKey(goal));
  return text === undefined || text === '' ? undefined : Number(text);
}

/** Notes that a goal is passive until an instant. */
export function putWake(turn: Turn, goal: Goal, at: number): void {
  turn.putText(openKey(goal), String(at));
  turn.putText(keys.wake(at, goal.id), '');
}

/** Notes that a goal is not passive any more. */
export function removeWake(turn: Turn, goal: Goal, at: number): void {
  turn.putText(openKey(goal), '');
  turn.remove(keys.wake(at, goal.id));
}

/** A wake entry. */
export interface Wake {
  readonly key: string;
  readonly goalId: string;
  readonly at: number;
}

const wakeOfKey = (key: string): Wake => {
  const [at = '', goalId = ''] = key.slice(keys.wakes.gte.length).split('/');
  return { key, goalId, at: Number(at) };
};

/** The next that are to be woken by an instant, in their order, at most `limit`. */
export async function dueWakes(db: Database, now: number, limit: number): Promise<Wake[]> {
  return (await db.keys({ ...keys.wakesUpTo(now), limit }).all()).map(wakeOfKey);
}

/** The first instant at which a goal is to be woken. */
export async function firstWake(db: Database): Promise<number | undefined> {
  const [key] = await db.keys({ ...keys.wakes, limit: 1 }).all();
  const at = key === undefined ? neverWakes : wakeOfKey(key).at;
  return at === neverWakes ? undefined : at;
}
