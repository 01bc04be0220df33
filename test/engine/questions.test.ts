// Questions: a task asks, a person answers, and the answer is its output. What is no answer changes nothing.
import { describe, expect, test } from 'vitest';
import { echo, expectRefused, factsOf, held, note, openWorkbench, until } from './workbench.js';

const day = 86_400_000;

describe('questions', () => {
  test('the answer is the output, and who gave it is in the journal', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      options: { action: echo('red') },
      ask: {
        action: { wait: { question: 'Which of {{ tasks.options.output }}?' } },
      },
      use: { action: note('{{ tasks.ask.output.colour }}') },
    });
    const fact = await until(goal, 'task.blocked', 'ask');
    expect(fact.data).toMatchObject({ kind: 'ambiguity', detail: 'Which of red?' });
    expect((await goal.explain()).waits).toMatchObject([
      {
        subject: 'ask',
        kind: 'ambiguity',
        question: { question: 'Which of red?' },
        unblock: [`answer ${goal.id} ask VALUE`],
        deadlineAt: bench.clock.now() + day,
      },
    ]);
    await goal.answer('ask', { colour: 'blue' }, { by: 'ann', reason: 'it suits' });
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual(['blue']);
    const answered = (await factsOf(goal)).filter(({ type }) => type === 'task.answered');
    expect(answered.map(({ data }) => data)).toEqual([{ taskId: 'ask', by: 'ann', reason: 'it suits' }]);
  });

  test('choices and schemas decide what is an answer; values of the plan may be among them', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      list: { action: echo({ first: 'one' }) },
      pick: {
        action: { wait: { question: 'Which?', choices: ['{{ tasks.list.output.first }}', { n: 2 }] } },
      },
      size: {
        action: {
          wait: {
            question: 'How many?',
            schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
          },
        },
      },
    });
    await until(goal, 'task.blocked', 'pick');
    await until(goal, 'task.blocked', 'size');
    await expectRefused(goal.answer('pick', 'three'), /expected one of "one", \{"n":2\}, got "three"/);
    await expectRefused(goal.answer('size', { n: 'many' }), /does not fit .*at n.*got \{"n":"many"\}/);
    await goal.answer('pick', { n: 2 });
    await goal.answer('size', { n: 3 });
    const { tasks } = await goal.result();
    expect([tasks['pick']?.output, tasks['size']?.output]).toEqual([{ n: 2 }, { n: 3 }]);
  });

  test('may wait longer than the patience with people', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      ask: { action: { wait: { question: 'Which?', timeout: '3d' } } },
    });
    await until(goal, 'task.blocked', 'ask');
    await bench.clock.advance(2 * day);
    await goal.answer('ask', 'that');
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('nobody answers in time: it fails closed', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ ask: { action: { wait: { question: 'Which?', timeout: '1h' } } } });
    await until(goal, 'task.blocked', 'ask');
    await bench.clock.advance(3_600_000);
    expect((await goal.result()).tasks['ask']).toMatchObject({
      status: 'failed',
      failure: { code: 'expired', message: expect.stringMatching(/Which/) as string },
    });
  });

  test('what asks nothing takes no answer, and an answer is no approval', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      ask: { action: { wait: { question: 'Which?' } } },
      leave: { action: note('ran'), approval: 'required' },
      busy: { action: held('busy') },
      later: { action: note('later'), after: ['busy'] },
    });
    await until(goal, 'task.blocked', 'leave');
    await bench.held.call('busy');
    await expectRefused(goal.answer('leave', 'yes'), /asks no question/);
    await expectRefused(goal.answer('busy', 'yes'), /is executing and asks no question/);
    await expectRefused(goal.answer('later', 'yes'), /has not begun/);
    await expectRefused(goal.answer('askk', 'yes'), /has no task 'askk'.*ask/);
    await expectRefused(goal.approve('ask'), /does not take task\.approve/);
    expect(bench.notes).toEqual([]);
    await goal.abort();
    await expectRefused(goal.answer('ask', 'yes'), /has ended aborted/);
  });
});

test('an answer or a signal over the limit is refused and harms nobody', async () => {
  const bench = await openWorkbench({ config: { maxValueBytes: 1000 } });
  const goal = await bench.submit({
    ask: { action: { wait: { question: 'Which?' } } },
    wait: { action: { wait: { signal: 'go' } } },
  });
  await until(goal, 'task.blocked', 'wait');
  await expectRefused(goal.answer('ask', 'x'.repeat(2000)), /over the limit of 1000/);
  await expectRefused(goal.signal('go', 'x'.repeat(2000)), /over the limit of 1000/);
  await goal.answer('ask', 'x');
  await goal.signal('go', 'x');
  expect((await goal.result()).status).toBe('succeeded');
});
