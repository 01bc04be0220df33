// What a child is asked, what it answers, and the line that is kept of it.
import type { SearchStatistics, SearchStrategy } from '#src/services/planning/htn/search-outcome.js';

export interface Asked {
  readonly domainFile: string;
  readonly problemFile: string;
  readonly limitMs: number;
  readonly memoryMb: number;
  readonly seed: number;
  readonly improve: boolean;
  /** All that there are, when left out. */
  readonly strategies?: readonly SearchStrategy[];
}

export interface Answer {
  /** `solved` (the validator agrees), `invalid`, `unsolvable`, a limit, `error`, or `killed` by the parent. */
  readonly status: string;
  /** CPU time until the first plan, or until the end. */
  readonly cpuSeconds: number;
  readonly statistics?: SearchStatistics;
  readonly steps?: number;
  readonly cost?: number;
  readonly message?: string;
}

export interface Result extends Answer {
  readonly domain: string;
  readonly name: string;
  readonly limitSeconds: number;
  readonly peakMb: number;
}

/** Agile score of the International Planning Competition 2023. */
export function agileScore(result: Result): number {
  if (result.status !== 'solved') return 0;
  if (result.cpuSeconds <= 1) return 1;
  return Math.max(0, 1 - Math.log(result.cpuSeconds) / Math.log(result.limitSeconds));
}

/** Satisficing score: the best known cost divided by this one. */
export function satisficingScore(result: Result, best: number | undefined): number {
  if (result.status !== 'solved') return 0;
  const cost = result.cost ?? 0;
  const least = Math.min(best ?? cost, cost);
  return cost === least ? 1 : least / cost;
}
