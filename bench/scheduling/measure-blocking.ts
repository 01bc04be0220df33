// Measuring how long the event loop is blocked while a problem is solved on the caller's own thread, from the moment it is
// asked: the longest stretch between two turns, as the loop sees it and as the processor spends it.
import { existsSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { solve } from '#src/services/scheduling/solve.js';
import { cpuMs } from '../processor.js';
import { generateProblem } from './generate.js';

export interface BlockingLine {
  readonly tasks: number;
  readonly turns: number;
  /** Time of the processor that the thread (or, but on Linux, the process) spent between two turns. */
  readonly longestCpuMs: number;
  readonly p99CpuMs: number;
  /** What `monitorEventLoopDelay` saw: the machine's other work counts, too. */
  readonly longestWallMs: number;
  readonly p99WallMs: number;
}

/** What the kernel knows of the thread: nanoseconds first; it keeps count in ticks of up to 4 ms. */
const threadFile = `/proc/self/task/${process.pid}/schedstat`;
const isThreadKnown = existsSync(threadFile);

function threadMs(): number {
  return isThreadKnown ? Number(readFileSync(threadFile, 'utf8').split(' ')[0]) / 1e6 : cpuMs();
}

export async function measureBlocking(
  tasks: number,
  sliceMs: number,
  seconds: number,
): Promise<BlockingLine> {
  const problem = generateProblem(tasks, 1);
  const pieces: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let isOver = false;
  let last = 0;
  const turn = (): void => {
    const present = threadMs();
    pieces.push(present - last);
    last = threadMs();
    if (!isOver) setImmediate(turn);
  };
  await new Promise((resolve) => setImmediate(resolve));
  delay.enable();
  last = threadMs();
  setImmediate(turn);
  await solve(problem, { sliceMs, timeLimitMs: seconds * 1000, now: threadMs });
  isOver = true;
  delay.disable();
  pieces.sort((one, other) => one - other);
  return {
    tasks,
    turns: pieces.length,
    longestCpuMs: pieces.at(-1) ?? 0,
    p99CpuMs: pieces[Math.floor(pieces.length * 0.99)] ?? 0,
    longestWallMs: delay.max / 1e6,
    p99WallMs: delay.percentile(99) / 1e6,
  };
}
