// Charts: the five statecharts with every port filled. Ports are filled here and nowhere else.
import type { Approvals } from '../actors/approvals.js';
import type { Attempts } from '../actors/attempts.js';
import { createDeadlinePort, type Alarm } from '../actors/deadlines.js';
import { createContingencyStepPort } from '../actors/contingency-steps.js';
import type { Frontier } from '../actors/frontier.js';
import type { Gates } from '../actors/gates.js';
import {
  stepFailure,
  stepPort,
  type GoalKey,
  type RepairResult,
  type StepResult,
} from '../actors/goal-steps.js';
import { createGoalJudge, createPlanJudge } from '../actors/judging.js';
import type { Scopes } from '../actors/scopes.js';
import type { ActorSystem, ChartBinding } from '../actors/system-types.js';
import type { TaskBook } from '../actors/task-book.js';
import { createProbePort, type Verification, type VerificationOptions } from '../actors/verification.js';
import { createWatches } from '../actors/watches.js';
import { EngineError } from '../errors.js';
import { type ActorKind, actorKinds } from '../model/address.js';
import { contingencyMachine, contingencyVersion } from '../machines/contingency.machine.js';
import { goalMachine, goalVersion } from '../machines/goal.machine.js';
import { monitorMachine, monitorVersion } from '../machines/monitor.machine.js';
import { planMachine, planVersion } from '../machines/plan.machine.js';
import { portsLeftOpen } from '../machines/ports.js';
import type { RepairOutcome, StepOutcome } from '../machines/protocol.js';
import { taskMachine, taskVersion } from '../machines/task.machine.js';
import type { Frontiers } from './frontiers.js';
import type { Charts, RuntimeOptions } from './runtime-types.js';

/** The charts of this version. Whoever changes a chart so that its snapshots change adds a migration from the last. */
export const charts: Charts = {
  goal: { machine: goalMachine, version: goalVersion, migrations: {} },
  plan: { machine: planMachine, version: planVersion, migrations: {} },
  task: { machine: taskMachine, version: taskVersion, migrations: {} },
  monitor: { machine: monitorMachine, version: monitorVersion, migrations: {} },
  contingency: { machine: contingencyMachine, version: contingencyVersion, migrations: {} },
};

export interface Bindings {
  readonly options: RuntimeOptions;
  readonly system: () => ActorSystem;
  readonly frontier: (goalId: string) => Frontier;
  readonly frontiers: Frontiers;
  readonly book: TaskBook;
  readonly scopes: Scopes;
  readonly alarm: Alarm;
  readonly approvals: Approvals;
  readonly attempts: Attempts;
  readonly verifying: VerificationOptions;
  readonly verification: Verification;
  readonly gates: Gates;
}

/** Fills every port of the five charts. */
export function bindCharts(parts: Bindings): Record<ActorKind, ChartBinding> {
  const { options, system, alarm, approvals, attempts, verifying } = parts;
  const { ledger, clock, config, performer } = options;
  const deadline = createDeadlinePort(alarm, system);
  const watches = createWatches({
    system,
    alarm,
    now: clock.now,
    frontier: (goalId) => parts.frontiers.find(goalId),
    intervalMs: config.monitor.intervalMs,
    windowMs: config.monitor.windowMs,
    factor: config.monitor.stalledFactor,
  });
  const goalPorts = bindGoal(parts, deadline);
  const planPorts = { deadline, judge: createPlanJudge(verifying) };
  const taskPorts = {
    deadline,
    attempt: attempts.port,
    verify: parts.verification.port,
    shown: approvals.port,
    probe: createProbePort(verifying),
  };
  const contingencyPorts = {
    deadline,
    step: createContingencyStepPort({
      ...parts,
      ledger,
      performer,
      idle: options.idle,
      keyOf: parts.frontiers.keyOf,
    }),
  };
  const ports: Readonly<Record<ActorKind, object>> = {
    goal: goalPorts,
    plan: planPorts,
    task: taskPorts,
    monitor: { deadline, ...watches },
    contingency: contingencyPorts,
  };
  const bound = {} as Record<ActorKind, ChartBinding>;
  for (const kind of actorKinds) {
    const { machine, version } = options.charts[kind];
    bound[kind] = { machine: machine.provide({ actors: ports[kind] } as never), version };
  }
  for (const [kind, { machine }] of Object.entries(bound)) {
    const open = portsLeftOpen(machine.implementations.actors as Record<string, unknown>);
    if (open.length > 0) {
      throw new EngineError(
        'ENGINE_PORT_OPEN',
        `The ${kind} chart has ports that nobody provides: ${open.join(', ')}.`,
      );
    }
  }
  return bound;
}

/** The ports of the goal's chart. */
function bindGoal(
  { options, system, gates, verifying }: Bindings,
  deadline: ReturnType<typeof createDeadlinePort>,
) {
  const step = (work: Parameters<typeof stepPort<GoalKey, StepResult, StepOutcome>>[1]) =>
    stepPort<GoalKey, StepResult, StepOutcome>(system, work, stepFailure);
  return {
    deadline,
    gate: gates.port,
    analyse: step(() => ({ kind: 'done' })),
    plan: step((key, _turn, signal) => options.planGoal(key, signal)),
    admit: step(() => ({ kind: 'done' })),
    reflect: step(() => ({ kind: 'done' })),
    judge: createGoalJudge({ ...verifying, ledger: options.ledger }),
    repair: stepPort<GoalKey & { reason: string }, RepairResult, RepairOutcome>(
      system,
      (key) => options.repairPlan(key),
      (error) => ({ kind: 'none', reason: (error as Error).message }),
    ),
  };
}
