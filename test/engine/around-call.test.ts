// aroundCall stands around every call of the outside world, and what it gives is what came of the call.
import { expect, test } from 'vitest';
import { createEngine, type OutsideCall } from '#src/index.js';
import { afterThis, createQuick, echo, plan } from './workbench.js';

test('tools, built-in tools, commands, checks and probes pass through it', async () => {
  const calls: OutsideCall[] = [];
  const engine = await createEngine({
    store: 'memory',
    endpoint: false,
    tools: createQuick().tools,
    aroundCall: async (call, make) => {
      calls.push(call);
      const output = await make();
      return call.context.taskId === 'own' && output === 1 ? 'another' : output;
    },
  });
  afterThis(() => engine.close({ graceMs: 0 }));
  const goal = await engine.submit(
    plan({
      own: {
        action: echo(1),
        successCriteria: [{ id: 'seen', check: { tool: 'do.echo', input: { value: true } } }],
      },
      built: { action: { tool: 'text.template', input: { template: 'x', data: {} } } },
      command: { action: { command: 'node', args: ['-e', ''] } },
    }),
  );
  const result = await goal.result();
  expect(result.status).toBe('succeeded');
  expect(result.tasks['own']?.output).toBe('another');
  const seen = calls.map(({ tool, effect, context }) => `${context.taskId}: ${tool} ${effect}`);
  expect(seen.sort()).toEqual([
    'built: text.template idempotent',
    'command: command once',
    'own: do.echo idempotent',
    'own: do.echo idempotent',
  ]);
  expect(engine.tools.list().map(({ name }) => name)).toContain('do.echo');
});

test('what it throws fails the attempt', async () => {
  const engine = await createEngine({
    store: 'memory',
    tools: createQuick().tools,
    aroundCall: () => Promise.reject(new Error('not today')),
  });
  afterThis(() => engine.close({ graceMs: 0 }));
  const goal = await engine.submit(plan({ own: { action: echo(1) } }));
  expect((await goal.result()).tasks['own']?.failure?.message).toBe('not today');
});
