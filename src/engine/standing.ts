// Standing: how the actors of a goal stand, for those who look: from memory, or for a passive goal from disk, which
// does not wake it.
import { itemsOf } from '../actors/frontier-core.js';
import { stateName } from '../actors/state-name.js';
import type { BlockageNote } from '../machines/protocol.js';
import { addressOf, parseAddress } from '../model/address.js';
import type { BlockageKind } from '../model/blockage.js';
import type { ContingencyContext } from '../machines/contingency.setup.js';
import type { TaskContext } from '../machines/task.setup.js';
import { readActors } from '../persistence/resume.js';
import type { PlanReader } from '../persistence/plans.js';
import type { Runtime } from './runtime-types.js';

/** A task that has an actor. */
export interface LiveView {
  readonly state: string;
  readonly context: TaskContext;
  readonly blocked: BlockageNote | undefined;
}

export interface Standing {
  task(taskId: string): LiveView | undefined;
  /** The ids of all tasks that have an actor. */
  taskIds(): string[];
  /** The contingencies that wait for approval, by name. */
  contingencies(): { readonly name: string; readonly context: ContingencyContext }[];
  /** How many rounds a loop that is open has. */
  loopSize(taskId: string, reader: PlanReader): number | undefined;
}

/** How a goal's actors stand. */
export async function standingOf(runtime: Runtime, goalId: string): Promise<Standing> {
  await runtime.options.ledger.quiet();
  if (!runtime.passivation.isPassive(goalId)) return standingNow(runtime, goalId);
  return standingOnDisk(runtime, goalId);
}

/** How the actors stand that a goal has in memory. */
export function standingNow(runtime: Runtime, goalId: string): Standing {
  const { system, frontiers } = runtime;
  const frontier = frontiers.find(goalId);
  const named = (wanted: string): string[] =>
    system.addressesOf(goalId).flatMap((address) => {
      const { kind, name } = parseAddress(address);
      return kind === wanted ? [name] : [];
    });
  return {
    task(taskId) {
      const snapshot = system.snapshot(addressOf.task(goalId, taskId));
      if (snapshot === undefined) return undefined;
      const context = snapshot.context as TaskContext;
      return { state: stateName(snapshot.value), context, blocked: frontier?.live.get(taskId)?.blocked };
    },
    taskIds: () =>
      frontier === undefined ? named('task') : [...new Set([...frontier.live.keys(), ...named('task')])],
    contingencies: () =>
      named('contingency').flatMap((name) => {
        const snapshot = system.snapshot(addressOf.contingency(goalId, name));
        const context = snapshot?.context as ContingencyContext;
        return snapshot?.value === 'blocked' ? [{ name, context }] : [];
      }),
    loopSize: (taskId) => frontier?.loopSize(taskId),
  };
}

/** How a task of a goal in memory stands. */
export const live = (runtime: Runtime, goalId: string, taskId: string): LiveView | undefined =>
  standingNow(runtime, goalId).task(taskId);

type Stored = { readonly value: Parameters<typeof stateName>[0]; readonly context: unknown };

async function standingOnDisk(runtime: Runtime, goalId: string): Promise<Standing> {
  const tasks = new Map<string, LiveView>();
  const contingencies: { name: string; context: ContingencyContext }[] = [];
  for (const [address, { machine, snapshot }] of await readActorsOf(runtime, goalId)) {
    const { name } = parseAddress(address);
    const { value, context } = snapshot as unknown as Stored;
    const state = stateName(value);
    if (machine === 'task') tasks.set(name, taskOnDisk(state, context as TaskContext));
    else if (machine === 'contingency' && state === 'blocked')
      contingencies.push({ name, context: context as ContingencyContext });
  }
  return {
    task: (taskId) => tasks.get(taskId),
    taskIds: () => [...tasks.keys()],
    contingencies: () => contingencies,
    // Of a passive goal only loops whose rounds wait are executing.
    loopSize: (taskId, reader) =>
      tasks.get(taskId)?.state === 'executing' ? itemsOfLoop(runtime, taskId, reader) : undefined,
  };
}

const readActorsOf = ({ options }: Runtime, goalId: string): ReturnType<typeof readActors> =>
  options.ledger.disk.reading((db) => readActors(db, goalId, options.charts));

function taskOnDisk(state: string, context: TaskContext): LiveView {
  const [top, kind = 'external'] = state.split('.');
  const blocked = top === 'blocked' ? { kind: kind as BlockageKind, detail: context.detail } : undefined;
  return { state, context, blocked };
}

function itemsOfLoop(runtime: Runtime, taskId: string, reader: PlanReader): number | undefined {
  const index = reader.indexOf(taskId);
  const action = index === undefined ? undefined : reader.task(index).action;
  return action?.kind === 'for_each' ? itemsOf(runtime.scopes, reader.plan, action.items).length : undefined;
}
