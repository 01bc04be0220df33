// Durations and instants as people write them: `250ms`, `30s`, `5m`, `2h`; ISO 8601.
import type { Json } from '../../../model/scalars.js';

const units: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * Reads a duration: a number of milliseconds, or a number with a unit (`ms`, `s`, `m`, `h`, `d`).
 *
 * @returns Whole milliseconds; undefined when it is no duration.
 */
export function parseDuration(value: Json): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^(\d{1,12}(?:\.\d{1,6})?) ?(ms|s|m|h|d)$/.exec(value);
  const unit = units.get(match?.[2] ?? '');
  return unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit);
}

/** What a duration looks like, for messages. */
export const durationForm = 'a duration such as 250ms, 30s, 5m or 2h';

/**
 * Reads an instant: a number of milliseconds since the epoch, or ISO 8601 with a zone. A date alone is its
 * midnight in UTC.
 *
 * @returns Milliseconds since the epoch; undefined when it is no instant.
 */
export function parseInstant(value: Json): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  // Without a zone an instant would depend on the machine that reads it.
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/i.test(value))
    return undefined;
  const instant = Date.parse(value.replace(' ', 'T'));
  return Number.isFinite(instant) && instant >= 0 ? instant : undefined;
}

/** What an instant looks like, for messages. */
export const instantForm = 'an instant such as 2026-11-30T18:00:00Z';
