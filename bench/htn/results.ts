// Results: what a process says of an instance, and the scores of the International Planning Competition.
import type { Instance } from './instances.js';

/** What the process of an instance prints, or what its parent says in its place. */
export interface Answer {
  readonly status: 'solved' | 'unsolvable' | 'limit' | 'invalid' | 'error' | 'killed';
  readonly message?: string;
  /** CPU time until the first plan (or the end), the start of the process included. */
  readonly cpuMs?: number;
  readonly endMs?: number;
  readonly peakMb?: number;
  readonly cost?: number;
  readonly steps?: number;
  readonly optimal?: boolean;
  readonly counts?: Readonly<Record<string, number>>;
  readonly strategy?: string;
}

/** One line of the results. */
export type Result = Answer & Pick<Instance, 'domain' | 'group' | 'name'> & { readonly limitMs: number };

/** 1 for a plan within a second, then less with the logarithm of the time. */
export function agileScore(result: Result): number {
  if (result.status !== 'solved' || result.cpuMs === undefined) return 0;
  const seconds = result.cpuMs / 1000;
  if (seconds <= 1) return 1;
  return Math.max(0, 1 - Math.log(seconds) / Math.log(result.limitMs / 1000));
}

/** The least cost known by the cost that was found. */
export function satisficingScore(result: Result, best: number | undefined): number {
  if (result.status !== 'solved' || result.cost === undefined) return 0;
  const least = Math.min(result.cost, best ?? Infinity);
  return result.cost === 0 ? 1 : least / result.cost;
}

export const nameOf = (result: Pick<Result, 'domain' | 'group' | 'name'>): string =>
  `${result.group}/${result.domain}/${result.name}`;

/** The least cost of each instance. */
export function leastCosts(results: readonly Result[]): Map<string, number> {
  const least = new Map<string, number>();
  for (const result of results) {
    if (result.status !== 'solved' || result.cost === undefined) continue;
    const name = nameOf(result);
    least.set(name, Math.min(result.cost, least.get(name) ?? Infinity));
  }
  return least;
}
