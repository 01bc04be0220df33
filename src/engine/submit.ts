// Submit: takes a goal in. Everything is checked before anything is stored; then goal, plan and the goal's
// actor are one batch.
import { EngineError } from '../errors.js';
import { addressOf } from '../model/address.js';
import { GoalSpec } from '../model/goal.js';
import type { PlanGraph } from '../model/graph.js';
import { type Plan, PlanHead, type PlanSpecInput } from '../model/plan.js';
import { Id, type Json } from '../model/scalars.js';
import type { GoalInput, GoalRules } from '../machines/goal.setup.js';
import { isGated } from '../actors/gates.js';
import { plainJson } from '../actors/plain-json.js';
import type { TurnContext } from '../actors/turn.js';
import { keys } from '../persistence/keys.js';
import type { Ledger } from '../persistence/ledger.js';
import { countOpenGoal } from '../persistence/open-goals.js';
import { writePlan } from '../persistence/plans.js';
import type { GoalRecord } from '../persistence/records.js';
import { resolveInputs } from '../services/planning/document/inputs.js';
import type { ParsedPlan } from '../services/planning/document/parsed-plan.js';
import { parsePlanDocument, planFromValue } from '../services/planning/document/plan-document.js';
import type { ToolRegistry } from '../services/tools/registry.js';
import type { GoalRequest, SubmitOptions } from './api.js';
import type { Config } from './config.js';
import type { Runtime } from './runtime-types.js';

/** A goal that has been checked and can be stored. */
export interface Prepared {
  readonly goal: GoalSpec;
  /** Undefined for a goal in words, which has to be planned. */
  readonly plan: PreparedPlan | undefined;
}

export interface PreparedPlan {
  readonly spec: PlanSpecInput;
  readonly head: PlanHead;
  readonly graph: PlanGraph;
  readonly values: Record<string, Json>;
}

/** What checking needs to know. */
export interface Checks {
  readonly tools: ToolRegistry;
  readonly config: Config;
  readonly machine: { readonly cpus: number; readonly memoryMb: number };
  readonly expressions: Runtime['options']['expressions'];
}

/**
 * Checks a request.
 *
 * @throws EngineError `INPUT_INVALID` with all problems of a document, of its plan and of the inputs given.
 */
export function prepare(request: GoalRequest, options: SubmitOptions, checks: Checks): Prepared {
  if (options.goalId !== undefined && !Id.safeParse(options.goalId).success) {
    const message = `expected 1 to 128 letters, digits, dots, underscores or hyphens, got '${options.goalId}'`;
    throw new EngineError('INPUT_INVALID', `The goal id is not valid: ${message}.`, {
      problems: [{ path: 'goalId', message }],
    });
  }
  if (typeof request === 'string') {
    const name = request.trim();
    if (name === '')
      throw new EngineError('INPUT_INVALID', 'Expected words or a plan document, got empty text.');
    return { goal: GoalSpec.parse({ name: name.slice(0, 500), rawInput: request }), plan: undefined };
  }
  const { document, graph } = parse(request, options, checks);
  return {
    goal: GoalSpec.parse(document.goal),
    plan: preparePlan({ document, graph }, options, checks.config),
  };
}

/** Reads a document from text or from a value, and checks it against the tools and the machine. */
export function parse(
  request: Exclude<GoalRequest, string>,
  options: SubmitOptions,
  checks: Checks,
): ParsedPlan {
  const { expressions, tools, machine, config } = checks;
  const commands = config.allowCommands === undefined ? undefined : { allowed: config.allowCommands };
  const against = { expressions, tools, machine, commands };
  const text = request['document'];
  if (typeof text !== 'string') return planFromValue(request, against);
  return parsePlanDocument(text, {
    ...against,
    ...(options.file === undefined ? {} : { file: options.file }),
  });
}

/** Completes a plan that was read. @throws EngineError `INPUT_INVALID` when the inputs do not fit. */
export function preparePlan(
  { document, graph }: ParsedPlan,
  options: SubmitOptions,
  config: Config,
): PreparedPlan {
  const { tasks: _, dependencies: __, ...rest } = document.plan;
  const head = PlanHead.parse(rest);
  const inputs = resolveInputs(head.inputs, plainInputs(options.inputs));
  if (inputs.problems.length > 0) {
    const [first] = inputs.problems;
    throw new EngineError('INPUT_INVALID', `The inputs do not fit: ${first?.path}: ${first?.message}.`, {
      problems: inputs.problems,
    });
  }
  const bytes = Buffer.byteLength(JSON.stringify(inputs.values));
  if (bytes > config.maxValueBytes) {
    const message = `expected at most ${config.maxValueBytes} bytes in all, got ${bytes}. Write them to a file and give its path`;
    const problems = [{ path: 'inputs', message }];
    throw new EngineError('INPUT_INVALID', `The inputs are too large: ${message}.`, { problems });
  }
  return { spec: document.plan, head, graph, values: inputs.values };
}

function plainInputs(inputs: SubmitOptions['inputs']): Record<string, Json> {
  try {
    return plainJson(inputs ?? {}) as Record<string, Json>;
  } catch (cause) {
    const message = `expected JSON values as inputs: ${(cause as Error).message}`;
    throw new EngineError('INPUT_INVALID', `The inputs do not fit: ${message}.`, {
      cause,
      problems: [{ path: 'inputs', message }],
    });
  }
}

/** What of a goal and its plan steers the goal's statechart. */
function rulesOf(
  goal: GoalSpec,
  plan: PlanHead | undefined,
  options: SubmitOptions,
  config: Config,
  at: number,
): GoalRules {
  const { time, quality } = goal.constraints;
  const limits = [
    goal.deadlineAt,
    time.deadlineAt,
    time.maxDurationMs === undefined ? undefined : at + time.maxDurationMs,
  ];
  const known = limits.filter((limit) => limit !== undefined);
  return {
    gated: isGated(goal),
    approval: options.approval ?? quality.humanApprovalRequired,
    judged: goal.successCriteria.length > 0 || goal.failureConditions.length > 0,
    limitAt: known.length === 0 ? 0 : Math.min(...known),
    patienceMs: config.patienceMs,
    repairs: false,
    compensateOnFailure: plan?.strategy.compensateOnFailure ?? false,
  };
}

/** Stores a prepared goal and starts its actor, in one turn. */
export function store(
  goalId: string,
  prepared: Prepared,
  options: SubmitOptions,
  { config, ledger }: { readonly config: Config; readonly ledger: Ledger },
  turn: TurnContext,
): void {
  const { goal, plan } = prepared;
  const record: GoalRecord = {
    id: goalId,
    spec: goal,
    status: 'ready',
    planVersion: plan === undefined ? 0 : 1,
    inputs: plan?.values ?? {},
    createdAt: turn.at,
    completion: 0,
    findings: [],
    adaptations: [],
    counts: { total: plan?.graph.ids.length ?? 0, succeeded: 0, failed: 0, skipped: 0, aborted: 0 },
  };
  turn.changes.put('goal', keys.goal(goalId), record);
  turn.changes.putText(keys.goalIndex('open', turn.at, goalId), '');
  countOpenGoal(ledger, turn.changes, 1);
  turn.fact(addressOf.goal(goalId), 'goal.submitted', { name: goal.name, tasks: record.counts.total });
  if (plan !== undefined) storePlan(goalId, 1, plan, 'document', turn);
  const input: Omit<GoalInput, 'at' | 'random'> = {
    goalId,
    rules: rulesOf(goal, plan?.head, options, config, turn.at),
    planVersion: record.planVersion,
  };
  turn.spawn('', addressOf.goal(goalId), input);
}

/** Stores a version of a plan. */
export function storePlan(
  goalId: string,
  version: number,
  plan: PreparedPlan,
  method: string,
  turn: TurnContext,
): void {
  const stored: Plan = {
    ...plan.head,
    id: `${goalId}.${version}`,
    goalId,
    version,
    taskCount: plan.graph.ids.length,
    values: plan.values,
    method,
    createdAt: turn.at,
    replaces: {},
    ...(version > 1 ? { supersedes: version - 1 } : {}),
  };
  writePlan(turn.changes, stored, plan.graph, plan.spec.tasks);
  turn.fact(addressOf.plan(goalId), 'plan.created', { version, tasks: stored.taskCount, method });
}
