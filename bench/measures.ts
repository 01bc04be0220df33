// Measures: one workload, measured once, in a process of its own. What is measured is plain numbers by name.
import { join } from 'node:path';
import type { Engine } from 'statewright';
import { cpuMs } from './processor.js';
import { createNoopTool, planOf } from './plans.js';
import { resultBytes, sizeOf, type Shape } from './shapes.js';
import { bytesIn, compactedBytes, inFolder, openEngine, recordBatches, recordBytes } from './store.js';
import { replay, xstateLives } from './yardsticks.js';

/** What a child process is told to measure. */
export type Task =
  | { readonly measure: 'plan'; readonly shape: Shape; readonly parallel: number }
  | { readonly measure: 'goals'; readonly goals: number; readonly tasks: number; readonly atOnce: number }
  | { readonly measure: 'snapshot'; readonly shape: Shape; readonly parallel: number }
  | { readonly measure: 'xstate'; readonly lives: number };

/** Names → numbers; a name ends with its unit. */
export type Figures = Readonly<Record<string, number>>;

const round = (value: number): number => Math.round(value * 1000) / 1000;
const megabytes = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** Measures a workload once. `parent` is the folder in which stores are made. */
export function measure(task: Task, parent: string): Promise<Figures> {
  switch (task.measure) {
    case 'plan':
      return inFolder(parent, (folder) => measurePlan(task.shape, task.parallel, folder));
    case 'goals':
      return inFolder(parent, (folder) => measureGoals(task, folder));
    case 'snapshot':
      return inFolder(parent, (folder) => measureSnapshot(task.shape, task.parallel, folder));
    case 'xstate':
      return Promise.resolve(measureLives(task.lives));
  }
}

async function measurePlan(shape: Shape, parallel: number, folder: string): Promise<Figures> {
  const store = join(folder, 'store');
  const recording = recordBatches(); // Before the store is opened: the engine may hold on to what writes.
  const engine = await openWarm(store);
  recording.forget();
  const { goal, watch, submitMs } = await submitTimed(engine, shape, parallel);
  const result = await goal.result();
  const took = watch();
  expectEnd(result.status, result.counts.succeeded, sizeOf(shape));
  const peakMb = megabytes();
  await engine.close();
  const batches = recording.stop();
  return {
    ...figuresOf(sizeOf(shape), took),
    submitMs: round(submitMs),
    peakMb,
    ...(await onDisk(store, sizeOf(shape), batches.length)),
    ...(await replay(batches, join(folder, 'raw'), sizeOf(shape))),
  };
}

/** An engine that has run four tasks. Peers are warmed in the same way: their services do much at their first use. */
async function openWarm(store: string): Promise<Engine> {
  const engine = await openEngine(store, createNoopTool());
  const goal = await engine.submit(planOf({ kind: 'layers', layers: 2, width: 2 }, 2));
  await goal.result();
  return engine;
}

/** Makes the document before the time runs, and keeps no hold of it. */
async function submitTimed(engine: Engine, shape: Shape, parallel: number) {
  const document = planOf(shape, parallel);
  const watch = startWatch();
  const goal = await engine.submit(document);
  return { goal, watch, submitMs: watch().ms };
}

interface Took {
  readonly ms: number;
  /** Of this process, on any core. Busy neighbours change it little. */
  readonly cpuMs: number;
}

function startWatch(): () => Took {
  const start = performance.now();
  const before = cpuMs();
  return () => ({ ms: performance.now() - start, cpuMs: cpuMs() - before });
}

function figuresOf(tasks: number, { ms, cpuMs }: Took): Figures {
  return {
    tasks,
    ms: round(ms),
    tasksPerS: Math.round((tasks / ms) * 1000),
    usPerTask: round((ms / tasks) * 1000),
    cpuUsPerTask: round((cpuMs / tasks) * 1000),
  };
}

async function onDisk(store: string, tasks: number, batches: number): Promise<Figures> {
  const left = bytesIn(store);
  const compacted = await compactedBytes(store);
  return {
    batches,
    diskBytesPerTask: Math.round(left / tasks) - resultBytes,
    compactedBytesPerTask: Math.round(compacted / tasks) - resultBytes,
  };
}

async function measureGoals(
  task: { goals: number; tasks: number; atOnce: number },
  folder: string,
): Promise<Figures> {
  const store = join(folder, 'store');
  const recording = recordBatches();
  const engine = await openWarm(store);
  recording.forget();
  const all = task.goals * task.tasks;
  let next = 0;
  const watch = startWatch();
  const lane = async (): Promise<void> => {
    while (next < task.goals) {
      next += 1;
      const goal = await engine.submit(planOf({ kind: 'chain', tasks: task.tasks }, 1));
      const { status, counts } = await goal.result();
      expectEnd(status, counts.succeeded, task.tasks);
    }
  };
  await Promise.all(Array.from({ length: task.atOnce }, lane));
  const took = watch();
  const peakMb = megabytes();
  await engine.close();
  const batches = recording.stop();
  return {
    ...figuresOf(all, took),
    goalsPerS: Math.round((task.goals / took.ms) * 1000),
    peakMb,
    ...(await onDisk(store, all, batches.length)),
    ...(await replay(batches, join(folder, 'raw'), all)),
  };
}

/** Runs half of a plan, stops there, and looks at what the plan's actor has on disk. */
async function measureSnapshot(shape: Shape, parallel: number, folder: string): Promise<Figures> {
  const store = join(folder, 'store');
  const tasks = sizeOf(shape);
  let reached = (): void => {};
  const half = new Promise<void>((resolve) => (reached = resolve));
  const engine: Engine = await openEngine(
    store,
    createNoopTool((count) => void (count >= tasks / 2 && reached())),
  );
  await engine.submit(planOf(shape, parallel));
  await half;
  await engine.close();
  const snapshotBytes = await recordBytes(store, '!actors!', '/plan/');
  if (snapshotBytes === 0) throw new Error('the plan had ended before its snapshot could be looked at');
  return { tasks, snapshotBytes };
}

function measureLives(lives: number): Figures {
  const ms = xstateLives(lives);
  return { lives, ms: round(ms), livesPerS: Math.round((lives / ms) * 1000) };
}

function expectEnd(status: string, succeeded: number, tasks: number): void {
  if (status === 'succeeded' && succeeded === tasks) return;
  throw new Error(`expected ${tasks} tasks to succeed, got ${succeeded}, and the goal ended ${status}`);
}
