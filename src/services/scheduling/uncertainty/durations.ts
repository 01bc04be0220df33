// Uncertain durations: quantiles → numbers by chance.
//
// From p50 and p95, a duration is log-normal: its logarithm is normal, with the mean ln p50 and the deviation
// ln(p95 / p50) / 1.645. From least, likely and most, it is triangular.
import { EngineError } from '../../../errors.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import { largestNumber } from '../problem.js';
import type { Random } from '../random.js';

/** How long a task may take, in the problem's unit of time. */
export type UncertainDuration =
  | { readonly p50: number; readonly p95: number }
  | { readonly least: number; readonly likely: number; readonly most: number };

/** The 95th percentile of the standard normal distribution. */
const z95 = 1.6448536269514722;
const defaultEstimateMs = 60_000;

/** @throws EngineError `INPUT_INVALID` when the numbers are not in their order. */
export function checkDuration(id: string, duration: UncertainDuration): void {
  const numbers =
    'p50' in duration ? [duration.p50, duration.p95] : [duration.least, duration.likely, duration.most];
  const isFine = numbers.every((one, index) => Number.isFinite(one) && one >= (numbers[index - 1] ?? 0));
  if (isFine) return;
  const names = 'p50' in duration ? '0 ≤ p50 ≤ p95' : '0 ≤ least ≤ likely ≤ most';
  throw new EngineError('INPUT_INVALID', `durations.${id}: expected ${names}, got ${numbers.join(', ')}.`);
}

/** A duration by chance, as a whole number. */
export function sampleDuration(duration: UncertainDuration, random: Random): number {
  const value = 'p50' in duration ? logNormal(duration, random) : triangular(duration, random);
  return Math.min(largestNumber, Math.max(0, Math.round(value)));
}

function logNormal({ p50, p95 }: { p50: number; p95: number }, random: Random): number {
  if (p50 === 0 || p95 === p50) return p50;
  return p50 * Math.exp((Math.log(p95 / p50) / z95) * standardNormal(random));
}

/** By the polar method (Marsaglia & Bray, 1964). */
function standardNormal(random: Random): number {
  for (;;) {
    const [x, y] = [2 * random.unit() - 1, 2 * random.unit() - 1];
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

function triangular(
  { least, likely, most }: { least: number; likely: number; most: number },
  random: Random,
): number {
  const [unit, width] = [random.unit(), most - least];
  if (width === 0) return likely;
  const turn = (likely - least) / width;
  return unit < turn
    ? least + Math.sqrt(unit * width * (likely - least))
    : most - Math.sqrt((1 - unit) * width * (most - likely));
}

/** The quantiles that a plan's estimates tell, for problemFromPlan: without p95, it is twice the expected time. */
export function durationsFromPlan(plan: PlanSpecInput, unitMs = 1): Record<string, UncertainDuration> {
  const entries = Object.entries(plan.tasks).map(([id, { estimate }]) => {
    const { expectedMs = defaultEstimateMs, p50Ms = expectedMs, p95Ms = expectedMs * 2 } = estimate ?? {};
    return [id, { p50: p50Ms / unitMs, p95: Math.max(p50Ms, p95Ms) / unitMs }] as const;
  });
  return Object.fromEntries(entries);
}
