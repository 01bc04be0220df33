// Waiting: what it costs to start an engine on a store in which very many goals only wait. One process makes the goals
// and ends; another opens the store, says when it is ready, and answers one of the goals.
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Figures } from './measures.js';
import { createNoopTool } from './plans.js';
import { killed, lineOf } from './resume.js';
import { bytesIn, inFolder, openEngine } from './store.js';

/** What a process of this workload is told. */
export interface Waiting {
  readonly waiting: 'fill' | 'start';
  readonly store: string;
  readonly goals: number;
}

/** How many goals are submitted at once. */
const lanes = 50;
const idOf = (number: number): string => `waiting-${number}`;

/** Half of the goals wait for an approval, the others for an instant; each has a task that comes then. */
function documentOf(number: number): Record<string, unknown> {
  const wait = number % 2 === 0 ? { approval: 'go on?' } : { duration: '48h' };
  const tasks = { wait: { action: { wait } }, next: { action: { tool: 'bench.noop' }, after: ['wait'] } };
  return { version: 1, goal: { name: `Waiting ${number}` }, tasks };
}

/** Measures one start. `start` makes a child process that is told what to do. */
export function measureWaiting(
  goals: number,
  parent: string,
  start: (told: Waiting) => ChildProcess,
): Promise<Figures> {
  return inFolder(parent, async (folder) => {
    const about = { store: join(folder, 'store'), goals };
    const fill = start({ waiting: 'fill', ...about });
    await lineOf(fill, /^filled$/);
    const bytes = bytesIn(about.store);
    const at = performance.now();
    const child = start({ waiting: 'start', ...about });
    const ready = await lineOf(child, /^ready (\d+)$/);
    const woken = await lineOf(child, /^ended (\d+)$/);
    await killed(child);
    return {
      goals,
      startMs: Math.round(ready.at - at),
      readyRssMb: Number(ready.found),
      wakeMs: Number(woken.found),
      diskBytesPerGoal: Math.round(bytes / goals),
    };
  });
}

/** Does what a process of this workload is told. */
export async function wait({ waiting, store, goals }: Waiting): Promise<void> {
  if (waiting === 'fill') return fill(store, goals);
  const engine = await openEngine(store, createNoopTool());
  console.log(`ready ${Math.round(process.memoryUsage.rss() / 1024 / 1024)}`);
  const at = performance.now();
  const goal = await engine.goal(idOf(0));
  await goal.approve();
  const { status } = await goal.result();
  if (status !== 'succeeded') throw new Error(`the goal that was answered ended ${status}`);
  console.log(`ended ${Math.round(performance.now() - at)}`);
  await new Promise<void>(() => {});
}

async function fill(store: string, goals: number): Promise<void> {
  const engine = await openEngine(store, createNoopTool(), 'sync', { passivateAfterMs: 500 });
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < goals) {
      const number = next++;
      await engine.submit(documentOf(number), { goalId: idOf(number) });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await engine.close();
  console.log('filled');
}
