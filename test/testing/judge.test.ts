// The judge, rule by rule: a run that breaks no promise, and the same run with one thing in it changed, as an engine
// that breaks the promise would leave it. (That such engines are caught whole was tried by changing the engine.)
import { beforeAll, expect, test } from 'vitest';
import { createScriptedTools, type Scenario } from '#src/testing.js';
import { judge } from '#src/testing/judge.js';
import { carryOut, type Run } from '#src/testing/run.js';
import { readScenario } from '#src/testing/scenario.js';
import type { SeenCall, Witness } from '#src/testing/witness.js';

const scenario: Scenario = {
  builtinTools: false,
  tools: (_, { clock }) =>
    createScriptedTools({ 'a.pay': {}, 'a.read': { effect: 'idempotent' } }, { clock }),
  plan: {
    version: 1,
    goal: 'Pay',
    tasks: {
      pay: { action: { tool: 'a.pay' }, approval: 'required' },
      read: { action: { tool: 'a.read' }, after: ['pay'] },
    },
  },
  during: async ({ waiting, goal }) => {
    for (const { subject } of waiting) await goal.approve(subject);
  },
};

let run: Run;
beforeAll(async () => {
  run = await carryOut(scenario, readScenario(scenario, {}), 'undisturbed');
});

const found = (changed: Run): string[] => judge(changed, run, undefined).map(({ promise }) => promise);
const seen = (change: Partial<Witness>): Run => ({ ...run, witness: { ...run.witness, ...change } });
const callOf = (taskId: string): SeenCall => {
  const call = run.witness.calls.find((one) => one.taskId === taskId);
  if (call === undefined) throw new Error(`There was no call for ${taskId}.`);
  return call;
};
const withCall = (taskId: string, change: Partial<SeenCall>): Run =>
  seen({ calls: [...run.witness.calls, { ...callOf(taskId), order: 1_000, life: 2, ...change }] });

test('nothing is found in a run that is as it must be', () => {
  expect(run.witness.calls.map(({ tool, kind, effect }) => [tool, kind, effect])).toEqual([
    ['a.pay', 'attempt', 'once'],
    ['a.read', 'attempt', 'idempotent'],
  ]);
  expect(run.witness.commands).toMatchObject([{ name: 'approve', acknowledged: true }]);
  expect(found(run)).toEqual([]);
});

test('R2 a call before its start is on the disk', () =>
  expect(found(withCall('read', { wasDecided: false }))).toEqual(['decided']));

test('R3 a call for a task that had ended', () =>
  expect(found(withCall('read', { taskHadEnded: true }))).toEqual(['completed']));

test('R4 a once call that is made again unasked', () => expect(found(withCall('pay', {}))).toEqual(['once']));

test('R4 a once call may be made again after a probe that saw nothing, or a person said so', () => {
  const [first] = [{ ...callOf('pay'), outcome: 'begun' as const }];
  const again = { ...first, order: 1_002, life: 2 };
  const probe = { ...first, order: 1_001, life: 2, kind: 'look' as const };
  expect(found(seen({ calls: [first, probe, again] }))).toEqual([]);
  const command = { order: 1_001, name: 'retry', token: undefined, acknowledged: true };
  const { commands } = run.witness;
  expect(found(seen({ calls: [first, again], commands: [...commands, command] }))).toEqual([]);
});

test('R6 another idempotency key', () =>
  expect(found(withCall('read', { idempotencyKey: 'another' }))).toEqual(['key']));

test('R7 another end', () => {
  if (run.ended === undefined) throw new Error('The run has not ended.');
  const { result } = run.ended;
  const task = { status: 'succeeded' as const, attempts: 1 };
  const tasks = { ...result.tasks, read: { ...task, output: 1 } };
  expect(found({ ...run, ended: { ...run.ended, result: { ...result, tasks } } })).toEqual(['same-end']);
  expect(found({ ...run, ended: { ...run.ended, result: { ...result, status: 'partial' } } })).toEqual([
    'same-end',
  ]);
  expect(judge(run, run, ({ status }) => status)).toEqual([]);
});

test('R8 a fact that was told and is gone, and a command', () => {
  if (run.ended === undefined) throw new Error('The run has not ended.');
  const { facts } = run.ended;
  const without = (...types: string[]): Run['ended'] =>
    run.ended && { ...run.ended, facts: facts.filter((fact) => !types.includes(fact.type)) };
  expect(found({ ...run, ended: without('task.succeeded') })).toEqual(['acknowledged', 'acknowledged']);
  // Two facts that were told, and the command of which nothing speaks any more.
  const lost = found({ ...run, ended: without('task.commanded', 'task.approved') });
  expect(lost).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
});

test('R9 something that is left, R10 a check that fails', () => {
  if (run.ended === undefined) throw new Error('The run has not ended.');
  expect(found({ ...run, ended: { ...run.ended, left: ['2 timers'] } })).toEqual(['clean']);
  expect(found({ ...run, checked: 'no' })).toEqual(['check']);
});
