// The htn commands: plans, checks and explanations, with exit codes that scripts can go by.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linesOf, openWorkplace, type Workplace } from './command-line.js';

let at: Workplace;
beforeEach(async () => {
  at = await openWorkplace();
});
afterEach(() => at.close());

const tea = `version: 1
domain: tea
predicates: { hot: , filled: , made: , power: }
operators:
  fill: { postconditions: filled, tool: data.query, input: { data: 1, expression: '@' } }
  heat: { preconditions: filled and power, postconditions: hot, tool: data.query, input: { data: 1, expression: '@' } }
  brew: { preconditions: hot, postconditions: made, tool: data.query, input: { data: 1, expression: '@' } }
tasks: { tea: }
methods: { make-tea: { for: tea, subtasks: [fill, heat, brew] } }
problem: { name: tea for one, facts: [power], tasks: tea, goal: made }
`;

test('a plan is made, shown, written, checked and explained', async () => {
  await at.write('tea.yaml', tea);
  const shown = await at.run('htn', 'plan', 'tea.yaml');
  expect(shown.err).toBe('');
  expect(shown.code).toBe(0);
  expect(shown.out.split('\n').slice(0, 3)).toEqual([
    'tea for one: 3 steps, cost 3',
    expect.stringContaining('tea()'),
    expect.stringContaining('1. fill()'),
  ]);
  const text = await at.run('htn', 'plan', 'tea.yaml', '--as', 'text');
  await at.write('tea.plan', text.out);
  await at.write('tea.problem.yaml', 'version: 1\nfacts: [power]\ntasks: tea\n');
  expect(await at.run('htn', 'validate', 'tea.yaml', 'tea.problem.yaml', 'tea.plan')).toMatchObject({
    code: 0,
    out: 'The plan is a solution: 3 steps, cost 3\n',
  });
  await at.write('wrong.plan', text.out.replace('0 fill', '0 brew'));
  const wrong = await at.run('htn', 'validate', 'tea.yaml', 'tea.problem.yaml', 'wrong.plan');
  expect(wrong.code).toBe(1);
  expect(wrong.out).toContain('steps[0]: brew() needs hot(), which does not hold after 0 steps');
  const explained = await at.run('htn', 'explain', 'tea.yaml');
  expect(explained.out).toBe("tea(): by 'make-tea', which needs nothing\n");
  const sound = await at.run('htn', 'validate', 'tea.yaml');
  expect(sound.out).toBe(
    'tea is sound: 3 operators, 1 task, 1 method; problem tea for one: 0 objects, 1 fact\n',
  );
});

test('a plan can be run by the engine', async () => {
  await at.write('tea.yaml', tea);
  const made = await at.run('htn', 'plan', 'tea.yaml', '--as', 'plan');
  await at.write('tea.plan.yaml', made.out);
  const ran = await at.run('run', 'tea.plan.yaml');
  expect(ran.code).toBe(0);
});

test('without a plan the nearest misses are told, and the exit code is 1', async () => {
  await at.write('tea.yaml', tea.replace('facts: [power]', 'facts: []'));
  for (const command of ['plan', 'explain']) {
    const { code, out } = await at.run('htn', command, 'tea.yaml');
    expect(code).toBe(1);
    expect(out).toContain('There is no plan');
    expect(out).toContain("the operator 'heat' for tea() needs power()");
    expect(out).toContain('Nothing can ever make these true:');
  }
  const failed = await at.run('htn', 'plan', 'tea.yaml', '--json');
  expect(linesOf(failed)).toMatchObject([{ type: 'failure', status: 'unsolvable' }]);
});

test('what is wrong in files and on the command line has exit code 2', async () => {
  await at.write('tea.yaml', tea.replace('heat, brew', 'heat, brw'));
  expect(await at.run('htn', 'plan', 'tea.yaml')).toMatchObject({
    code: 2,
    err: "tea.yaml:9:57: methods.make-tea.subtasks.t3: there is no task or operator 'brw' (Did you mean 'brew'?)\n",
  });
  expect((await at.run('htn', 'plan', 'nowhere.yaml')).err).toContain('cannot be read');
  await at.write('domain.yaml', tea.replace(/problem:.*/, ''));
  expect((await at.run('htn', 'plan', 'domain.yaml')).err).toBe(
    'problem: domain.yaml has no problem (Give a second file with one, or add `problem:` to the domain.)\n',
  );
  for (const words of [
    ['htn', 'plan'],
    ['htn', 'plan', 'tea.yaml', '--as', 'prose'],
    ['htn', 'plan', 'tea.yaml', '--time', 'long'],
  ])
    expect((await at.run(...words)).code).toBe(2);
});
