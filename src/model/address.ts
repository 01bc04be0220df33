// Address: the identity of a domain actor on disk, in the journal, in messages and in the inspector.
//
//   goal/<goal> · plan/<goal> · task/<goal>/<task> · task/<goal>/<task>[3] (a round of a loop)
//   task/<goal>/<task>~undo (a compensation) · monitor/<goal>/<name> · contingency/<goal>/<id>
import { invariant } from '../errors.js';

/** The kinds of domain actor; each has one statechart. */
export type ActorKind = 'goal' | 'plan' | 'task' | 'monitor' | 'contingency';
export const actorKinds: readonly ActorKind[] = ['goal', 'plan', 'task', 'monitor', 'contingency'];

export const addressOf = {
  goal: (goalId: string): string => `goal/${goalId}`,
  plan: (goalId: string): string => `plan/${goalId}`,
  task: (goalId: string, taskId: string): string => `task/${goalId}/${taskId}`,
  monitor: (goalId: string, name: string): string => `monitor/${goalId}/${name}`,
  contingency: (goalId: string, id: string): string => `contingency/${goalId}/${id}`,
  /** The desk that keeps a plan's frontier: which tasks can go next. */
  frontier: (goalId: string): string => `frontier/${goalId}`,
  /** The desk that grants locks, resources and places in the width. */
  reservations: (goalId: string): string => `reservations/${goalId}`,
} as const;

/** Splits an address. `name` is empty for a goal and a plan. */
export function parseAddress(address: string): { kind: string; goalId: string; name: string } {
  const first = address.indexOf('/');
  invariant(first > 0, `A1 an address has a kind and a goal, got '${address}'`);
  const second = address.indexOf('/', first + 1);
  return second < 0
    ? { kind: address.slice(0, first), goalId: address.slice(first + 1), name: '' }
    : {
        kind: address.slice(0, first),
        goalId: address.slice(first + 1, second),
        name: address.slice(second + 1),
      };
}

/** The id of a loop's round, from 0. */
export const roundId = (taskId: string, index: number): string => `${taskId}[${index}]`;
/** The id of the task that undoes another. */
export const undoId = (taskId: string): string => `${taskId}~undo`;

/** Splits a running task's id into the plan's task, the round and whether it is a compensation. */
export function parseTaskId(id: string): { taskId: string; round: number | undefined; undo: boolean } {
  const undo = id.endsWith('~undo');
  const rest = undo ? id.slice(0, -5) : id;
  const open = rest.indexOf('[');
  return open < 0
    ? { taskId: rest, round: undefined, undo }
    : { taskId: rest.slice(0, open), round: Number(rest.slice(open + 1, -1)), undo };
}
