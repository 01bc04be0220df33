// Engine plan: a solution as a plan document of the engine: a task for each step, bound to its tool, with the order
// that matters, causal links, estimates and costs; so that it can be looked at, scheduled and executed.
import { EngineError } from '../../../../errors.js';
import type { Problem as Finding } from '../../../../errors.js';
import type { Json } from '../../../../model/scalars.js';
import type { CausalLink } from './access-log.js';
import type { Domain, Operator, Problem } from '../domain.js';
import { quantity } from '../state/evaluate.js';
import type { Situation } from '../state/evaluate.js';
import { methodOrder } from './method-order.js';
import { orderPlan } from './plan-order.js';
import { bindParameters, createPlanRun } from '../state/plan-run.js';
import type { ObjectData } from '../language/problem-document.js';
import { refusal } from '../language/document-reader.js';
import { showCall } from '../language/show.js';
import type { HtnPlan, PlanStep } from '../solution.js';
import { fillInput } from './tool-input.js';

/** How a solution becomes a plan. */
export interface EnginePlanOptions {
  /** What the inputs of tools can say of objects: `{{ f.path }}`. An object without data is its name. */
  readonly data?: ObjectData;
  /** Name of the goal [the problem's name]. */
  readonly name?: string;
  /**
   * `methods`: all orders that the methods ask for, and those by causes. `causal`: steps are ordered where one needs
   * what the other makes or unmakes; orders that a method asks for without such a reason are dropped [methods].
   */
  readonly order?: 'causal' | 'methods';
  /** Gives the action of a step whose operator has no tool; undefined refuses the plan. */
  readonly actionOf?: (step: PlanStep, operator: Operator) => Json | undefined;
}

/** A solution as a plan document, with what it was made of. */
export interface EnginePlan {
  /** A plan document, as `engine.submit` takes it. */
  readonly document: { [key: string]: Json };
  /** The id of the task of each step. */
  readonly taskIds: readonly string[];
  readonly links: readonly CausalLink[];
  /** For each step the steps right before it. */
  readonly before: readonly (readonly number[])[];
}

/**
 * Makes a plan of the engine of a solution that the validator accepts.
 *
 * @throws EngineError `PLAN_REFUSED` with every step that is bound to no tool, and every name in an input that
 * stands for nothing.
 */
export function toEnginePlan(
  domain: Domain,
  problem: Problem,
  plan: HtnPlan,
  options: EnginePlanOptions = {},
): EnginePlan {
  const extra = options.order === 'causal' ? [] : methodOrder(domain, problem, plan);
  const { before, links } = orderPlan(domain, problem, plan.steps, extra);
  const making: Making = {
    operators: new Map(domain.operators.map((one) => [one.name, one])),
    ids: taskIds(plan.steps),
    before,
    linksTo: linksByStep(plan.steps.length, links),
    options,
    problems: [],
  };
  const run = createPlanRun(domain, problem);
  const tasks: { [key: string]: Json } = {};
  plan.steps.forEach((step, index) => {
    const operator = making.operators.get(step.operator);
    if (operator === undefined) return;
    const bindings = bindParameters(operator.parameters, step.arguments);
    tasks[making.ids[index] ?? ''] = taskOf(making, step, index, operator, run.at(index), pathOf(plan, step));
    run.advance({ operator, bindings });
  });
  if (making.problems.length > 0) {
    const { message } = refusal(making.problems, 'The plan');
    throw new EngineError('PLAN_REFUSED', message, { problems: making.problems });
  }
  const name = options.name ?? problem.name;
  const metadata = { planner: 'htn', domain: domain.name, problem: problem.name, cost: plan.cost };
  return {
    document: { version: 1, goal: { name }, strategy: { mode: 'parallel' }, tasks, metadata },
    taskIds: making.ids,
    links,
    before,
  };
}

interface Making {
  readonly operators: ReadonlyMap<string, Operator>;
  readonly ids: readonly string[];
  readonly before: readonly (readonly number[])[];
  readonly linksTo: readonly (readonly CausalLink[])[];
  readonly options: EnginePlanOptions;
  readonly problems: Finding[];
}

const mostProblems = 200;
const longestId = 100;

/** Ids from the operator and its arguments; a number is added to those that are there already. */
function taskIds(steps: readonly PlanStep[]): string[] {
  const used = new Map<string, number>();
  return steps.map((step) => {
    const words = [step.operator, ...step.arguments].join('-').replace(/[^A-Za-z0-9_-]+/g, '-');
    const base = words.slice(0, longestId).replace(/^-+|-+$/g, '') || 'step';
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    if (count === 1) return base;
    const id = `${base}.${count}`;
    used.set(id, 1);
    return id;
  });
}

function linksByStep(count: number, links: readonly CausalLink[]): CausalLink[][] {
  const byStep = Array.from({ length: count }, (): CausalLink[] => []);
  for (const link of links) if (link.to !== null) byStep[link.to]?.push(link);
  return byStep;
}

/** The tasks that a step is part of, from the top. */
function pathOf(plan: HtnPlan, step: PlanStep): string[] {
  const path: string[] = [];
  let at = plan.nodes[step.node]?.parent ?? null;
  // Of a deep tree the tasks next to the step and the top are told.
  for (let depth = 0; at !== null && depth < 8; depth += 1) {
    const node = plan.nodes[at];
    if (node === undefined) break;
    path.unshift(showCall(node.name, node.arguments));
    at = node.parent;
  }
  return at === null ? path : ['…', ...path];
}

function taskOf(
  making: Making,
  step: PlanStep,
  index: number,
  operator: Operator,
  situation: Situation,
  path: readonly string[],
): Json {
  const { before, ids, linksTo } = making;
  const bindings = bindParameters(operator.parameters, step.arguments);
  const cost = operator.cost === undefined ? 0 : quantity(operator.cost, bindings, situation);
  const durationMs =
    operator.durationMs === undefined ? undefined : quantity(operator.durationMs, bindings, situation);
  const action = actionOf(making, step, index, operator);
  const needs = (linksTo[index] ?? []).map(({ from, predicate, arguments: args, value }) => {
    const fact = `${value ? '' : 'not '}${showCall(predicate, args)}`;
    return from === null ? { fact } : { fact, from: ids[from] ?? '' };
  });
  const rest = fill(making, step, index, operator, (operator.tool?.task ?? {}) as Json);
  return {
    ...(rest as object),
    name: showCall(step.operator, step.arguments),
    ...(operator.description === undefined ? {} : { description: operator.description }),
    action,
    after: (before[index] ?? []).map((other) => ids[other] ?? ''),
    estimate: {
      ...(durationMs === undefined ? {} : { expectedMs: Math.max(0, Math.round(durationMs)) }),
      cost: Math.max(0, cost),
    },
    metadata: { operator: step.operator, arguments: [...step.arguments], needs, partOf: [...path] },
  };
}

function actionOf(making: Making, step: PlanStep, index: number, operator: Operator): Json {
  const { tool } = operator;
  if (tool !== undefined) {
    const input = fill(making, step, index, operator, (tool.input ?? {}) as Json);
    return { kind: 'tool_call', tool: tool.tool, input };
  }
  const own = making.options.actionOf?.(step, operator);
  if (own === undefined) {
    const message = `${showCall(step.operator, step.arguments)} is bound to no tool`;
    const hint = `Add \`tool:\` to the operator ${operator.name}.`;
    if (making.problems.length < mostProblems)
      making.problems.push({ path: `steps[${index}]`, message, hint });
  }
  return own ?? {};
}

/** Fills a template for a step. */
function fill(making: Making, step: PlanStep, index: number, operator: Operator, template: Json): Json {
  const { options, linksTo, ids, problems } = making;
  const values = new Map(
    operator.parameters.map(({ name }, at): [string, Json] => {
      const object = step.arguments[at] ?? '';
      const { data = {} } = options;
      return [name.replace(/^\?/, ''), Object.hasOwn(data, object) ? (data[object] ?? object) : object];
    }),
  );
  return fillInput(template, {
    values,
    task(predicate) {
      const link = linksTo[index]?.find(
        (one) => one.predicate === predicate && one.value && one.from !== null,
      );
      return link?.from === undefined || link.from === null ? undefined : ids[link.from];
    },
    missing(text, reason) {
      if (problems.length >= mostProblems) return;
      const message = `{{ ${text} }} of ${showCall(step.operator, step.arguments)}: ${reason}`;
      problems.push({ path: `steps[${index}]`, message });
    },
  });
}
