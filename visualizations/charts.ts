// Charts: the five statecharts of the engine, and a plain tree of one with all targets resolved, from which
// the exports are written. Actions, guards and ports are names; a chart that holds code where a name belongs
// is refused, because no export could show it.
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { contingencyMachine, contingencyVersion } from '#src/machines/contingency.machine.js';
import { goalMachine, goalVersion } from '#src/machines/goal.machine.js';
import { monitorMachine, monitorVersion } from '#src/machines/monitor.machine.js';
import { planMachine, planVersion } from '#src/machines/plan.machine.js';
import { taskMachine, taskVersion } from '#src/machines/task.machine.js';

/** A statechart with the kind of actor that it is for. */
export interface Chart {
  readonly kind: string;
  readonly version: number;
  readonly machine: AnyStateMachine;
}

export const charts: readonly Chart[] = [
  { kind: 'goal', version: goalVersion, machine: goalMachine as unknown as AnyStateMachine },
  { kind: 'plan', version: planVersion, machine: planMachine as unknown as AnyStateMachine },
  { kind: 'task', version: taskVersion, machine: taskMachine as unknown as AnyStateMachine },
  { kind: 'monitor', version: monitorVersion, machine: monitorMachine as unknown as AnyStateMachine },
  {
    kind: 'contingency',
    version: contingencyVersion,
    machine: contingencyMachine as unknown as AnyStateMachine,
  },
];

export interface Transition {
  /** The event's type, `done(<invoke>)` or `error(<invoke>)` for what an invoke gives, empty for `always`. */
  readonly event: string;
  /** Its guard; `else` when it has none and others of the same event come before it. */
  readonly guard: string;
  readonly actions: readonly string[];
  /** The path of the state it leads to; undefined when it stays where it is. */
  readonly target: string | undefined;
}

export interface State {
  /** Keys from the root on, joined by dots; empty for the root. */
  readonly path: string;
  readonly key: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** The path of the state that is entered first. */
  readonly initial: string | undefined;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly { readonly id: string; readonly src: string }[];
  readonly transitions: readonly Transition[];
  readonly states: readonly State[];
}

/** Reads a machine as a tree of plain values. */
export function treeOf(machine: AnyStateMachine): State {
  return stateOf(machine.root as AnyStateNode);
}

/** All states of a tree, the root first, parents before children. */
export function statesOf(root: State): State[] {
  return [root, ...root.states.flatMap(statesOf)];
}

const pathOf = (node: AnyStateNode): string => node.path.join('.');

function stateOf(node: AnyStateNode): State {
  const transitions = [
    ...[...node.transitions].flatMap(([event, all]) => transitionsOf(eventName(event), all)),
    ...transitionsOf('', node.always ?? []),
  ];
  return {
    path: pathOf(node),
    key: node.key,
    type: node.type,
    initial: node.type === 'compound' ? initialOf(node) : undefined,
    entry: node.entry.map(nameOf),
    exit: node.exit.map(nameOf),
    invokes: node.invoke.map(({ id, src }) => ({ id, src: nameOf(src) })),
    transitions,
    states: Object.values(node.states).map((child) => stateOf(child as AnyStateNode)),
  };
}

function initialOf(node: AnyStateNode): string | undefined {
  const [first] = node.initial?.target ?? [];
  return first === undefined ? undefined : pathOf(first);
}

interface Definition {
  readonly target?: readonly AnyStateNode[] | undefined;
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
}

function transitionsOf(event: string, all: readonly Definition[]): Transition[] {
  return all.map(({ target, guard, actions }, place) => {
    const [first] = target ?? [];
    return {
      event,
      guard: guard === undefined ? (place > 0 ? 'else' : '') : nameOf(guard),
      actions: actions.map(nameOf),
      target: first === undefined ? undefined : pathOf(first),
    };
  });
}

function eventName(type: string): string {
  const invoked = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type);
  return invoked === null ? type : `${invoked[1] ?? ''}(${invoked[2] ?? ''})`;
}

/** The name of an action, guard or port, with the values of its params: `tellEnd(failed)`. */
function nameOf(given: unknown): string {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null || !('type' in given) || typeof given.type !== 'string') {
    throw new TypeError(`expected the name of an implementation, got ${typeof given}: name it in setup()`);
  }
  const { params } = given as { params?: unknown };
  if (params === undefined) return given.type;
  if (typeof params !== 'object' || params === null)
    throw new TypeError(`expected the params of '${given.type}' to be a plain object, got ${typeof params}`);
  return `${given.type}(${Object.values(params).map(String).join(', ')})`;
}
