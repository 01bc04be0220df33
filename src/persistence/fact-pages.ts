// Fact pages: a part of the journal at a time, from either end or the middle. What is read is what is asked for, however
// long the history is.
import { EngineError } from '../errors.js';
import type { Fact } from '../model/fact.js';
import type { Database } from './disk.js';
import { readJournal, storedFacts } from './journal.js';
import { journalKeyOfIndex, keys } from './keys.js';

export interface FactPageOptions {
  /** The number of the first fact wanted; read backwards, of the last [the end that is read from]. */
  readonly from?: number;
  /** How many at the most, up to 10,000 [100]. */
  readonly limit?: number;
  /** Reads backwards: the latest fact first [false]. */
  readonly reverse?: boolean;
}

export interface FactPage {
  readonly facts: readonly Fact[];
  /** Where the next page begins; undefined at the end. */
  readonly next?: number;
}

const usualLimit = 100;
/** The largest page. */
export const largestPage = 10_000;

/**
 * Reads a page of a goal's facts, or of all.
 *
 * @throws EngineError `INPUT_INVALID` for a bad limit or number, `STORE_DAMAGED` for a record that cannot be read.
 */
export async function pageOfFacts(
  db: Database,
  options: FactPageOptions & { goal?: string },
): Promise<FactPage> {
  const { goal, limit = usualLimit, reverse = false } = options;
  const from = options.from ?? (reverse ? Number.MAX_SAFE_INTEGER : 1);
  check('limit', limit, largestPage);
  check('from', from, Number.MAX_SAFE_INTEGER);
  const facts: Fact[] = [];
  for await (const fact of reverse ? backwards(db, from, goal) : storedFacts(db, from, goal)) {
    if (facts.length === limit) return { facts, next: fact.seq };
    facts.push(fact);
  }
  return { facts };
}

function check(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new EngineError('INPUT_INVALID', `${name}: expected a whole number from 1 to ${most}, got ${value}.`);
}

async function* backwards(db: Database, from: number, goal: string | undefined): AsyncGenerator<Fact> {
  const range = goal === undefined ? keys.journalUpTo(from) : keys.goalJournalUpTo(goal, from);
  for await (const found of db.keys({ ...range, reverse: true })) {
    const facts = await readJournal(db, goal === undefined ? found : journalKeyOfIndex(found), found);
    for (const fact of facts.reverse())
      if (fact.seq <= from && (goal === undefined || fact.goal === goal)) yield fact;
  }
}
