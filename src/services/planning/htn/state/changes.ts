// Changes: what a step does to a state. Conditions and values are those of the state before; of a fact both
// deleted and added, the addition wins.
import { holds, matches, objectsOf, quantity } from './evaluate.js';
import type { Bindings, Situation } from './evaluate.js';
import type { NumericChange, Postcondition } from '../formula.js';
import { keyOf } from './state-history.js';

/** A fact or number that a step changes. */
export interface FactChange {
  readonly predicate: string;
  readonly arguments: readonly string[];
}

export interface NumberChange {
  readonly function: string;
  readonly arguments: readonly string[];
  readonly value: number;
}

/** All that one step changes; what is deleted is not added too. */
export interface Changes {
  readonly adds: readonly FactChange[];
  readonly deletes: readonly FactChange[];
  readonly numbers: readonly NumberChange[];
}

/** What a postcondition changes in a state. */
export function changesOf(postcondition: Postcondition, bindings: Bindings, situation: Situation): Changes {
  const adds = new Map<string, FactChange>();
  const deletes = new Map<string, FactChange>();
  const numbers = new Map<string, NumberChange>();
  const gather = (one: Postcondition, bound: Bindings): void => {
    switch (one.kind) {
      case 'add':
      case 'delete': {
        const args = objectsOf(one.atom.terms, bound);
        const { predicate } = one.atom;
        (one.kind === 'add' ? adds : deletes).set(keyOf(predicate, args), { predicate, arguments: args });
        return;
      }
      case 'change': {
        const args = objectsOf(one.fluent.terms, bound);
        const key = keyOf(one.fluent.function, args);
        // Several changes of one number by one step come one after the other.
        const before = numbers.get(key)?.value ?? situation.state.value(one.fluent.function, args);
        const value = changed(one.change, before, quantity(one.value, bound, situation));
        numbers.set(key, { function: one.fluent.function, arguments: args, value });
        return;
      }
      case 'and':
        for (const part of one.parts) gather(part, bound);
        return;
      case 'when':
        if (holds(one.condition, bound, situation)) gather(one.postcondition, bound);
        return;
      case 'forall': {
        const outer = { ...bound };
        for (const { name } of one.variables) delete outer[name];
        // A condition chooses the objects, which is faster than to try each of them.
        const [conditions, then] =
          one.postcondition.kind === 'when'
            ? [[one.postcondition.condition], one.postcondition.postcondition]
            : [[], one.postcondition];
        for (const match of matches(one.variables, conditions, outer, situation)) gather(then, match);
      }
    }
  };
  gather(postcondition, bindings);
  for (const key of adds.keys()) deletes.delete(key);
  return { adds: [...adds.values()], deletes: [...deletes.values()], numbers: [...numbers.values()] };
}

function changed(change: NumericChange, before: number, value: number): number {
  if (change === 'assign') return value;
  if (change === 'increase') return before + value;
  if (change === 'decrease') return before - value;
  return change === 'scale-up' ? before * value : before / value;
}
