// Wakes: the index of passive goals, which are on disk only, by the instants at which they are to be woken and by the
// goals whose end is to wake them.
//
// W1 a goal is passive exactly when its open index entry names an instant; a wake entry stands under that instant.
// W2 both, and one entry for each goal that it waits for, are written and removed together, in one batch.
import { keys } from './keys.js';
import type { Database, Ledger, Turn } from './ledger.js';
import type { GoalRecord } from './records.js';

/** The instant of a goal that only somebody from outside can wake. */
export const neverWakes = Number.MAX_SAFE_INTEGER;

type Goal = Pick<GoalRecord, 'id' | 'createdAt' | 'status' | 'spec'>;

const openKey = ({ id, createdAt }: Pick<Goal, 'id' | 'createdAt'>): string =>
  keys.goalIndex('open', createdAt, id);

/** When a passive goal is to be woken; undefined for a goal that is not passive. */
export function wakeOf(ledger: Ledger, goal: Pick<Goal, 'id' | 'createdAt'>): number | undefined {
  const text = ledger.readText(openKey(goal));
  return text === undefined || text === '' ? undefined : Number(text);
}

/** Notes that a goal is passive until an instant. */
export function putWake(turn: Turn, goal: Goal, at: number): void {
  turn.putText(openKey(goal), String(at));
  turn.putText(keys.wake(at, goal.id), '');
  for (const other of awaitedBy(goal)) turn.putText(keys.awaits(other, goal.id), '');
}

/** Notes that a goal is not passive any more. */
export function removeWake(turn: Turn, goal: Goal, at: number): void {
  turn.putText(openKey(goal), '');
  turn.remove(keys.wake(at, goal.id));
  for (const other of awaitedBy(goal)) turn.remove(keys.awaits(other, goal.id));
}

/** What a goal waits for before it starts. */
const awaitedBy = ({ status, spec }: Goal): readonly string[] => (status === 'ready' ? spec.dependsOn : []);

/** Some of the passive goals that wait for a goal. */
export async function goalsAwaiting(db: Database, other: string, limit: number): Promise<string[]> {
  const range = keys.awaitsOf(other);
  return (await db.keys({ ...range, limit }).all()).map((key) => key.slice(range.gte.length));
}

/** The goals that passive goals wait for. */
export async function awaitedGoals(db: Database): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const [key] = await db.keys({ ...keys.awaitsAfter(found.at(-1) ?? ''), limit: 1 }).all();
    if (key === undefined) return found;
    found.push(key.slice(keys.awaitsAfter('').gte.length, key.indexOf('/')));
  }
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
