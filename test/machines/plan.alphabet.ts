// What can happen to a plan.
import { planMachine } from '#src/machines/plan.machine.js';
import type { PlanContext } from '#src/machines/plan.setup.js';
import { emptySurvey, type Survey } from '#src/machines/protocol.js';
import type { Alphabet } from './alphabet.js';

const input = { goalId: 'g', version: 1, repairs: false, compensateOnFailure: false, patienceMs: 60_000 };

/** A survey of a plan of ten tasks. */
export const surveyWith = (more: Partial<Survey>): Survey => ({ ...emptySurvey, total: 10, ...more });

const survey = (more: Partial<Survey>) => ({
  mail: 'frontier.surveyed',
  data: { survey: surveyWith(more) },
});

export const planAlphabet: Alphabet = {
  kind: 'plan',
  machine: planMachine,
  inputs: {
    plain: input,
    repaired: { ...input, repairs: true },
    compensating: { ...input, compensateOnFailure: true },
    both: { ...input, repairs: true, compensateOnFailure: true },
  },
  mail: [
    { mail: 'plan.start' },
    { mail: 'plan.pause', data: { by: 'ann' } },
    { mail: 'plan.resume', data: { by: 'ann' } },
    { mail: 'plan.abort', data: { reason: 'enough' } },
    { mail: 'plan.abort', data: { reason: 'enough', compensate: true } },
    { mail: 'plan.supersede', data: { version: 2 } },
    { mail: 'plan.repairRefused', data: { reason: 'no planner' } },
    survey({ active: 2, ready: 1, remaining: 7 }),
    survey({ succeeded: 10, completion: 1 }),
    survey({ waiting: 2, remaining: 8, blockage: { kind: 'approval', detail: 't: approval to start' } }),
    survey({ waiting: 1, remaining: 9 }),
    survey({ active: 2, failed: 1, remaining: 7, criticalFailed: true }),
    survey({ active: 0, failed: 1, remaining: 7, toUndo: 3 }),
  ],
  outcomes: {
    judge: [
      { status: 'succeeded', reason: 'all well', findings: [] },
      { status: 'partial', reason: 'some', findings: [] },
      { status: 'failed', reason: 'none', findings: [] },
    ],
    wake: [{}],
  },
  project: ({ repairs, compensateOnFailure, ending, survey: last }: PlanContext) => ({
    repairs,
    compensateOnFailure,
    ending,
    undone: last.toUndo === 0,
  }),
};
