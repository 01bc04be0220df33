// What can happen to a goal.
import { goalMachine } from '#src/machines/goal.machine.js';
import type { GoalContext, GoalRules } from '#src/machines/goal.setup.js';
import { stamp, type Alphabet } from './alphabet.js';

const rules: GoalRules = {
  gated: false,
  approval: false,
  judged: false,
  limitAt: 0,
  patienceMs: 60_000,
  repairs: false,
  compensateOnFailure: false,
};

const input = (more: Partial<GoalRules> = {}, planVersion = 1) => ({
  goalId: 'g',
  rules: { ...rules, ...more },
  planVersion,
});

const failure = { code: 'broken', class: 'logic', message: 'It broke', retryable: false } as const;
const step = [
  { kind: 'done' },
  { kind: 'question', question: 'which?' },
  { kind: 'failed', failure },
] as const;

export const goalAlphabet: Alphabet = {
  kind: 'goal',
  machine: goalMachine,
  inputs: {
    plain: input(),
    gated: input({ gated: true }),
    words: input({}, 0),
    approval: input({ approval: true }),
    judged: input({ judged: true }),
    limited: input({ limitAt: stamp.at + 3_600_000, repairs: true, compensateOnFailure: true }),
    everything: input({ gated: true, approval: true, judged: true, limitAt: stamp.at + 3_600_000 }, 0),
  },
  mail: [
    { mail: 'goal.pause', data: { by: 'ann' } },
    { mail: 'goal.resume', data: { by: 'ann' } },
    { mail: 'goal.approve', data: { by: 'ann' } },
    { mail: 'goal.reject', data: { by: 'ann', reason: 'no' } },
    { mail: 'goal.answer', data: { by: 'ann' } },
    { mail: 'goal.abort', data: { reason: 'enough' } },
    { mail: 'goal.abort', data: { reason: 'enough', compensate: true } },
    { mail: 'goal.retry', data: { taskId: 't', by: 'ann' } },
    { mail: 'plan.ended', data: { status: 'succeeded', reason: 'all well' } },
    { mail: 'plan.ended', data: { status: 'partial', reason: 'some' } },
    { mail: 'plan.ended', data: { status: 'failed', reason: 'none' } },
    { mail: 'plan.ended', data: { status: 'aborted', reason: 'enough' } },
    { mail: 'plan.blocked', data: { kind: 'approval', detail: 't: approval to start' } },
    { mail: 'plan.unblocked' },
    { mail: 'goal.overBudget', data: { kind: 'resource', detail: 'dollars' } },
    { mail: 'goal.extend', data: { by: 'ann' } },
    { mail: 'plan.repairWanted', data: { reason: 'a critical task has failed' } },
  ],
  outcomes: {
    gate: [{ kind: 'done' }, { kind: 'failed', failure }],
    analyse: step,
    plan: [{ kind: 'done', planVersion: 1 }, ...step.slice(1)],
    admit: step,
    reflect: step,
    judge: [
      { status: 'succeeded', reason: '', findings: [] },
      { status: 'partial', reason: 'a criterion does not hold', findings: [] },
      { status: 'failed', reason: 'a failure condition holds', findings: [] },
    ],
    repair: [
      { kind: 'repaired', version: 2 },
      { kind: 'none', reason: 'no planner' },
    ],
    limit: [{}],
    wake: [{}],
  },
  project: ({ rules: { gated, approval, judged }, planVersion, ending, ...rest }: GoalContext) => ({
    gated,
    approval,
    judged,
    planned: planVersion > 0,
    ending,
    runs: (rest as { planRuns?: boolean }).planRuns,
  }),
  isClosed: (port, context: GoalContext) => port === 'limit' && context.rules.limitAt === 0,
};
