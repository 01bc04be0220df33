// Scripted tools in an engine: what they do in each attempt, and what their log counts.
import { expect, test } from 'vitest';
import { createEngine, type Result } from '#src/index.js';
import { createManualClock } from '#src/testing/manual-clock.js';
import { createScriptedTools, type Scripted, type ScriptedRun } from '#src/testing/scripted-tools.js';

/** Carries out a plan of tasks, ringing whatever comes next when nothing happens by itself. */
async function run(
  script: Record<string, Scripted>,
  tasks: Record<string, unknown>,
): Promise<{ result: Result; runs: ScriptedRun[]; types: string[] }> {
  const clock = createManualClock();
  const runs: ScriptedRun[] = [];
  const tools = createScriptedTools(script, { clock, runs });
  await using engine = await createEngine({ store: 'memory', builtinTools: false, clock, tools });
  const goal = await engine.submit({ version: 1, goal: 'Test', tasks });
  const ended = goal.result();
  let result: Result | undefined;
  void ended.then((one) => {
    result = one;
  });
  while (result === undefined) {
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
    if (result === undefined) clock.ring(Number.POSITIVE_INFINITY);
  }
  // What comes too late comes before the engine closes.
  clock.ring(Number.POSITIVE_INFINITY);
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
  const types: string[] = [];
  for await (const fact of goal.events({ follow: false })) types.push(fact.type);
  return { result, runs, types };
}

test('they give, fail and take their time, attempt by attempt', async () => {
  const { result, runs } = await run(
    {
      'a.flaky': {
        effect: 'keyed',
        does: [
          { fail: { message: 'busy' } },
          { takesMs: 1_000, give: (input, { attempt }) => [input, attempt] },
        ],
      },
      'a.plain': { effect: 'idempotent' },
    },
    {
      one: { action: { tool: 'a.flaky', input: { n: 1 } }, retry: { maxRetries: 1 } },
      two: { action: { tool: 'a.plain' }, after: ['one'] },
    },
  );
  expect(result.status).toBe('succeeded');
  expect(result.tasks['one']?.output).toEqual([{ n: 1 }, 2]);
  expect(result.tasks['two']?.output).toBeNull();
  expect(runs.map(({ tool, attempt, outcome }) => [tool, attempt, outcome])).toEqual([
    ['a.flaky', 1, 'failed'],
    ['a.flaky', 2, 'gave'],
    ['a.plain', 1, 'gave'],
  ]);
  expect(runs[0]?.idempotencyKey).toBe(runs[1]?.idempotencyKey);
});

test('one that hangs is stopped by its timeout; one that ignores that is late', async () => {
  const timeout = '5s';
  const retry = { maxRetries: 0 };
  const { result, runs, types } = await run(
    {
      'a.hang': { effect: 'idempotent', does: [{ hangs: true }] },
      'a.late': { effect: 'idempotent', does: [{ takesMs: 20_000, ignoresSignal: true }] },
    },
    {
      hang: { action: { tool: 'a.hang' }, timeout, retry },
      late: { action: { tool: 'a.late' }, timeout, retry },
    },
  );
  expect(Object.values(result.tasks).map(({ failure }) => failure?.code)).toEqual(['timed-out', 'timed-out']);
  expect(runs.map(({ tool, outcome }) => [tool, outcome])).toEqual([
    ['a.hang', 'stopped'],
    ['a.late', 'gave'],
  ]);
  expect(types).toContain('attempt.failed');
});
