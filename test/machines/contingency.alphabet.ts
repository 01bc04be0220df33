// What can happen to a contingency.
import { contingencyMachine } from '#src/machines/contingency.machine.js';
import type { ContingencyContext } from '#src/machines/contingency.setup.js';
import type { Alphabet } from './alphabet.js';

const input = {
  goalId: 'g',
  contingencyId: 'c',
  taskId: 't',
  failure: { code: 'broken', class: 'transient', message: 'It broke', retryable: true },
  step: 'first',
  approval: false,
  maxDurationMs: 300_000,
  fallback: null,
} as const;

export const contingencyAlphabet: Alphabet = {
  kind: 'contingency',
  machine: contingencyMachine,
  inputs: { plain: { ...input, fallback: 'other' }, approved: { ...input, approval: true } },
  mail: [
    { mail: 'contingency.approve', data: { by: 'ann' } },
    { mail: 'contingency.reject', data: { by: 'ann', reason: 'no' } },
    { mail: 'contingency.taskEnded', data: { status: 'succeeded' } },
    { mail: 'contingency.taskEnded', data: { status: 'failed' } },
    { mail: 'contingency.taskFailing' },
    { mail: 'contingency.abort', data: { reason: 'enough' } },
  ],
  outcomes: {
    step: [
      { kind: 'succeeded', detail: 'first', next: 'second' },
      { kind: 'succeeded', detail: 'second' },
      { kind: 'failed', detail: 'it broke too' },
    ],
    limit: [{}],
  },
  project: ({ approval, step }: ContingencyContext) => ({ approval, step }),
};
