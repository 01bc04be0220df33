// The job of the kill test, run as a child process on the built package: one goal whose tasks write down, in a
// file outside the store, that they ran. It answers what its goal asks, and writes down what was acknowledged.
//
//   node dist/test/crash/job.js <store> <runs file> <acknowledgements file> <goal id> [length of a chain that goes on]
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createEngine,
  defineTool,
  EngineError,
  type EffectClass,
  type Json,
  type ToolCallContext,
} from 'statewright';
import { z } from 'zod';

const [store = '', runsFile = '', acksFile = '', goalId = '', length = '0'] = process.argv.slice(2);
const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
const write = (file: string, line: string): void => appendFileSync(file, `${line}\n`, { flush: true });
const pause = (): Promise<void> => sleep(2 + Math.floor(Math.random() * 12));

/** One line a run: what happened, in which life, and what the engine said of it. */
const ran = (what: string, { goalId: goal, taskId, attempt, idempotencyKey }: ToolCallContext): void =>
  write(runsFile, JSON.stringify({ what, pid: process.pid, goal, taskId, attempt, key: idempotencyKey }));
const happened = (goal: string, taskId: unknown): boolean =>
  linesOf(runsFile).some((line) => {
    const run = JSON.parse(line) as { what: string; goal: string; taskId: string };
    return run.what === 'once' && run.goal === goal && run.taskId === taskId;
  });

const input = z.object({ value: z.json().optional() });
const tool = (
  name: string,
  effect: EffectClass,
  run: (input: { value?: Json | undefined }, context: ToolCallContext) => Json | Promise<Json>,
) =>
  defineTool({
    name: `job.${name}`,
    description: name,
    input,
    output: z.json(),
    effect,
    run: async (given, context) => run(given, context),
  });
const tools = [
  tool('note', 'idempotent', async ({ value }, context) => {
    await pause();
    ran('note', context);
    await pause();
    return value ?? null;
  }),
  tool('once', 'once', async (_, context) => {
    await pause();
    ran('once', context);
    await pause();
    return 'done';
  }),
  tool('flaky', 'idempotent', async (_, context) => {
    ran('note', context);
    await pause();
    if (context.attempt < 3) throw new Error('not yet');
    return context.attempt;
  }),
  tool('locked', 'idempotent', async (_, context) => {
    ran('enter', context);
    await pause();
    ran('leave', context);
    return null;
  }),
  tool('happened', 'idempotent', ({ value }, context) => happened(context.goalId, value)),
];

const call = (name: string, value?: Json) => ({ tool: `job.${name}`, input: { value } });
const many = (count: number, make: (i: number) => [string, object]): Record<string, object> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => make(i)));
const lock = { requires: { locks: [{ name: 'one-at-a-time' }] } };
const document = {
  version: 1,
  goal: {
    name: 'Survive',
    successCriteria: [{ id: 'all', check: { tool: 'job.note', input: { value: 'judged' } } }],
  },
  strategy: { maxParallelTasks: 6 },
  tasks: {
    list: {
      action: call(
        'note',
        Array.from({ length: 40 }, (_, i) => i),
      ),
    },
    loop: {
      action: { forEach: '{{ tasks.list.output }}', width: 4, do: call('note', '{{ item }}') },
      successCriteria: [{ id: 'whole', check: 'size(output.items) == 40 && output.failed == 0' }],
    },
    ...many(12, (i) => [
      `probed${i}`,
      { action: call('once'), probe: call('happened', `probed${i}`), after: i < 4 ? [] : [`probed${i - 4}`] },
    ]),
    ...many(6, (i) => [`asked${i}`, { action: call('once'), after: i < 3 ? ['list'] : [`asked${i - 3}`] }]),
    ...many(8, (i) => [`locked${i}`, { action: call('locked'), ...lock }]),
    ...many(4, (i) => [
      `flaky${i}`,
      {
        action: call('flaky'),
        retry: { maxRetries: 5, on: ['logic'], backoff: { kind: 'fixed', baseMs: 10 } },
      },
    ]),
    command: { action: { command: process.execPath, args: ['-e', 'process.exit(0)'] }, effect: 'idempotent' },
    approve: {
      action: call('once'),
      probe: call('happened', 'approve'),
      approval: 'required',
      after: ['asked0'],
    },
    early: { action: { wait: { signal: 'early' } }, after: ['probed8'] },
    late: { action: { wait: { signal: 'late' } }, after: ['probed0'] },
    rest: { action: { wait: 50 }, after: ['late'] },
    use: {
      action: call(
        'note',
        '{{ tasks.early.output }} {{ tasks.late.output }} {{ size(tasks.loop.output.items) }}',
      ),
    },
    // So long that there is time for all kills in the life of one goal.
    ...many(Number(length), (i) => [
      `link${i}`,
      { action: call('note', i), after: i === 0 ? [] : [`link${i - 1}`] },
    ]),
    last: {
      action: call('note', 'last'),
      after: [
        ...(Number(length) > 0 ? [`link${Number(length) - 1}`] : []),
        'use',
        'rest',
        'approve',
        'asked5',
        'probed11',
        'command',
      ],
    },
  },
};

const engine = await createEngine({ store, tools, endpoint: false });
const goal = await engine.submit(document, { goalId });
const acks = new Set(linesOf(acksFile));
const answering = new Set<string>();

/** Does something once; when it was acknowledged it must never be asked for again. */
async function answer(name: string, act: () => Promise<void>, isAskedFor: boolean): Promise<void> {
  const line = `${goalId} ${name}`;
  if (acks.has(line)) {
    if (isAskedFor) throw new Error(`${line} was acknowledged, and is asked for again`);
    return;
  }
  if (answering.has(line)) return;
  answering.add(line);
  try {
    await act();
  } catch (error) {
    answering.delete(line);
    if (error instanceof EngineError && ['COMMAND_REFUSED', 'ENGINE_CLOSED'].includes(error.code)) return;
    throw error;
  }
  acks.add(line);
  write(acksFile, line);
}

async function attend(): Promise<void> {
  const { status, waits } = await goal.explain();
  if (['succeeded', 'partial', 'failed', 'aborted'].includes(status)) return;
  for (const { subject, kind } of waits) {
    if (subject === 'approve' && kind === 'approval')
      await answer('approve', () => goal.approve('approve'), true);
    else if (subject === 'late') await answer('late', () => goal.signal('late', 'L'), true);
    // Only what is asked for again and again has no name of its own: each time it was under way at a kill.
    else if (kind === 'interrupted' && subject.startsWith('asked')) {
      const act = happened(goalId, subject) ? goal.approve(subject) : goal.retry(subject);
      await act.catch(() => {});
    }
  }
}

await answer('early', () => goal.signal('early', 'E'), false);
await attend();
const attending = (async () => {
  for await (const { type } of goal.events()) if (type === 'task.blocked') await attend();
})();
const result = await goal.result();
await attending;
const after = await engine.submit(
  { version: 1, goal: { name: 'Lock' }, tasks: { lock: { action: call('locked'), ...lock } } },
  { goalId: `${goalId}-after` },
);
const second = await after.result();
const report = {
  status: result.status,
  reason: result.reason,
  used: result.tasks['use']?.output,
  after: second.status,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
await engine.close();
