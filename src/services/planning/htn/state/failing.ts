// Failing parts: of a formula that does not hold, the smallest part that already fails, for messages.
import { conjunctsOf, holds } from './evaluate.js';
import type { Bindings, Situation } from './evaluate.js';
import type { Formula } from '../formula.js';
import { showFormula } from '../language/show.js';

/** The first part of a formula that does not hold, though it must; undefined when the formula holds. */
export function failingPart(formula: Formula, bindings: Bindings, situation: Situation): Formula | undefined {
  return conjunctsOf(formula, true).find((part) => !holds(part, bindings, situation));
}

/** The failing part in words, with the objects for its variables; undefined when the formula holds. */
export function showFailing(formula: Formula, bindings: Bindings, situation: Situation): string | undefined {
  const part = failingPart(formula, bindings, situation);
  return part === undefined ? undefined : showFormula(part, bindings);
}
