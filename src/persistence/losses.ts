// Losses: batches that were acknowledged and are not there any more. The end of a log that is cut leaves a consistent,
// older state; a batch that is missing in the middle leaves a state that nobody can vouch for.
import { EngineError } from '../errors.js';
import { decodeRecord } from './codec.js';
import { keys } from './keys.js';
import type { Database } from './ledger.js';
import { parseRecord, type LossesRecord } from './records.js';

export interface Loss {
  /** The first and the last commit that are missing. */
  readonly from: number;
  readonly to: number;
  /** Whether nothing followed: the end of the log was lost. */
  readonly end: boolean;
}

export function describeLoss({ from, to, end }: Loss): string {
  return end
    ? `commits ${from} to ${to} are missing: they were acknowledged, and the end of the log is lost`
    : `commits ${from} to ${to} are missing`;
}

/** What is known to be lost and was told. When that cannot be read, it is told again. */
export async function readLosses(db: Database): Promise<LossesRecord['losses']> {
  const stored = await db.get(keys.losses);
  if (stored === undefined) return [];
  try {
    return parseRecord('losses', keys.losses, decodeRecord(keys.losses, stored)).losses;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'STORE_DAMAGED') throw error;
    return [];
  }
}

/** Whether a gap was told already. */
export const isKnown = (gap: Loss, known: readonly Loss[]): boolean =>
  known.some(({ from, to }) => from <= gap.from && gap.to <= to);
