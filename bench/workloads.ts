// Workloads: what is measured, in three sizes: for measuring, the same once, and in a few seconds to see that
// the benchmarks still run.
import type { Task } from './measures.js';
import type { ResumeTask } from './resume.js';
import type { Shape } from './shapes.js';

export interface Workload {
  readonly name: string;
  readonly task: Task | ResumeTask | { readonly measure: 'waiting'; readonly goals: number };
  /** Whether other engines are measured with it too. */
  readonly peers?: boolean;
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
const resume = (number: number, width: number, ended = 0): Workload => ({
  name: `resume in ${count(number * width)}${ended === 0 ? '' : ` beside ${count(ended * number * width)} ended`}`,
  task: { measure: 'resume', shape: layered(number, width), parallel, ended },
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

const withPeers = (workload: Workload): Workload => ({ ...workload, peers: true });

function count(number: number): string {
  return String(number).replace(/(?<=\d)(?=(\d{3})+$)/g, ',');
}

export const fullWorkloads: readonly Workload[] = [
  lives(20_000),
  withPeers(chain(1_000)),
  chain(10_000),
  withPeers(layers(10, 100)),
  layers(10, 1_000),
  layers(10, 10_000),
  withPeers(fan(1_000)),
  fan(10_000),
  withPeers(goals(1_000, 5, 50)),
  snapshot(10, 10),
  snapshot(10, 1_000),
  snapshot(10, 10_000),
  withPeers(resume(10, 100)),
  resume(10, 100, 100),
  resume(10, 1_000),
  resume(10, 10_000),
  waiting(100_000),
];

export const smokeWorkloads: readonly Workload[] = [
  lives(50),
  withPeers(chain(20)),
  withPeers(layers(3, 5)),
  withPeers(fan(20)),
  withPeers(goals(4, 3, 2)),
  snapshot(4, 10),
  withPeers(resume(2, 200)),
  resume(4, 10, 2),
  waiting(20),
];
