// Misses: at which conditions a search could not go on, counted, with how far it had come there.
import { conjunctsOf, firstMatch } from '../state/evaluate.js';
import type { Bindings, Situation } from '../state/evaluate.js';
import type { Formula, TypedName } from '../formula.js';
import { showFormula } from '../language/show.js';

/** A condition that kept a method or operator from being used. */
export interface Miss {
  readonly kind: 'method' | 'operator' | 'goal';
  /** The method or operator; empty for the goal of the problem. */
  readonly subject: string;
  /** What did not hold, with variables. */
  readonly condition: string;
  /** How often. */
  readonly count: number;
  /** The most steps that were done before, and the depth of the task there. */
  readonly steps: number;
  readonly depth: number;
  /** What it was there, with objects: the task, and the condition. */
  readonly example: { readonly task: string; readonly condition: string };
}

export interface MissLog {
  note(miss: Omit<Miss, 'count'>): void;
  /** The nearest first: those that came furthest, then those that were met most. */
  ranked(): Miss[];
}

/** Makes an empty log. */
export function createMissLog(): MissLog {
  const misses = new Map<string, Miss>();
  return {
    note(miss) {
      const key = `${miss.kind}\u0000${miss.subject}\u0000${miss.condition}`;
      const known = misses.get(key);
      const isFurther =
        known === undefined ||
        miss.steps > known.steps ||
        (miss.steps === known.steps && miss.depth > known.depth);
      misses.set(key, { ...(isFurther ? miss : known), count: (known?.count ?? 0) + 1 });
    },
    ranked: () =>
      [...misses.values()].sort(
        (one, other) => other.steps - one.steps || other.count - one.count || other.depth - one.depth,
      ),
  };
}

/** Conditions of which no binding makes all true: the first that cannot be added to those before it. */
export interface Blocking {
  readonly condition: Formula;
  /** Bindings with which all conditions before it hold. */
  readonly bindings: Bindings;
}

/**
 * Why there is no match: conditions are taken one after the other, those without free variables first; the first
 * with which no match is left blocks.
 *
 * @returns undefined when there is a match.
 */
export function blockingCondition(
  variables: readonly TypedName[],
  conditions: readonly Formula[],
  bindings: Bindings,
  situation: Situation,
): Blocking | undefined {
  const conjuncts = conditions.flatMap((one) => conjunctsOf(one, true));
  const names = new Set(variables.map(({ name }) => name).filter((name) => bindings[name] === undefined));
  const isOpen = (one: Formula): boolean => [...names].some((name) => showFormula(one).includes(name));
  const ordered = [...conjuncts.filter((one) => !isOpen(one)), ...conjuncts.filter(isOpen)];
  let last: Bindings = bindings;
  for (const [at, condition] of ordered.entries()) {
    const so = ordered.slice(0, at + 1);
    const used = variables.filter(({ name }) => so.some((one) => showFormula(one).includes(name)));
    const match = firstMatch(used, so, bindings, situation);
    if (match === undefined) return { condition, bindings: last };
    last = match;
  }
  return firstMatch(variables, ordered, bindings, situation) === undefined
    ? {
        condition: { kind: 'exists', variables: [...variables], part: { kind: 'and', parts: [] } },
        bindings: last,
      }
    : undefined;
}
