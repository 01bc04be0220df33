// Dependencies: what each type lets run, holds back and skips.
import { describe, expect, test } from 'vitest';
import { echo, fail, held, note, openWorkbench, statuses, story } from './workbench.js';

describe('hard dependencies', () => {
  test('sequential: after a task that ended well, skipped, or failed while optional', async () => {
    const { run, notes } = await openWorkbench();
    const { result } = await run({
      a: { action: note('a') },
      skipped: { action: note('never'), when: 'false' },
      tolerated: { action: fail(), optional: true, retry: { maxRetries: 0 } },
      b: { action: note('b'), after: ['a', 'skipped', 'tolerated'] },
    });
    expect(result.status).toBe('succeeded');
    expect(notes).toEqual(['a', 'b']);
    expect(statuses(result)).toEqual({
      a: 'succeeded',
      skipped: 'skipped',
      tolerated: 'failed',
      b: 'succeeded',
    });
    expect(result.counts).toMatchObject({ total: 4, succeeded: 2, failed: 1, skipped: 1 });
    expect(result.completion).toBe(1);
  });

  test('sequential: a failure makes what comes after unreachable, and the goal partial', async () => {
    const { run, notes } = await openWorkbench();
    const { result } = await run({
      a: { action: fail({ message: 'no luck' }), retry: { maxRetries: 0 } },
      b: { action: note('b'), after: ['a'] },
      c: { action: note('c'), after: ['b'] },
      d: { action: note('d') },
    });
    expect(result.status).toBe('partial');
    expect(result.reason).toMatch(/a: no luck/);
    expect(result.reason).toMatch(/2 could not run/);
    expect(notes).toEqual(['d']);
    expect(result.completion).toBeCloseTo(0.25);
    expect(result.tasks['b']).toMatchObject({ status: 'skipped', attempts: 0 });
  });

  test('data: typed values, and a task whose producer was skipped or failed is skipped or unreachable', async () => {
    const { run } = await openWorkbench();
    const { result } = await run({
      number: { action: echo({ n: 41, list: [1, 'two', null], deep: { yes: true } }) },
      whole: { action: echo('{{ tasks.number.output }}') },
      part: {
        action: echo({ plus: '{{ tasks.number.output.n + 1 }}', text: 'n is {{ tasks.number.output.n }}' }),
      },
      absent: { action: echo(1), when: 'false' },
      needsAbsent: { action: echo('{{ tasks.absent.output }}') },
      tolerated: { action: fail(), optional: true, retry: { maxRetries: 0 } },
      needsTolerated: { action: echo('{{ tasks.tolerated.output }}') },
      after: { action: echo('ran'), after: ['needsAbsent', 'needsTolerated'] },
    });
    expect(result.status).toBe('succeeded');
    expect(result.tasks['whole']?.output).toEqual({ n: 41, list: [1, 'two', null], deep: { yes: true } });
    expect(result.tasks['part']?.output).toEqual({ plus: 42, text: 'n is 41' });
    expect(result.tasks['needsAbsent']).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(/absent/) as string,
    });
    expect(result.tasks['needsTolerated']).toMatchObject({ status: 'skipped' });
    expect(result.tasks['after']).toMatchObject({ status: 'succeeded', output: 'ran' });
  });

  test.each(['resource', 'conflict'])('%s: the two never overlap, others do', async (type) => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: held('a') }, b: { action: held('b') }, c: { action: held('c') } },
      { dependencies: [{ from: 'a', to: 'b', type }] },
    );
    const first = await bench.held.call('a');
    const other = await bench.held.call('c');
    await bench.engine.settled();
    expect(bench.held.log).toEqual(['a', 'c']);
    other.finish();
    first.finish();
    (await bench.held.call('b')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });
});

describe('soft dependencies', () => {
  test('preferred: decides between two that could both start, and holds nobody back', async () => {
    const { run, notes } = await openWorkbench();
    const tasks = { first: { action: note('first') }, second: { action: note('second') } };
    const strategy = { maxParallelTasks: 1 };
    await run(tasks, { strategy, dependencies: [{ from: 'second', to: 'first', type: 'preferred' }] });
    expect(notes).toEqual(['second', 'first']);
    const { result } = await run(
      { ...tasks, second: { action: fail(), retry: { maxRetries: 0 } } },
      { strategy, dependencies: [{ from: 'second', to: 'first', type: 'preferred' }] },
    );
    expect(statuses(result)).toEqual({ first: 'succeeded', second: 'failed' });
  });

  test('temporal: the least lag is kept by the clock', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: note('a') }, b: { action: note('b') }, c: { action: note('c'), after: ['a'] } },
      { dependencies: [{ from: 'a', to: 'b', type: 'temporal', minLagMs: 60_000 }] },
    );
    await bench.clock.advance(59_999);
    expect(bench.notes).toEqual(['a', 'c']);
    expect((await goal.snapshot()).status).toBe('blocked');
    await bench.clock.advance(1);
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual(['a', 'c', 'b']);
  });

  test('temporal: a wish holds back until its task has ended, however it ended', async () => {
    const { run, notes } = await openWorkbench();
    const { result } = await run(
      { a: { action: fail(), optional: true, retry: { maxRetries: 0 } }, b: { action: note('b') } },
      { dependencies: [{ from: 'a', to: 'b', type: 'temporal', minLagMs: 0 }] },
    );
    expect(result.status).toBe('succeeded');
    expect(notes).toEqual(['b']);
  });
});

describe('conditional dependencies', () => {
  const branches = [
    { from: 'a', to: 'good', type: 'on_success' },
    { from: 'a', to: 'bad', type: 'on_failure' },
  ];
  test('on_success and on_failure choose a branch', async () => {
    const { run } = await openWorkbench();
    const good = { action: echo('good') };
    const bad = { action: echo('bad') };
    const well = await run({ a: { action: echo(1) }, good, bad }, { dependencies: branches });
    expect(statuses(well.result)).toEqual({ a: 'succeeded', good: 'succeeded', bad: 'skipped' });
    expect(well.result.status).toBe('succeeded');
    const ill = await run(
      { a: { action: fail(), retry: { maxRetries: 0 } }, good, bad },
      { dependencies: branches },
    );
    expect(statuses(ill.result)).toEqual({ a: 'failed', good: 'skipped', bad: 'succeeded' });
    expect(ill.result.status).toBe('succeeded');
  });

  test('a failure whose handler fails too is not tolerated', async () => {
    const { run } = await openWorkbench();
    const { result } = await run(
      {
        a: { action: fail(), retry: { maxRetries: 0 } },
        bad: { action: fail(), retry: { maxRetries: 0 } },
        c: { action: echo(1) },
      },
      { dependencies: [{ from: 'a', to: 'bad', type: 'on_failure' }] },
    );
    expect(result.status).toBe('partial');
    expect(result.tasks['c']?.status).toBe('succeeded');
  });

  test('on_condition sees outputs and failures', async () => {
    const { run } = await openWorkbench();
    const { result } = await run(
      {
        a: { action: echo({ status: 200 }) },
        f: { action: fail({ code: 'gone' }), optional: true, retry: { maxRetries: 0 } },
        yes: { action: echo('yes') },
        no: { action: echo('no') },
        gone: { action: echo('gone') },
      },
      {
        dependencies: [
          { from: 'a', to: 'yes', type: 'on_condition', when: 'tasks.a.output.status == 200' },
          { from: 'a', to: 'no', type: 'on_condition', when: 'tasks.a.output.status == 404' },
          { from: 'f', to: 'gone', type: 'on_condition', when: "tasks.f.failure.code == 'gone'" },
        ],
      },
    );
    expect(statuses(result)).toMatchObject({ yes: 'succeeded', no: 'skipped', gone: 'succeeded' });
    expect(result.tasks['no']?.reason).toMatch(/404/);
  });

  test('a guarded reference waits for the end of the task, however it ends', async () => {
    const { run } = await openWorkbench();
    const { result } = await run({
      a: { action: fail(), optional: true, retry: { maxRetries: 0 } },
      b: { action: echo('{{ tasks.a.status }}') },
    });
    expect(result.tasks['b']).toMatchObject({ status: 'succeeded', output: 'failed' });
  });
});

describe('conditions', () => {
  test('`when` skips, sees inputs and outputs, and fails the attempt when it cannot be decided', async () => {
    const { run } = await openWorkbench();
    const { result, facts } = await run(
      {
        list: { action: echo([1, 2, 3]) },
        many: { action: echo('many'), when: 'size(tasks.list.output) > 2' },
        few: { action: echo('few'), when: 'size(tasks.list.output) < 3' },
        wanted: { action: echo('wanted'), when: 'inputs.wanted' },
        broken: { action: echo('x'), when: 'tasks.list.output.nothing == 1', optional: true },
      },
      { inputs: { wanted: { type: 'boolean', default: false } } },
      { inputs: { wanted: 'true' } },
    );
    expect(statuses(result)).toEqual({
      list: 'succeeded',
      many: 'succeeded',
      few: 'skipped',
      wanted: 'succeeded',
      broken: 'failed',
    });
    expect(result.tasks['few']?.reason).toContain('size(tasks.list.output) < 3');
    expect(story(facts, 'few')).toEqual(['task.skipped']);
    expect(result.tasks['broken']?.failure).toMatchObject({ class: 'logic', retryable: false });
  });

  test('a plan of which everything was skipped succeeds', async () => {
    const { run } = await openWorkbench();
    const { result } = await run({
      a: { action: echo(1), when: 'false' },
      b: { action: echo(1), after: ['a'], when: 'false' },
    });
    expect(result).toMatchObject({ status: 'succeeded', completion: 1 });
  });
});

describe('the end of a goal', () => {
  test('critical: the failure starts nothing more and fails the goal', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      {
        bad: { action: held('bad'), critical: true, retry: { maxRetries: 0 } },
        other: { action: held('other') },
        next: { action: note('next'), after: ['other'] },
        waits: { action: { wait: { signal: 'never' } } },
      },
      { strategy: { maxParallelTasks: 3 } },
    );
    const other = await bench.held.call('other');
    (await bench.held.call('bad')).fail();
    await bench.engine.settled();
    other.finish('done');
    const result = await goal.result();
    expect(result.status).toBe('failed');
    expect(result.reason).toMatch(/critical/);
    expect(statuses(result)).toEqual({
      bad: 'failed',
      other: 'succeeded',
      next: 'skipped',
      waits: 'aborted',
    });
    expect(bench.notes).toEqual([]);
  });

  test('failed when nothing has succeeded, partial when something has', async () => {
    const { run } = await openWorkbench();
    const bad = { action: fail(), retry: { maxRetries: 0 } };
    expect((await run({ a: bad })).result).toMatchObject({ status: 'failed', completion: 0 });
    const some = (await run({ a: bad, b: { action: echo(1), estimate: { expected: '3m' } } })).result;
    expect(some.status).toBe('partial');
    expect(some.completion).toBeCloseTo(0.75);
  });
});
