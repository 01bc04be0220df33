// Workloads: what is measured, in three sizes: for measuring, the same once, and in a few seconds to see that
// the benchmarks still run.
import type { Task } from './measures.js';
import type { Shape } from './plans.js';

export interface Workload {
  readonly name: string;
  readonly task:
    | Task
    | { readonly measure: 'resume'; readonly shape: Shape; readonly parallel: number }
    | { readonly measure: 'waiting'; readonly goals: number };
}

/** How many tasks of a plan may run at once. */
const parallel = 1000;

const chain = (tasks: number): Workload => ({
  name: `chain of ${count(tasks)}`,
  task: { measure: 'plan', shape: { kind: 'chain', tasks }, parallel },
});
const fan = (tasks: number): Workload => ({
  name: `fan of ${count(tasks)}`,
  task: { measure: 'plan', shape: { kind: 'fan', tasks }, parallel },
});
const layered = (layers: number, width: number): Shape => ({ kind: 'layers', layers, width });
const layers = (number: number, width: number): Workload => ({
  name: `${number} layers of ${count(width)}`,
  task: { measure: 'plan', shape: layered(number, width), parallel },
});
const goals = (number: number, tasks: number, atOnce: number): Workload => ({
  name: `${count(number)} goals of ${tasks}`,
  task: { measure: 'goals', goals: number, tasks, atOnce },
});
const resume = (number: number, width: number): Workload => ({
  name: `resume in ${count(number * width)}`,
  task: { measure: 'resume', shape: layered(number, width), parallel },
});
const waiting = (goals: number): Workload => ({
  name: `${count(goals)} waiting goals`,
  task: { measure: 'waiting', goals },
});
const snapshot = (number: number, width: number): Workload => ({
  name: `snapshot at ${count(number * width)}`,
  task: { measure: 'snapshot', shape: layered(number, width), parallel },
});
const lives = (number: number): Workload => ({
  name: `xstate ${count(number)} lives`,
  task: { measure: 'xstate', lives: number },
});

function count(number: number): string {
  return String(number).replace(/(?<=\d)(?=(\d{3})+$)/g, ',');
}

export const fullWorkloads: readonly Workload[] = [
  lives(20_000),
  chain(1_000),
  chain(10_000),
  layers(10, 100),
  layers(10, 1_000),
  layers(10, 10_000),
  fan(1_000),
  fan(10_000),
  goals(1_000, 5, 50),
  snapshot(10, 10),
  snapshot(10, 1_000),
  snapshot(10, 10_000),
  resume(10, 1_000),
  resume(10, 10_000),
  waiting(100_000),
];

export const smokeWorkloads: readonly Workload[] = [
  lives(50),
  chain(20),
  layers(3, 5),
  fan(20),
  goals(4, 3, 2),
  snapshot(4, 10),
  resume(10, 20),
  waiting(20),
];
