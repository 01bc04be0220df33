// Resume: how long a restarted engine takes to go on. A child process is killed in the middle of a plan and
// started again; the time runs from the moment the parent starts the second one to its first new task.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Figures } from './measures.js';
import { createNoopTool, planOf, sizeOf, type Shape } from './plans.js';
import { inFolder, openEngine } from './store.js';

/** What the two lives of the resumed process are told. */
export interface Life {
  readonly life: 'first' | 'second';
  readonly store: string;
  readonly shape: Shape;
  readonly parallel: number;
}

const goalId = 'resumed';

/** Measures one kill and restart. `start` makes a child process that lives a {@link Life}. */
export function measureResume(
  shape: Shape,
  parallel: number,
  parent: string,
  start: (life: Life) => ChildProcess,
): Promise<Figures> {
  return inFolder(parent, async (folder) => {
    const about = { store: join(folder, 'store'), shape, parallel };
    const first = start({ life: 'first', ...about });
    await lineOf(first, /^half$/);
    await killed(first);
    const at = performance.now();
    const second = start({ life: 'second', ...about });
    const ms = (await lineOf(second, /^first task$/)).at - at;
    await killed(second);
    return { tasks: sizeOf(shape), resumeMs: Math.round(ms * 10) / 10 };
  });
}

/** Lives a life: until it is killed. */
export async function live({ life, store, shape, parallel }: Life): Promise<void> {
  const says = life === 'first' ? 'half' : 'first task';
  const at = life === 'first' ? Math.ceil(sizeOf(shape) / 2) : 1;
  const tool = createNoopTool((count) => void (count === at && process.stdout.write(`${says}\n`)));
  const engine = await openEngine(store, tool);
  if (life === 'first') await engine.submit(planOf(shape, parallel), { goalId });
  const goal = await engine.goal(goalId);
  await goal.result();
  throw new Error(`the plan ended before the ${life} process was killed`);
}

/** A line that came: the instant, and what its pattern has found in it. */
export interface Line {
  readonly at: number;
  readonly found: string;
}

/** Resolves with the first line that fits. */
export function lineOf(child: ChildProcess, wanted: RegExp): Promise<Line> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the child ended (${code}) before it said ${String(wanted)}`)),
    );
    if (child.stdout === null) return reject(new Error('the child has no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = wanted.exec(line);
      if (found !== null) resolve({ at: performance.now(), found: found[1] ?? '' });
    });
  });
}

/** Kills a child and waits for its end. */
export function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** Makes a child process of this folder's `child.js`. */
export function startChild(task: unknown, script: string, options: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [...options, script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
