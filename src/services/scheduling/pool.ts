// Pool: worker threads that search beside the caller's thread. They share one record by messages: a better schedule
// or a better bound goes to all the others.
import { Worker } from 'node:worker_threads';
import { EngineError, type EngineErrorCode } from '../../errors.js';
import { createSystemClock } from '../clock.js';
import type { DrivenIncumbent } from './incumbent.js';
import type { ScheduleProblem } from './problem.js';
import type { SolveOptions } from './search.js';

/** What a worker is told when it begins. */
export interface WorkerTask {
  readonly problem: ScheduleProblem;
  readonly seed: number;
  readonly searches: 'all' | 'heuristic' | 'exact';
  readonly scheduleLimit: number | undefined;
}

/** What threads tell each other. */
export type PoolMessage =
  | {
      readonly type: 'found';
      readonly starts: Int32Array;
      readonly modes: Int32Array;
      readonly objective: number;
      readonly by: string;
    }
  | { readonly type: 'bound'; readonly bound: number }
  | { readonly type: 'counted'; readonly schedules: number }
  | { readonly type: 'closed'; readonly objective: number }
  | { readonly type: 'exhausted' }
  | { readonly type: 'failed'; readonly code: EngineErrorCode | undefined; readonly message: string };

export interface Pool {
  /** Whether some worker is still searching. */
  readonly isWorking: boolean;
  /** Tells the workers what is new on record. Throws what a worker failed with. */
  share(): void;
  /** Waits for a message, or a little while. */
  news(): Promise<void>;
  /** Ends all workers. */
  end(): Promise<void>;
}

/** Longest wait for a message, so that limits and the signal are looked at. */
const longestWaitMs = 20;

export function createPool(
  problem: ScheduleProblem,
  incumbent: DrivenIncumbent,
  options: SolveOptions,
): Pool {
  const size = incumbent.isClosed ? 0 : (options.workers ?? 0);
  const clock = createSystemClock();
  let working = size;
  let failure: Error | undefined;
  let wake = (): void => {};
  let toldObjective = Infinity;
  let toldBound = 0;

  const receive = (message: PoolMessage): void => {
    if (message.type === 'exhausted') working -= 1;
    else if (message.type === 'failed') {
      failure ??=
        message.code === undefined
          ? new Error(message.message)
          : new EngineError(message.code, message.message);
    } else takeMessage(incumbent, message);
    wake();
  };
  const workers = Array.from({ length: size }, (_, index) => {
    const workerData: WorkerTask = {
      problem,
      scheduleLimit: options.scheduleLimit,
      ...roleOf(index, options),
    };
    const worker = new Worker(new URL('./solve-worker.js', import.meta.url), { workerData });
    worker.on('message', receive);
    worker.on('error', (error: Error) => {
      failure ??= error;
      wake();
    });
    return worker;
  });
  const tell = (message: PoolMessage): void => {
    for (const worker of workers) worker.postMessage(message);
  };

  return {
    get isWorking() {
      return working > 0;
    },
    share() {
      if (failure !== undefined) throw failure;
      const { objective, bound, starts, modes } = incumbent;
      if (objective < toldObjective && starts !== undefined && modes !== undefined) {
        toldObjective = objective;
        tell({ type: 'found', starts, modes, objective, by: incumbent.improvements.at(-1)?.by ?? 'pool' });
      }
      if (bound > toldBound) {
        toldBound = bound;
        tell({ type: 'bound', bound });
      }
    },
    news: () =>
      new Promise((resolve) => {
        const callOff = clock.at(clock.now() + longestWaitMs, () => wake());
        wake = () => {
          callOff();
          wake = () => {};
          resolve();
        };
      }),
    async end() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/**
 * Of the first two threads, the caller's among them, one has the heuristic searches and one the exact ones; the others
 * have all, each with a seed of its own.
 */
function roleOf(index: number, options: SolveOptions): Omit<WorkerTask, 'problem' | 'scheduleLimit'> {
  const { seed = 1, searches = 'all', workers = 0, isCallerFree = false } = options;
  const own = (seed + index * 1_000_003) % 2 ** 32;
  const thread = isCallerFree ? index : index + 1;
  const isAlone = isCallerFree && workers === 1;
  if (searches !== 'all' || isAlone || thread > 1) return { seed: own, searches };
  return { seed: own, searches: thread === 0 ? 'heuristic' : 'exact' };
}

/** Puts what another thread has found on this thread's record. */
export function takeMessage(incumbent: DrivenIncumbent, message: PoolMessage): void {
  switch (message.type) {
    case 'found':
      incumbent.offer(message.starts, message.modes, message.objective, message.by);
      break;
    case 'bound':
      incumbent.raiseBound(message.bound);
      break;
    case 'counted':
      incumbent.count(message.schedules);
      break;
    case 'closed':
      if (message.objective === Infinity && incumbent.objective === Infinity) incumbent.close();
      else incumbent.raiseBound(message.objective);
      break;
    case 'exhausted':
    case 'failed':
      break;
  }
}
