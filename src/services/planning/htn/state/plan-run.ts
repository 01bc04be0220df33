// Plan run: carries out the steps of a plan in the modelled world, one after the other, and keeps its history.
import type { Domain, Operator, Problem } from '../domain.js';
import { createDeriving } from './axioms.js';
import { changesOf } from './changes.js';
import type { Changes } from './changes.js';
import { quantity } from './evaluate.js';
import type { Bindings, Situation } from './evaluate.js';
import { createObjectTypes } from './object-types.js';
import type { ObjectTypes } from './object-types.js';
import { createStateHistory } from './state-history.js';

/** An operator with its objects. */
export interface GroundStep {
  readonly operator: Operator;
  readonly bindings: Bindings;
}

/** The worlds along a plan. */
export interface PlanRun {
  readonly objects: ObjectTypes;
  /** The world after so many steps, with what follows from the axioms. */
  at(position: number): Situation;
  /** Does a step after those before, whether its precondition holds or not. */
  advance(step: GroundStep): Changes;
  /** How many steps have been done. */
  readonly length: number;
  /** The sum of the costs of the steps so far. */
  readonly cost: number;
}

/** What happened besides the steps of a plan, after so many of them. */
export interface PlanEvent {
  readonly after: number;
  readonly changes: Changes;
}

/** Begins in the initial state of a problem. */
export function createPlanRun(domain: Domain, problem: Problem, events: readonly PlanEvent[] = []): PlanRun {
  const objects = createObjectTypes(domain, problem);
  const derive = createDeriving(domain, objects);
  const history = createStateHistory();
  for (const fact of problem.facts) history.setFact(fact.predicate, fact.arguments, true, 0);
  for (const one of problem.values) history.setValue(one.function, one.arguments, one.value, 0);
  const note = (changes: Changes, position: number): void => {
    for (const one of changes.deletes) history.setFact(one.predicate, one.arguments, false, position);
    for (const one of changes.adds) history.setFact(one.predicate, one.arguments, true, position);
    for (const one of changes.numbers) history.setValue(one.function, one.arguments, one.value, position);
  };
  const happen = (position: number): void => {
    for (const { after, changes } of events) if (after === position) note(changes, position);
  };
  happen(0);
  let length = 0;
  let cost = 0;
  let last: { readonly position: number; readonly situation: Situation } | undefined;
  const at = (position: number): Situation => {
    if (last?.position !== position)
      last = { position, situation: { state: derive(history.at(position)), objects } };
    return last.situation;
  };
  return {
    objects,
    at,
    advance({ operator, bindings }) {
      const situation = at(length);
      const changes = changesOf(operator.postcondition, bindings, situation);
      cost += operator.cost === undefined ? 1 : quantity(operator.cost, bindings, situation);
      length += 1;
      note(changes, length);
      happen(length);
      return changes;
    },
    get length() {
      return length;
    },
    get cost() {
      return cost;
    },
  };
}

/** The bindings of parameters to arguments, in order. */
export function bindParameters(
  parameters: readonly { readonly name: string }[],
  args: readonly string[],
): Record<string, string> {
  return Object.fromEntries(parameters.map(({ name }, at) => [name, args[at] ?? '']));
}
