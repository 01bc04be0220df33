// Spread: numbers that came by chance, in a few words.

export interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly p10: number;
  readonly p50: number;
  readonly p80: number;
  readonly p95: number;
  readonly most: number;
}

/** Sums numbers up; all 0 when there are none. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = Float64Array.from(numbers).sort();
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
  const sum = sorted.reduce((total, one) => total + one, 0);
  return {
    mean: sorted.length === 0 ? 0 : sum / sorted.length,
    least: quantile(0),
    p10: quantile(0.1),
    p50: quantile(0.5),
    p80: quantile(0.8),
    p95: quantile(0.95),
    most: quantile(1),
  };
}
