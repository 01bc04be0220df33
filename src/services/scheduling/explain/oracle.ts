// Oracle: is there a schedule at all? Asked many times about variants of one problem, within one limit of time.
import { gapOf } from '../incumbent.js';
import type { ScheduleProblem } from '../problem.js';
import type { ScheduleResult } from '../schedule.js';
import type { SolveOptions } from '../search.js';
import { nextTurn, solve } from '../solve.js';

export interface OracleOptions {
  readonly seed: number;
  /** Most schedules, and pieces of work of the exact search, for one question. */
  readonly scheduleLimit: number;
  /** For all questions together. */
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly sliceMs?: number | undefined;
  readonly now: () => number;
}

export interface Oracle {
  /** Questions asked so far. */
  readonly questions: number;
  readonly isOutOfTime: boolean;
  /** From now on, only this share of the whole time may be used up. */
  allow(share: number): void;
  /** Stops at the first schedule. The first question of all may be given more effort, as a factor. */
  find(problem: ScheduleProblem, effort?: number): Promise<ScheduleResult>;
  /** Looks for the best schedule. */
  best(problem: ScheduleProblem): Promise<ScheduleResult>;
  /** Works on a question in pieces, between turns of the event loop, until one gives an answer; undefined when time is over. */
  work<T>(piece: (isDue: () => boolean) => T | undefined): Promise<T | undefined>;
}

const defaultSliceMs = 8;

export function createOracle(options: OracleOptions): Oracle {
  const { now, signal } = options;
  const begin = now();
  let allowed = 1;
  const timeLeft = (): number => Math.max(0, Math.ceil(options.timeLimitMs * allowed - (now() - begin)));
  let questions = 0;
  const ask = async (problem: ScheduleProblem, more: Partial<SolveOptions>): Promise<ScheduleResult> => {
    questions += 1;
    return await solve(problem, {
      seed: options.seed,
      scheduleLimit: options.scheduleLimit,
      timeLimitMs: timeLeft(),
      now,
      ...(options.sliceMs === undefined ? {} : { sliceMs: options.sliceMs }),
      ...(signal === undefined ? {} : { signal }),
      ...more,
    });
  };
  return {
    get questions() {
      return questions;
    },
    get isOutOfTime() {
      return timeLeft() === 0 || signal?.aborted === true;
    },
    allow(share) {
      allowed = share;
    },
    async find(problem, effort = 1) {
      const found = new AbortController();
      const either = signal === undefined ? found.signal : AbortSignal.any([signal, found.signal]);
      return await ask(problem, {
        signal: either,
        onImprovement: () => found.abort(),
        scheduleLimit: effort * options.scheduleLimit,
      });
    },
    best: (problem) => ask(problem, {}),
    async work(piece) {
      questions += 1;
      while (timeLeft() > 0 && signal?.aborted !== true) {
        const begun = now();
        const isDue = (): boolean => now() - begun >= (options.sliceMs ?? defaultSliceMs) || timeLeft() === 0;
        const answer = piece(isDue);
        if (answer !== undefined) return answer;
        await nextTurn();
      }
      return undefined;
    },
  };
}

/** Whether the objective of a result is proved to be within a hundredth of a percent of the best. */
export const isBest = ({ status, objective = Infinity, bound }: ScheduleResult): boolean =>
  status === 'optimal' || gapOf(objective, bound) < 1e-4;
