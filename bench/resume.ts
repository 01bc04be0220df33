// Resume: how long a restarted engine takes to go on. A child process is killed in the middle of a plan and
// started again; the time runs from the moment the parent starts the second one to its first new task.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Figures } from './measures.js';
import { createNoopTool, planOf } from './plans.js';
import { killedAt, sizeOf, type Shape } from './shapes.js';
import { inFolder, openEngine } from './store.js';

/** A plan that is killed in its middle. */
export interface ResumeTask {
  readonly measure: 'resume';
  readonly shape: Shape;
  readonly parallel: number;
  /** How many plans of the same shape have ended in the store before [0]. */
  readonly ended: number;
}

/** What a life of the resumed process is told. */
export interface Life extends ResumeTask {
  readonly life: 'past' | 'first' | 'second';
  readonly store: string;
}

const goalId = 'resumed';

/** Measures one kill and restart of this engine. `start` makes a child process that lives a {@link Life}. */
export function measureResume(
  task: ResumeTask,
  parent: string,
  start: (life: Life) => ChildProcess,
): Promise<Figures> {
  return inFolder(parent, async (folder) => {
    const store = join(folder, 'store');
    if (task.ended > 0) await ended(start({ ...task, store, life: 'past' }));
    return killAndRestart(task.shape, (life) => start({ ...task, store, life }));
  });
}

/** Measures one kill and restart of any engine whose first life says `half` and whose second says `first task`. */
export async function killAndRestart(
  shape: Shape,
  start: (life: 'first' | 'second') => ChildProcess,
): Promise<Figures> {
  const first = start('first');
  await lineOf(first, /^half$/);
  await killed(first);
  const at = performance.now();
  const second = start('second');
  const ms = (await lineOf(second, /^first task$/)).at - at;
  await killed(second);
  return { tasks: sizeOf(shape), resumeMs: Math.round(ms * 10) / 10 };
}

/** Lives a life: the past until all plans have ended, the others until they are killed. */
export async function live(told: Life): Promise<void> {
  if (told.life === 'past') return livePast(told);
  const { life, store, shape, parallel } = told;
  const [says, at] = life === 'first' ? ['half', killedAt(shape)] : ['first task', 1];
  const tool = createNoopTool((count) => void (count === at && process.stdout.write(`${says}\n`)));
  const engine = await openEngine(store, tool);
  if (life === 'first') await engine.submit(planOf(shape, parallel), { goalId });
  const goal = await engine.goal(goalId);
  await goal.result();
  throw new Error(`the plan ended before the ${life} process was killed`);
}

/** Nothing is measured here: the disk need not be flushed. */
async function livePast({ store, shape, parallel, ended: plans }: Life): Promise<void> {
  const engine = await openEngine(store, createNoopTool(), 'relaxed');
  for (let plan = 0; plan < plans; plan += 1) {
    const goal = await engine.submit(planOf(shape, parallel));
    const { status } = await goal.result();
    if (status !== 'succeeded') throw new Error(`expected the past's plans to succeed, one ended ${status}`);
  }
  await engine.close();
}

/** A line that came: the instant, and what its pattern has found in it. */
export interface Line {
  readonly at: number;
  readonly found: string;
}

/** Resolves with the first line that fits. */
export function lineOf(child: ChildProcess, wanted: RegExp): Promise<Line> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`the child ended (${code ?? signal}) before it said '${String(wanted)}'`));
    });
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

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the process that fills the store ended with ${code}`));
    });
  });
}

/** How long one child may take. */
export const deadlineMs = 600_000;

/** Makes a child process of a script of ours. */
export function startChild(task: unknown, script: string, options: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [...options, script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
