// `run` and the commands that look on, as real processes: exit codes, what is printed, and going on.
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aMap, counting, holding, like, linesOf, openWorkplace, type Workplace } from './command-line.js';

let at: Workplace;
beforeEach(async () => {
  at = await openWorkplace();
});
afterEach(() => at.close());

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Greets somebody. */
const greet = `
version: 1
goal: { name: Greet }
inputs: { who: { type: string, default: world }, times: { type: integer, default: 1 } }
tasks:
  hello:
    action: { tool: text.template, input: { template: 'hello {{ inputs.who }}', data: {} } }
  count:
    after: [hello]
    action: ${counting('count')}
`;

const approval = `
version: 1
goal: { name: Ask first }
tasks:
  prepare: { action: ${counting('prepare')} }
  publish: { after: [prepare], approval: required, action: ${counting('publish')} }
`;

describe('run', () => {
  test('carries out a plan, and says how it went', async () => {
    await at.write('greet.yaml', greet);
    const { code, out, err } = await at.run('run', 'greet.yaml', '--goal-id', 'g');
    expect(err).toContain('Goal g.');
    expect(out).toMatch(/g started\n/);
    expect(out).toMatch(/g count succeeded\n/);
    expect(out).toMatch(/g succeeded in .* \(2 tasks: 2 succeeded\)/);
    expect(out).toContain('statewright show g');
    expect(code).toBe(0);
    expect(await at.runs('count')).toBe(1);
  });

  test('prints the facts of the journal and then the result with --json', async () => {
    await at.write('greet.yaml', greet);
    const ended = await at.run('run', 'greet.yaml', '--goal-id', 'g', '--input', 'who=Zoë & co', '--json');
    const lines = linesOf(ended);
    const facts = lines.slice(0, -1);
    expect(ended.code).toBe(0);
    for (const fact of facts) {
      expect(fact).toMatchObject({ goal: 'g', at: like(iso), data: aMap });
      expect(fact).toMatchObject({
        actor: like(/./),
        type: like(/^[a-z]+\.[a-zA-Z]+$/),
      });
    }
    expect(facts.map(({ seq }) => seq)).toEqual(facts.map((_, index) => index + 1));
    const types = facts.map(({ type }) => type);
    expect(types).toContain('plan.created');
    expect(types.filter((type) => type === 'attempt.started')).toHaveLength(2);
    expect(types.filter((type) => type === 'task.succeeded')).toHaveLength(2);
    expect(types.at(-1)).toBe('goal.succeeded');
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      goal: 'g',
      status: 'succeeded',
      completion: 1,
      startedAt: like(iso),
      endedAt: like(iso),
      tasks: { hello: { status: 'succeeded', attempts: 1 }, count: { status: 'succeeded', attempts: 1 } },
    });
    expect(JSON.stringify(lines.at(-1))).toContain('hello Zoë & co');
  });

  test('the same goal id again prints the result and runs nothing', async () => {
    await at.write('greet.yaml', greet);
    await at.run('run', 'greet.yaml', '--goal-id', 'g');
    const again = await at.run('run', 'greet.yaml', '--goal-id', 'g');
    expect(again.code).toBe(0);
    expect(again.err).toContain('has ended before');
    expect(linesOf(await at.run('run', 'greet.yaml', '--goal-id', 'g', '--json'))).toMatchObject([
      { type: 'result', status: 'succeeded' },
    ]);
    expect(await at.runs('count')).toBe(1);
  });

  test('names a goal after its file when it is given no id', async () => {
    await at.write('Monats-Bericht Größe.yaml', greet);
    expect((await at.run('run', 'Monats-Bericht Größe.yaml')).err).toMatch(
      /Goal monats-bericht-gro-[-\w]{5,}\./,
    );
  });

  test('a failing task: exit code 1, with the task, its message and where to look', async () => {
    await at.write(
      'fail.yaml',
      `{version: 1, goal: {name: F}, tasks: {bad: {action: ${counting('bad', 'console.error("kaputt");process.exit(7)')}}}}`,
    );
    const { code, out } = await at.run('run', 'fail.yaml', '--goal-id', 'f');
    expect(code).toBe(1);
    expect(out).toMatch(/bad: .*7.*kaputt/);
    expect(out).toContain('statewright show f bad');
    expect((await at.run('show', 'f', 'bad')).out).toContain('kaputt');
  });

  test('some required ends, some not: exit code 3', async () => {
    await at.write(
      'partial.yaml',
      `{version: 1, goal: {name: P}, tasks: {good: {action: ${counting('good')}}, bad: {action: ${counting('bad', 'process.exit(1)')}}}}`,
    );
    const { code, out } = await at.run('run', 'partial.yaml', '--json', '--goal-id', 'p');
    const { status } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as { status: string };
    expect({ code, status }).toEqual({ code: 3, status: 'partial' });
  });

  test('words cannot be planned yet: exit code 1 and the reason', async () => {
    const { code, out } = await at.run('run', 'tidy', 'my', 'desk');
    expect(code).toBe(1);
    expect(out).toContain('planner');
  });

  test('stops with exit code 5 when all that is left waits for somebody, and says how to answer', async () => {
    await at.write('ask.yaml', approval);
    const stopped = await at.run('run', 'ask.yaml', '--goal-id', 'a', '--json');
    expect(stopped.code).toBe(5);
    expect(linesOf(stopped).at(-1)).toMatchObject({
      type: 'result',
      status: 'blocked',
      waits: [{ kind: 'approval', subject: 'publish', since: like(iso) }],
    });
    const again = await at.run('resume', 'a');
    expect(again.code).toBe(5);
    expect(again.out).toContain('statewright approve a publish');
    expect(again.out).toContain('statewright resume a');
    expect(await at.runs('publish')).toBe(0);
    const yes = await at.run('run', 'ask.yaml', '--goal-id', 'a', '--yes');
    expect(yes.code).toBe(0);
    expect([await at.runs('prepare'), await at.runs('publish')]).toEqual([1, 1]);
  });

  test('--yes approves contingencies too', async () => {
    await at.write(
      'help.yaml',
      `
version: 1
goal: { name: H }
tasks:
  bad: { effect: idempotent, retry: { maxRetries: 0 }, contingencies: [leave-it], action: ${counting('bad', 'process.exit(1)')} }
contingencies:
  - { id: leave-it, approval: required, actions: [{ id: leave, do: { skip: true } }] }
`,
    );
    const ended = await at.run('run', 'help.yaml', '--yes', '--json');
    expect(linesOf(ended).at(-1)).toMatchObject({ type: 'result', tasks: { bad: { status: 'skipped' } } });
  });

  test('what waits for an instant is waited for', async () => {
    await at.write(
      'wait.yaml',
      `{version: 1, goal: {name: W}, tasks: {nap: {action: {wait: 300ms}}, end: {after: [nap], action: ${counting('end')}}}}`,
    );
    expect((await at.run('run', 'wait.yaml')).code).toBe(0);
  });

  test('a command without an engine leaves the work to the next one', async () => {
    await at.write('ask.yaml', approval);
    await at.run('run', 'ask.yaml', '--goal-id', 'a');
    const approved = await at.run('approve', 'a', 'publish', '--by', 'Ann', '--reason', 'looks good');
    expect(approved).toMatchObject({ code: 0, out: expect.stringMatching(/Approved\.\n$/) as string });
    expect(approved.err).toContain('statewright resume a');
    expect(await at.runs('publish')).toBe(0);
    expect(await at.run('resume', 'a')).toMatchObject({ code: 0 });
    expect([await at.runs('prepare'), await at.runs('publish')]).toEqual([1, 1]);
    const commanded = linesOf(await at.run('events', 'a', '--json')).find(
      ({ type }) => type === 'task.commanded',
    );
    expect(commanded).toMatchObject({ data: { command: 'task.approve', by: 'Ann', reason: 'looks good' } });
  });

  test('--detach leaves it to a process in the background, which ends when nothing is left', async () => {
    await at.write('greet.yaml', greet);
    const { code, out } = await at.run('run', 'greet.yaml', '--detach');
    expect(code).toBe(0);
    const goal = out.trim();
    const followed = await at.run('events', goal, '--follow', '--json');
    expect(linesOf(followed).at(-1)).toMatchObject({ type: 'goal.succeeded', goal });
    await expect.poll(() => existsSync(at.path('.statewright/engine.json')), { timeout: 10_000 }).toBe(false);
    expect(await at.runs('count')).toBe(1);
  });
});

describe('undo', () => {
  test('runs the compensations of a goal that has ended', async () => {
    await at.write(
      'make.yaml',
      `{version: 1, goal: {name: M}, tasks: {make: {action: ${counting('made')}, compensate: ${counting('unmade')}}}}`,
    );
    expect((await at.run('run', 'make.yaml', '--goal-id', 'm')).code).toBe(0);
    expect((await at.run('undo', 'm')).code).toBe(0);
    expect([await at.runs('made'), await at.runs('unmade')]).toEqual([1, 1]);
  });
});

describe('looking on', () => {
  beforeEach(async () => {
    await at.write('greet.yaml', greet);
    await at.run('run', 'greet.yaml', '--goal-id', 'g');
  });

  test('list', async () => {
    expect((await at.run('list')).out).toMatch(/g +succeeded +100 %/);
    expect(linesOf(await at.run('list', '--json'))).toMatchObject([
      { type: 'goal', id: 'g', status: 'succeeded', createdAt: like(iso) },
    ]);
    expect((await at.run('list', '--status', 'open')).out).toContain('No goal is open');
  });

  test('show', async () => {
    const { out } = await at.run('show', 'g');
    expect(out).toMatch(/hello +succeeded/);
    expect(linesOf(await at.run('show', 'g', '--json'))).toMatchObject([
      { type: 'show', goal: 'g', status: 'succeeded', tasks: [{ id: 'hello', after: [] }, { id: 'count' }] },
    ]);
    expect((await at.run('show', 'g', 'hello')).out).toContain('hello world');
    const unknown = await at.run('show', 'g', 'helo');
    expect(unknown).toMatchObject({ code: 2, err: holding("no task 'helo'") });
  });

  test('events, a part of them', async () => {
    const all = linesOf(await at.run('events', '--json'));
    expect(linesOf(await at.run('events', 'g', '--last', '3', '--json'))).toEqual(all.slice(-3));
    const part = await at.run('events', '--from', '4', '--limit', '2', '--json');
    expect(linesOf(part)).toEqual(all.slice(3, 5));
    const { code, err } = await at.run('events', '--last', '3', '--follow');
    expect([code, err]).toEqual([2, expect.stringMatching(/--follow/)]);
  });

  test('migrate says that there is nothing to migrate, and what it would refuse', async () => {
    const checked = await at.run('migrate', '--check');
    expect([checked.code, checked.out]).toEqual([
      0,
      expect.stringMatching(/format 1.*\n.*Nothing to migrate/),
    ]);
    expect(linesOf(await at.run('migrate', '--json'))).toEqual([
      { type: 'migrate', check: false, format: { from: 1, to: 1 }, records: 0, actors: [], refused: [] },
    ]);
    const nowhere = await at.run('migrate', '--store', 'nowhere');
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringMatching(/no store at .*nowhere/)]);
  });

  test('events, from any fact on', async () => {
    const all = linesOf(await at.run('events', '--json'));
    expect(linesOf(await at.run('events', 'g', '--from', '5', '--json'))).toEqual(all.slice(4));
    expect((await at.run('events', 'g')).out).toMatch(/task\.succeeded +hello/);
  });

  test('doctor and gc', async () => {
    expect(await at.run('doctor')).toMatchObject({ code: 0, out: holding('All is well') });
    expect((await at.run('gc', '--keep', '0', '--dry-run')).out).toMatch(/^g\n1 goal, .* would be deleted/);
    expect((await at.run('gc', '--keep', '0')).code).toBe(0);
    expect(linesOf(await at.run('list', '--json'))).toEqual([]);
  });

  test('a reader that leaves early is no trouble', async () => {
    const { child, ended } = at.start('events', '--json');
    child.stdout?.destroy();
    expect((await ended).code).toBe(0);
  });
});
