// Run: searches of one problem that take turns until something is proved or a limit is reached. It works when it is
// told to, a slice at a time.
//
// R1 Turns are counted in pieces of work, not in time: with the same seed and no time limit, the same is done.
// R2 A slice ends when its time is over, and the search goes on at the same place in the next one.
// R3 Every slice does at least one piece of work, whatever the clock says.
import type { Building } from './instance/building.js';
import { compileSteps } from './instance/compile.js';
import type { Instance } from './instance/instance.js';
import { patienceOf, type Share } from './portfolio.js';
import type { ScheduleProblem } from './problem.js';
import type { ScheduleResult, ScheduleStatus } from './schedule.js';
import { createIncumbent, type DrivenIncumbent, gapOf } from './incumbent.js';
import type { Search, SolveOptions } from './search.js';

const defaultTimeLimitMs = 10_000;

export interface Run {
  readonly incumbent: DrivenIncumbent;
  /** Works for about so many milliseconds; says whether there is more to do. */
  advance(sliceMs: number): boolean;
  /** Why there is nothing more to do; undefined while there is. */
  stopped(): ScheduleResult['stopped'] | undefined;
  result(): ScheduleResult;
}

export type RunOptions = Omit<SolveOptions, 'workers' | 'sliceMs' | 'searches' | 'now'> & {
  readonly now: () => number;
};

interface Player {
  readonly share: Share;
  readonly search: Search;
  /** Pieces that a limit by schedules leaves to it. */
  left: number;
}

type Stop = ScheduleResult['stopped'];

/** Prepares a run. The searches are made when it is their turn for the first time. */
export function createRun(problem: ScheduleProblem, shares: readonly Share[], options: RunOptions): Run {
  const { now, signal, scheduleLimit } = options;
  const seed = options.seed ?? 1;
  const begin = now();
  const elapsedMs = (): number => Math.max(0, now() - begin);
  const timeLimitMs = options.timeLimitMs ?? (scheduleLimit === undefined ? defaultTimeLimitMs : Infinity);
  const incumbent = createIncumbent(problem, {
    scheduleLimit,
    elapsedMs,
    onImprovement: options.onImprovement,
  });
  if (problem.tasks.length === 0) {
    incumbent.offer(new Int32Array(0), new Int32Array(0), 0, 'empty');
    incumbent.close();
  }
  const waiting = [...shares];
  const players: Player[] = [];
  const isSpent = ({ share, left }: Player): boolean =>
    left <= 0 || (share.kind === 'heuristic' && incumbent.schedulesLeft <= 0);
  const patience = patienceOf(problem.tasks.length);
  const piecesOf = ({ share }: Player): number =>
    idleTurns < patience * players.length ? share.pieces : (share.piecesWhenIdle ?? share.pieces);
  let turn = 0;
  let done = 0;
  /** Objective at the end of the last turn. */
  let known = Infinity;
  /** Turns since there was a better schedule. */
  let idleTurns = 0;
  let compiling: Building<Instance> | undefined;
  let instance: Instance | undefined;

  const stop = (): Stop | undefined => {
    if (incumbent.isClosed) return 'proved';
    if (signal?.aborted === true) return 'aborted';
    if (elapsedMs() >= timeLimitMs) return 'time';
    if (waiting.length === 0 && players.length === 0) {
      return incumbent.schedulesLeft <= 0 ? 'schedules' : 'exhausted';
    }
    return waiting.length === 0 && players.every(isSpent) ? 'schedules' : undefined;
  };

  /** A piece of compiling: the searches share what comes of it. */
  const compile = (): Instance | undefined => {
    compiling ??= compileSteps(problem);
    const { done: isCompiled, value } = compiling.next();
    return isCompiled === true ? value : undefined;
  };

  /** The next search that still may do something; each is made when its first turn comes. */
  const player = (compiled: Instance): Player | undefined => {
    for (let tries = 2 * (players.length + waiting.length) + 2; tries > 0; tries -= 1) {
      const share = turn >= players.length ? waiting.shift() : undefined;
      if (share !== undefined) {
        const search = share.make(problem, incumbent, seed, compiled);
        if (search !== undefined) players.push({ share, search, left: piecesFor(share.kind, scheduleLimit) });
        continue;
      }
      if (turn >= players.length) turn = 0;
      const current = players[turn];
      if (current !== undefined && !isSpent(current)) return current;
      turn += 1;
    }
    return undefined;
  };

  const play = (isSliceOver: () => boolean): void => {
    if (instance === undefined) {
      instance = compile();
      return;
    }
    const current = player(instance);
    if (current === undefined) return;
    let isOver = false;
    let answers = 0;
    const hasMore = current.search.run(() => {
      answers += 1;
      isOver = done >= piecesOf(current);
      if (isOver || isSpent(current) || stop() !== undefined || isSliceOver()) return true;
      done += 1;
      current.left -= 1;
      return false;
    });
    if (!hasMore) players.splice(turn, 1);
    else if (answers === 0) {
      done += 1;
      current.left -= 1;
    }
    isOver ||= isSpent(current);
    if (!hasMore || isOver) done = 0;
    if (!hasMore || !isOver) return;
    turn += 1;
    idleTurns = incumbent.objective < known ? 0 : idleTurns + 1;
    known = incumbent.objective;
  };

  return {
    incumbent,
    advance(sliceMs) {
      const sliceBegin = now();
      let isFirst = true;
      let isOver = false;
      const isSliceOver = (): boolean => {
        if (isFirst) isFirst = false;
        else isOver ||= now() - sliceBegin >= sliceMs;
        return isOver;
      };
      while (stop() === undefined && !isOver) {
        play(isSliceOver);
        isOver ||= now() - sliceBegin >= sliceMs;
      }
      return stop() === undefined;
    },
    stopped: stop,
    result: () => resultOf(incumbent, { stopped: stop() ?? 'time', elapsedMs: elapsedMs(), seed }),
  };
}

/**
 * Pieces of work that a limit by schedules allows a search: some to an exact one, which counts no schedules, and so many
 * to a heuristic one that it ends when it makes none.
 */
function piecesFor(kind: Share['kind'], scheduleLimit: number | undefined): number {
  if (scheduleLimit === undefined) return Infinity;
  return kind === 'heuristic' ? Math.max(1000, scheduleLimit) : Math.max(1000, Math.ceil(scheduleLimit / 5));
}

/** What a record comes to, as a result. */
export function resultOf(
  incumbent: DrivenIncumbent,
  end: Pick<ScheduleResult, 'stopped' | 'elapsedMs' | 'seed'>,
): ScheduleResult {
  const { schedule, objective, bound, isClosed, schedules, improvements } = incumbent;
  return {
    status: statusOf(isClosed, schedule !== undefined),
    ...(schedule === undefined ? {} : { schedule, objective }),
    bound,
    gap: gapOf(objective, bound),
    schedules,
    improvements: [...improvements],
    ...end,
  };
}

function statusOf(isClosed: boolean, isFound: boolean): ScheduleStatus {
  if (isClosed) return isFound ? 'optimal' : 'infeasible';
  return isFound ? 'feasible' : 'unknown';
}
