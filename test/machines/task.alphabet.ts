// What can happen to a task.
import type { TaskContext, TaskInput, TaskRules } from '#src/machines/task.setup.js';
import { taskMachine } from '#src/machines/task.machine.js';
import type { Alphabet } from './alphabet.js';

const rules: TaskRules = {
  maxRetries: 1,
  backoff: { kind: 'fixed', baseMs: 1_000, capMs: 1_000 },
  effect: 'idempotent',
  patienceMs: 60_000,
};

const input = (start: TaskInput['start'], more: Partial<TaskRules> = {}) => ({
  goalId: 'g',
  taskId: 't',
  key: 'g/t',
  rules: { ...rules, ...more },
  start,
});

const broken = { code: 'broken', class: 'transient', message: 'It broke', retryable: true } as const;
const failure = { ...broken, effect: 'none' } as const;
const waiting = { kind: 'waiting', deadlineAt: 1_700_000_030_000, detail: 'something' } as const;

export const taskAlphabet: Alphabet = {
  kind: 'task',
  machine: taskMachine,
  inputs: {
    granted: input({ kind: 'granted' }),
    asking: input({ kind: 'ask' }),
    approval: input({ kind: 'approval' }),
    skipped: input({ kind: 'skip', reason: 'not wanted' }),
    once: input({ kind: 'granted' }, { effect: 'once', maxRetries: 3 }),
    onceWithRetries: input(
      { kind: 'granted' },
      { effect: 'once', maxRetries: 2, retriesOnce: true, retryOn: ['external', 'transient', 'quality'] },
    ),
    probed: input({ kind: 'granted' }, { effect: 'once', probe: true }),
    helped: input({ kind: 'granted' }, { contingencies: true }),
    helpedAndAsking: input({ kind: 'granted' }, { contingencies: true, asks: true, maxRetries: 0 }),
    asks: input({ kind: 'granted' }, { asks: true }),
    picky: input({ kind: 'approval' }, { retryOn: ['external'], maxRetries: 2 }),
  },
  mail: [
    { mail: 'reservation.granted' },
    {
      mail: 'reservation.denied',
      data: { deadlineAt: 1_700_000_600_000, detail: 'a lock that another task holds' },
    },
    { mail: 'task.approve', data: { by: 'ann' } },
    { mail: 'task.approve', data: { by: 'bob', digest: 'first' } },
    { mail: 'task.reject', data: { by: 'ann', reason: 'no' } },
    { mail: 'task.signal' },
    { mail: 'task.answer' },
    { mail: 'task.retry', data: { by: 'ann' } },
    { mail: 'task.retry', data: { by: 'c', automatic: true } },
    { mail: 'task.skip', data: { reason: 'not needed' } },
    { mail: 'task.abort', data: { reason: 'enough' } },
    { mail: 'contingency.declined', data: { reason: 'none applies' } },
    { mail: 'task.weighed', data: { output: { kind: 'passed' } } },
    {
      mail: 'task.weighed',
      data: { output: { kind: 'rejected', failure: { ...broken, class: 'quality' } } },
    },
    { mail: 'task.weighed', data: { output: { kind: 'open' } } },
  ],
  outcomes: {
    attempt: [
      { kind: 'succeeded' },
      { kind: 'failed', failure },
      { kind: 'failed', failure: { ...failure, class: 'logic', retryable: false, effect: 'unknown' } },
      { kind: 'interrupted', detail: 'cut off' },
      { ...waiting, wait: 'time' },
      { ...waiting, wait: 'signal' },
      { ...waiting, wait: 'approval' },
      { ...waiting, wait: 'question' },
      // What was approved has changed.
      { ...waiting, wait: 'start' },
    ],
    shown: [
      { digest: 'first', parts: { action: 'a' }, quorum: 1, approvers: [] },
      { digest: 'second', parts: { action: 'b' }, quorum: 2, approvers: ['ann', 'bob'] },
    ],
    verify: [
      { kind: 'passed' },
      { kind: 'rejected', failure: { ...broken, class: 'quality' } },
      { kind: 'review', detail: 'looks odd' },
    ],
    probe: [
      { happened: 'yes', detail: 'there' },
      { happened: 'no', detail: 'not there' },
      { happened: 'unknown', detail: 'cannot tell' },
    ],
    wake: [{}],
  },
  // What it waits for, and how an approval stands, steers nothing while it does not wait.
  project: ({ gate, awaits, retries, approval }: TaskContext, state) => ({
    gate,
    retries,
    ...(state.startsWith('blocked') ? { awaits, votes: approval?.votes.length } : {}),
    digest: approval?.asked.digest,
  }),
  // What is shown is told at once, and in a state in which people are asked only when it has changed.
  canCome: (letter, state) => ('mail' in letter ? state !== 'blocked.approval.preparing' : true),
};
