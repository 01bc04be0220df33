// Worker of a pool: searches in a thread of its own, and exchanges what is found with the others.
import { parentPort, workerData } from 'node:worker_threads';
import { EngineError, invariant } from '../../errors.js';
import { createSystemClock } from '../clock.js';
import type { DrivenIncumbent } from './incumbent.js';
import { type PoolMessage, takeMessage, type WorkerTask } from './pool.js';
import { portfolio } from './portfolio.js';
import { createRun } from './run.js';

/** Between two slices, messages are read. */
const sliceMs = 15;

await work(workerData as WorkerTask);

async function work({ problem, seed, searches, scheduleLimit }: WorkerTask): Promise<void> {
  const port = parentPort;
  invariant(port !== null, 'solve-worker runs in a worker thread');
  const tell = (message: PoolMessage): void => port.postMessage(message);
  try {
    const shares = portfolio.filter(({ kind }) => searches === 'all' || kind === searches);
    const { now } = createSystemClock();
    // The caller ends the thread when a limit is reached, by all threads together.
    const limit = scheduleLimit === undefined ? {} : { scheduleLimit };
    const run = createRun(problem, shares, { seed, timeLimitMs: Infinity, now, ...limit });
    const telling = createTelling(run.incumbent, tell);
    port.on('message', (message: PoolMessage) => takeMessage(run.incumbent, message));
    for (;;) {
      const hasMore = run.advance(sliceMs);
      telling();
      if (!hasMore) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    tell({ type: 'exhausted' });
  } catch (error) {
    const code = error instanceof EngineError ? error.code : undefined;
    tell({ type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  } finally {
    port.close();
  }
}

/** Tells what is new on the record since the last time. */
function createTelling(incumbent: DrivenIncumbent, tell: (message: PoolMessage) => void): () => void {
  let toldObjective = Infinity;
  let toldBound = 0;
  let toldSchedules = 0;
  return () => {
    const { objective, bound, starts, modes, schedules, isClosed } = incumbent;
    if (schedules > toldSchedules) tell({ type: 'counted', schedules: schedules - toldSchedules });
    toldSchedules = schedules;
    if (objective < toldObjective && starts !== undefined && modes !== undefined) {
      toldObjective = objective;
      tell({ type: 'found', starts, modes, objective, by: incumbent.improvements.at(-1)?.by ?? 'worker' });
    }
    if (isClosed) tell({ type: 'closed', objective });
    else if (bound > toldBound) tell({ type: 'bound', bound });
    toldBound = bound;
  };
}
