// Plan repair: a plan of which some steps are done and some predictions were wrong → a plan that begins with the
// executed steps and keeps as much of the rest as it can. First a search that follows the old plan and changes
// the smallest part around the trouble; where that finds no way in its limit, the planner plans the rest anew.
//
// RP1 the new plan is a solution from what was observed, and its first steps are the executed ones.
// RP2 the steps that are kept are steps of the old plan and of the new one, each once.
import { createSystemClock } from '../../../clock.js';
import type { Changes } from '../state/changes.js';
import type { Domain, Problem } from '../domain.js';
import { EngineError } from '../../../../errors.js';
import { guidedSearch } from './guided-search.js';
import { createMissLog } from '../explanation/misses.js';
import type { Miss } from '../explanation/misses.js';
import { planHtnNow } from '../plan-htn.js';
import { createReplanModel } from './replan-model.js';
import type { SearchOptions } from '../search-outcome.js';
import type { HtnPlan } from '../solution.js';
import { keyOf } from '../state/state-history.js';

/** What happened to a plan. */
export interface Departure {
  /** How many steps have been done. */
  readonly done: number;
  /** What is otherwise than the plan predicts after them. */
  readonly observed?: Partial<Changes>;
}

export interface RepairOptions {
  /** Decisions of the search that follows the old plan [3,000]; 0 leaves it out. */
  readonly nodes?: number;
  /** Limits and clock of the planner that comes after it; its `timeMs` bounds the first search too. */
  readonly search?: SearchOptions;
}

/** How many steps more than the old plan a repaired one may have, in turn: small changes first. */
const slacks: readonly number[] = [0, 2, 6, 14, 30, Number.POSITIVE_INFINITY];

/** A step that is kept: its index in the old plan and in the new one. */
export type KeptStep = readonly [old: number, now: number];

export type RepairOutcome =
  | {
      readonly status: 'repaired';
      readonly plan: HtnPlan;
      /** Steps after the executed ones that the new plan has from the old. */
      readonly kept: readonly KeptStep[];
      /** Steps of the old plan that are no more. */
      readonly dropped: readonly number[];
      /** Steps of the new plan that the old had not. */
      readonly added: readonly number[];
      /** `unchanged`: the rest can be done as it was planned. */
      readonly by: 'unchanged' | 'following' | 'planning';
    }
  | { readonly status: 'unsolvable' | 'limit'; readonly misses: readonly Miss[] };

/**
 * Repairs a plan.
 *
 * @throws EngineError `INPUT_INVALID` when more steps are said to be done than there are.
 */
export function repairPlan(
  domain: Domain,
  problem: Problem,
  plan: HtnPlan,
  departure: Departure,
  options: RepairOptions = {},
): RepairOutcome {
  const { done } = departure;
  if (!Number.isInteger(done) || done < 0 || done > plan.steps.length) {
    const message = `expected 0 to ${plan.steps.length} steps that are done, got ${done}`;
    throw new EngineError('INPUT_INVALID', message, { problems: [{ path: 'done', message }] });
  }
  const observed: Changes = { adds: [], deletes: [], numbers: [], ...departure.observed };
  const { nodes = 3000, search = {} } = options;
  const misses = createMissLog();
  const budget = { left: nodes };
  const now = search.now ?? createSystemClock().now;
  const startedAt = now();
  for (const slack of nodes > 0 ? slacks : []) {
    const { signal } = search;
    // The planner keeps at least half of the time.
    const timeMs = search.timeMs === undefined ? undefined : search.timeMs / 2 - (now() - startedAt);
    if (timeMs !== undefined && timeMs <= 0) break;
    const steps = plan.steps.length + slack;
    const share = Math.ceil(slack === Number.POSITIVE_INFINITY ? budget.left : nodes / slacks.length);
    const own = { old: plan, done, observed, nodes: share, steps, misses, now, timeMs, signal };
    const found = guidedSearch(domain, problem, own);
    if (found.status === 'solved') return repaired(plan, found.plan, done, 'following');
    budget.left -= found.nodes;
    if (found.status === 'exhausted' || budget.left <= 0 || signal?.aborted === true) break;
  }
  const model = createReplanModel(domain, problem, plan, done, observed);
  const outcome = planHtnNow(model.domain, model.problem, search);
  if (outcome.status !== 'solved') return { status: outcome.status, misses: misses.ranked() };
  return repaired(plan, model.translate(outcome.plan), done, 'planning');
}

function repaired(old: HtnPlan, plan: HtnPlan, done: number, by: 'following' | 'planning'): RepairOutcome {
  const kept = keptSteps(old, plan, done);
  const [oldKept, nowKept] = [new Set(kept.map(([one]) => one)), new Set(kept.map(([, one]) => one))];
  const rest = (length: number, without: ReadonlySet<number>): number[] =>
    Array.from({ length: length - done }, (_, at) => done + at).filter((at) => !without.has(at));
  const dropped = rest(old.steps.length, oldKept);
  const added = rest(plan.steps.length, nowKept);
  const isSame = dropped.length === 0 && added.length === 0 && kept.every(([one, now]) => one === now);
  return { status: 'repaired', plan, kept, dropped, added, by: isSame ? 'unchanged' : by };
}

/** Steps that are the same operator for the same objects, in the order of the plans (RP2). */
export function keptSteps(old: HtnPlan, plan: HtnPlan, done: number): KeptStep[] {
  const open = new Map<string, number[]>();
  for (let at = old.steps.length - 1; at >= done; at -= 1) {
    const step = old.steps[at];
    if (step === undefined) continue;
    const key = keyOf(step.operator, step.arguments);
    const list = open.get(key);
    if (list === undefined) open.set(key, [at]);
    else list.push(at);
  }
  const kept: KeptStep[] = [];
  for (let at = done; at < plan.steps.length; at += 1) {
    const step = plan.steps[at];
    const same = step === undefined ? undefined : open.get(keyOf(step.operator, step.arguments))?.pop();
    if (same !== undefined) kept.push([same, at]);
  }
  return kept;
}
