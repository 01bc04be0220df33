// Goal records: reading all goals of a store, past those whose record is damaged.
import { EngineError } from '../errors.js';
import { decodeRecord } from './codec.js';
import { keys } from './keys.js';
import type { Database } from './ledger.js';
import { parseRecord, type GoalRecord } from './records.js';

/** A goal's record, or why it cannot be read. */
export type FoundGoal =
  | { readonly id: string; readonly record: GoalRecord }
  | { readonly id: string; readonly record: undefined; readonly damage: string };

/** All goals, by id. */
export async function* goalRecords(db: Database): AsyncGenerator<FoundGoal> {
  for await (const [key, value] of db.iterator(keys.goals)) {
    const id = key.slice(keys.goals.gte.length);
    try {
      yield { id, record: parseRecord('goal', key, decodeRecord(key, value)) };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      yield { id, record: undefined, damage: error.message };
    }
  }
}
