// Recent: the goals and plans that were written or read last, so that they are not read and checked again at every
// step of their goal. What is kept is what is on disk, or on its way there.
import type { PlanGraph } from '../model/graph.js';

const most = 256;
const fewTasks = 32;

/** Tasks and actors are known to whoever works with them; what is of a large plan is kept by its reader. */
function isKept(kind: string, value: unknown): boolean {
  if (kind === 'goal' || kind === 'plan') return true;
  if (kind === 'planGraph') return (value as PlanGraph).ids.length <= fewTasks;
  return kind === 'planPart' && Object.keys(value as object).length <= fewTasks;
}

export interface Recent {
  /** Notes a record that was written, read or removed. */
  note(key: string, kind: string, value: unknown): void;
  get(key: string): unknown;
}

/** Keeps up to 256 records; the one that was noted first goes first. */
export function createRecent(): Recent {
  const records = new Map<string, unknown>();
  return {
    get: (key) => records.get(key),
    note: (key, kind, value) => {
      if (kind === 'removed') return void records.delete(key);
      records.delete(key);
      if (!isKept(kind, value)) return;
      records.set(key, value);
      if (records.size <= most) return;
      const oldest = records.keys().next();
      if (!oldest.done) records.delete(oldest.value);
    },
  };
}
