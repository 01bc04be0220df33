// Explanation of a failure: when there is no plan, or none was found, the conditions at which a search could not
// go on: those that came nearest to a plan first.
import { createSystemClock } from '../../../clock.js';
import type { Domain, Problem } from '../domain.js';
import { guidedSearch } from '../repair/guided-search.js';
import { createMissLog } from './misses.js';
import type { Miss } from './misses.js';
import { reachableFacts, scopeOfTypes } from '../methods/reachable-facts.js';
import { showFormula } from '../language/show.js';

export interface FailureOptions {
  /** Decisions that are tried [5,000]. */
  readonly nodes?: number;
  /** Milliseconds by `now` [2,000]. */
  readonly timeMs?: number;
  /** Milliseconds of a clock [the system's]. */
  readonly now?: () => number;
  readonly signal?: AbortSignal;
}

/** Something that nothing in the domain can make true from the beginning. */
export interface Impossible {
  readonly kind: 'method' | 'operator' | 'goal';
  readonly subject: string;
  readonly condition: string;
}

export interface FailureExplanation {
  /** `none`: all there is was tried; `limit`: the search was cut off; `found`: there is a plan after all. */
  readonly status: 'none' | 'limit' | 'found';
  /** The nearest misses, ranked: by the steps done before, then by how often, then by depth. */
  readonly misses: readonly Miss[];
  /** Conditions that can never hold, whatever is done. */
  readonly impossible: readonly Impossible[];
}

/** Looks for the reasons why a problem has no plan. */
export function explainFailure(
  domain: Domain,
  problem: Problem,
  options: FailureOptions = {},
): FailureExplanation {
  const misses = createMissLog();
  const { nodes = 5000, timeMs = 2000, now = createSystemClock().now, signal } = options;
  const outcome = guidedSearch(domain, problem, { nodes, timeMs, now, signal, misses });
  const status = { solved: 'found', exhausted: 'none', cut: 'limit', limit: 'limit' } as const;
  return {
    status: status[outcome.status],
    misses: misses.ranked(),
    impossible: impossibleConditions(domain, problem),
  };
}

/** Conditions of the goal and of methods and operators that nothing can make true. */
function impossibleConditions(domain: Domain, problem: Problem): Impossible[] {
  const reach = reachableFacts(domain, problem);
  const found: Impossible[] = [];
  const look = (
    kind: Impossible['kind'],
    subject: string,
    part: ReturnType<typeof reach.unreachablePart>,
  ): void => {
    if (part !== undefined) found.push({ kind, subject, condition: showFormula(part) });
  };
  if (problem.goal !== undefined) look('goal', '', reach.unreachablePart(problem.goal, new Map()));
  for (const one of domain.operators)
    look('operator', one.name, reach.unreachablePart(one.precondition, scopeOfTypes(one.parameters)));
  for (const one of domain.methods)
    look('method', one.name, reach.unreachablePart(one.precondition, scopeOfTypes(one.parameters)));
  return found;
}

/** A failure in words, the nearest misses first. */
export function failureLines({ status, misses, impossible }: FailureExplanation, most = 8): string[] {
  const opening = {
    none: 'There is no plan: all there is was tried.',
    limit: 'No plan was found in the limit.',
    found: 'A plan can be found after all.',
  };
  const subject = (one: { readonly kind: string; readonly subject: string }): string =>
    one.kind === 'goal' ? 'the goal' : `the ${one.kind} '${one.subject}'`;
  return [
    opening[status],
    ...(misses.length === 0 ? [] : ['Nearest misses:']),
    ...misses.slice(0, most).map((miss, at) => {
      const { condition, count, steps, depth, example } = miss;
      const place = `${count} ${count === 1 ? 'time' : 'times'}, at best after ${steps} ${steps === 1 ? 'step' : 'steps'} at depth ${depth}`;
      const shown = example.condition === condition ? '' : `, there ${example.condition}`;
      return `  ${at + 1}. ${subject(miss)} for ${example.task} needs ${condition}${shown} (${place})`;
    }),
    ...(misses.length > most ? [`  … and ${misses.length - most} more`] : []),
    ...(impossible.length === 0 ? [] : ['Nothing can ever make these true:']),
    ...impossible.slice(0, most).map((one) => `  ${one.condition}, which ${subject(one)} needs`),
  ];
}
