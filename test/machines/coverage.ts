// Coverage: which states and transitions of the charts have been taken, read off XState's inspection events.
// A transition is one candidate: one entry of a list in `on`, `onDone` or `always`. States that are left in the
// same step in which they are entered count too.
import type { AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition, InspectionEvent } from 'xstate';

/** What of XState's state nodes is needed here. */
interface StateNode {
  readonly id: string;
  readonly type: string;
  readonly states: Readonly<Record<string, StateNode>>;
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  readonly always?: readonly Transition[];
}

interface Transition {
  readonly source: StateNode;
  readonly eventType: string;
  readonly target?: readonly StateNode[];
  readonly guard?: unknown;
}

export interface Elements {
  readonly states: readonly string[];
  readonly transitions: readonly string[];
}

/** Moves between the top states of a chart, as `plan: ready → executing`. */
export type Moves = ReadonlySet<string>;

export interface Coverage {
  /** To be given to an actor or an engine as `inspect`. */
  readonly inspect: (event: InspectionEvent) => void;
  readonly states: ReadonlySet<string>;
  readonly transitions: ReadonlySet<string>;
  readonly moves: Moves;
  /** What a chart has and was not seen. */
  uncovered(machine: AnyStateMachine): Elements;
}

/** All states (but the root and history) and all transitions of a chart, in their order in it. */
export function elementsOf(machine: AnyStateMachine): Elements {
  const states: string[] = [];
  const transitions: string[] = [];
  const visit = (node: StateNode, isRoot: boolean): void => {
    if (node.type !== 'history' && !isRoot) states.push(node.id);
    for (const list of [...node.transitions.values(), node.always ?? []]) {
      for (const one of list) transitions.push(nameOf(one));
    }
    for (const child of Object.values(node.states)) visit(child, false);
  };
  visit(machine.root as unknown as StateNode, true);
  return { states, transitions };
}

/** A transition in words: where from, on what, under which guard, where to. Unique in its chart. */
function nameOf(transition: Transition): string {
  const { source, eventType, target } = transition;
  const list = eventType === '' ? source.always : source.transitions.get(eventType);
  const place = (list?.indexOf(transition) ?? -1) + 1;
  const guard = typeof transition.guard === 'string' ? ` [${transition.guard}]` : '';
  const event = eventType === '' ? 'always' : eventType.replace(/^xstate\.done\.actor\.(.*)$/, '$1 done');
  const to = target === undefined ? 'itself' : target.map(({ id }) => id).join(' + ');
  const which = (list?.length ?? 0) > 1 ? ` ${place}` : '';
  return `${source.id} · ${event}${which}${guard} → ${to}`;
}

const topOf = (snapshot: AnyMachineSnapshot): string =>
  typeof snapshot.value === 'string' ? snapshot.value : (Object.keys(snapshot.value as object)[0] ?? '');

/** Makes a coverage that listens to any number of actors of any of the charts. */
export function createCoverage(): Coverage {
  const states = new Set<string>();
  const transitions = new Set<string>();
  const moves = new Set<string>();
  const tops = new WeakMap<object, string>();

  const enter = (node: StateNode): void => void states.add(node.id);

  function noteSnapshot(ref: object, snapshot: AnyMachineSnapshot): void {
    for (const node of snapshot._nodes as unknown as StateNode[]) enter(node);
    const top = topOf(snapshot);
    // An actor that is seen for the first time in a step of its own making began in `ready`.
    const before = tops.get(ref);
    tops.set(ref, top);
    if (before !== undefined && before !== top) moves.add(`${snapshot.machine.id}: ${before} → ${top}`);
  }

  function inspect(event: InspectionEvent): void {
    if (event.type === '@xstate.microstep') {
      const snapshot = event.snapshot as AnyMachineSnapshot;
      if (event.event.type === 'xstate.stop') return;
      if (event.event.type === 'xstate.init' && !tops.has(event.actorRef)) tops.set(event.actorRef, 'ready');
      for (const definition of event._transitions as readonly AnyTransitionDefinition[]) {
        const transition = definition as unknown as Transition;
        transitions.add(nameOf(transition));
        if (!isRoot(transition.source)) enter(transition.source);
      }
      noteSnapshot(event.actorRef, snapshot);
    } else if (event.type === '@xstate.snapshot' && 'machine' in event.snapshot) {
      noteSnapshot(event.actorRef, event.snapshot as AnyMachineSnapshot);
    }
  }

  return {
    inspect,
    states,
    transitions,
    moves,
    uncovered: (machine) => {
      const all = elementsOf(machine);
      return {
        states: all.states.filter((one) => !states.has(one)),
        transitions: all.transitions.filter((one) => !transitions.has(one)),
      };
    },
  };
}

const isRoot = (node: StateNode): boolean => !node.id.includes('.');
