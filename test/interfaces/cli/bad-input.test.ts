// What is wrong is told with its place and what to do; nothing is half done, and the exit code says whose turn it is.
import { createEngine } from 'statewright';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holding, like, linesOf, openWorkplace, type Workplace } from './command-line.js';

let at: Workplace;
beforeEach(async () => {
  at = await openWorkplace();
});
afterEach(() => at.close());

const bad = `version: 1
goal: { name: Bad }
tasks:
  one:
    action: { tool: fs.lst, input: { path: . } }
  two:
    afer: [one]
    action: { command: node }
  three:
    after: [four]
    action: { wait: 1s }
`;

describe('a bad plan', () => {
  test.each(['run', 'plan'])('%s names every problem with file, line, column and a hint', async (command) => {
    await at.write('bad.yaml', bad);
    const { code, err } = await at.run(command, 'bad.yaml');
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual([
      '3 problems:',
      "bad.yaml:5:21: tasks.one.action.tool: there is no tool 'fs.lst' (Did you mean 'fs.list'?)",
      "bad.yaml:7:5: tasks.two.afer: the key 'afer' is not known here (Did you mean 'after'?)",
      "bad.yaml:10:13: tasks.three.after[0]: there is no task 'four'",
      '',
    ]);
  });

  test('as one object with --json, and no goal is left behind', async () => {
    await at.write('bad.yaml', bad);
    const ended = await at.run('run', 'bad.yaml', '--json');
    expect(ended.code).toBe(2);
    expect(linesOf(ended)).toMatchObject([
      {
        type: 'error',
        code: 'INPUT_INVALID',
        exitCode: 2,
        problems: [{ file: 'bad.yaml', line: 5, column: 21, path: 'tasks.one.action.tool' }, {}, {}],
      },
    ]);
    expect(linesOf(await at.run('list', '--json'))).toEqual([]);
  });

  test('a cycle, printed', async () => {
    await at.write(
      'cycle.yaml',
      '{version: 1, goal: {name: C}, tasks: {a: {after: [b], action: {wait: 1s}}, b: {after: [a], action: {wait: 1s}}}}',
    );
    const { code, err } = await at.run('run', 'cycle.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(/a → b → a|b → a → b/);
  });

  test('text that is no YAML', async () => {
    await at.write('broken.yaml', 'version: 1\ngoal: [\n');
    const { code, err } = await at.run('run', 'broken.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(/^broken\.yaml:\d+:\d+: /m);
  });
});

describe('wrong inputs', () => {
  beforeEach(() =>
    at.write(
      'in.yaml',
      '{version: 1, goal: {name: I}, inputs: {times: {type: integer}}, tasks: {a: {action: {wait: 1ms}}}}',
    ),
  );

  test.each([
    [[], /times: expected a value \(a whole number\)/],
    [['--input', 'times=many'], /times: expected a whole number, got/],
    [['--input', 'tims=3'], /no input 'tims'.*Did you mean 'times'/],
    [['--input', 'times'], /expected --input name=value, got 'times'/],
    [['--goal-id', 'a b'], /expected 1 to 128 letters.*got 'a b'/],
  ])('%j', async (args, message) => {
    const { code, err } = await at.run('run', 'in.yaml', ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('files that cannot be read', () => {
  test('a missing plan, with the one that was meant', async () => {
    await at.write('report.yaml', bad);
    expect(await at.run('run', 'reprot.yaml')).toMatchObject({
      code: 2,
      err: holding("Did you mean 'report.yaml'?"),
    });
    expect((await at.run('run', join('nowhere', 'plan.yaml'))).err).toContain('There is no folder');
  });

  test('a folder, and bytes that are no text', async () => {
    await mkdir(at.path('plan.yaml'));
    expect(await at.run('run', 'plan.yaml')).toMatchObject({
      code: 2,
      err: holding('folder'),
    });
    await writeFile(at.path('bytes.yaml'), Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]));
    expect(await at.run('run', 'bytes.yaml')).toMatchObject({
      code: 2,
      err: holding('UTF-8'),
    });
  });

  test('a store that is not there is not made by looking', async () => {
    const { code, err } = await at.run('list', '--store', 'typo');
    expect(code).toBe(2);
    expect(err).toContain('There is no store at');
    expect(existsSync(at.path('typo'))).toBe(false);
  });
});

describe('wrong usage', () => {
  test.each([
    [['rnu', 'x'], /unknown command 'rnu'[\s\S]*Did you mean run/],
    [['run', 'x.yaml', '--stor', 'y'], /unknown option '--stor'[\s\S]*Did you mean --store/],
    [['run'], /missing required argument/],
    [['list', '--status', 'opne'], /Allowed choices are open/],
    [['list', '--limit', '0'], /--limit: expected a whole number from 1 on, got '0'/],
    [['events', '--from', 'x'], /--from: expected a whole number/],
    [['gc', '--older-than', '3 weeks'], /--older-than: expected a duration such as/],
  ])('%j', async (args, message) => {
    await mkdir(at.path('.statewright'));
    const { code, err } = await at.run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('help and version are no mistakes', async () => {
    expect(await at.run('--version')).toMatchObject({
      code: 0,
      out: like(/^\d+\.\d+\.\d+\n$/),
    });
    const help = await at.run('--help');
    expect(help).toMatchObject({ code: 0, out: holding('Exit codes') });
    const commands = [...help.out.matchAll(/^ {2}(\w+)(?:\|\w+)? .*\[options\]/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(commands).toEqual(expect.arrayContaining(['run', 'resume', 'doctor', 'undo']));
    const helps = await Promise.all(commands.map((command) => at.run(command, '--help')));
    for (const { code, out } of helps) {
      expect(code).toBe(0);
      expect(out).toContain('$ statewright ');
      expect(out).toContain('--store');
    }
  });
});

describe('goals and commands', () => {
  beforeEach(async () => {
    await at.write('p.yaml', '{version: 1, goal: {name: P}, tasks: {a: {action: {wait: 1ms}}}}');
    await at.run('run', 'p.yaml', '--goal-id', 'monday');
  });

  test('an unknown goal, with the one that was meant', async () => {
    expect(await at.run('show', 'munday')).toMatchObject({
      code: 2,
      err: holding("'monday'"),
    });
  });

  test.each(['pause', 'resume', 'abort'])('%s of a goal that has ended does nothing', async (command) => {
    const { code, err } = await at.run(command, 'monday');
    if (command === 'resume') expect(code).toBe(0);
    else
      expect({ code, err }).toEqual({
        code: 2,
        err: holding('has ended succeeded'),
      });
  });
});

describe('the store', () => {
  test('in use by a process that serves nobody: exit code 6', async () => {
    await using engine = await createEngine({ store: at.path('.statewright'), endpoint: false });
    const { code, err } = await at.run('list');
    expect(code).toBe(6);
    expect(err).toContain(`in use by process ${process.pid}`);
    await engine.close();
  });

  test('damaged: exit code 6', async () => {
    await (await createEngine({ store: at.path('.statewright') })).close();
    await writeFile(at.path('.statewright/db/CURRENT'), 'MANIFEST-999999\n');
    expect(await at.run('list')).toMatchObject({ code: 6 });
    expect(linesOf(await at.run('list', '--json'))).toMatchObject([{ type: 'error', exitCode: 6 }]);
  });
});

describe('configuration', () => {
  const plan = '{version: 1, goal: {name: T}, tasks: {a: {action: {tool: my.greet, input: {who: Ann}}}}}';
  const zod = JSON.stringify(import.meta.resolve('zod'));
  const tools = `import { z } from ${zod};
    export default { retention: { maxGoals: 5 }, tools: [{ name: 'my.greet', description: 'Greets.', effect: 'idempotent',
      input: z.object({ who: z.string() }), output: z.string(), run: ({ who }) => 'hello ' + who }] };`;

  test('a JavaScript file brings tools', async () => {
    await at.write('t.yaml', plan);
    await at.write('statewright.config.mjs', tools);
    const ended = await at.run('run', 't.yaml', '--json');
    expect(linesOf(ended).at(-1)).toMatchObject({
      status: 'succeeded',
      tasks: { a: { output: 'hello Ann' } },
    });
    expect((await at.run('plan', 't.yaml')).code).toBe(0);
  });

  test.each([
    ['statewright.config.yaml', 'retenton: { maxGoals: 1 }', /retenton/],
    ['statewright.config.yaml', 'retention: [\n', /statewright\.config\.yaml:\d+:\d+/],
    ['statewright.config.json', '[1]', /expected settings.*got a list/],
    ['statewright.config.json', '{"tools": []}', /expected them in a \.js or \.mjs file/],
    ['statewright.config.mjs', 'throw new Error("no luck")', /could not be run: no luck/],
    ['statewright.config.mjs', 'export const tools = 1', /expected a list of tools, got number/],
  ])('%s with %j is refused', async (name, text, message) => {
    await at.write(name, text);
    await at.write('t.yaml', plan);
    const { code, err } = await at.run('run', 't.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('a file that is named and not there', async () => {
    expect(await at.run('list', '--config', 'mine.json')).toMatchObject({
      code: 2,
      err: holding('no configuration file'),
    });
  });
});

describe('plan', () => {
  test('describes a plan, leaves no trace, and prints the long form', async () => {
    await at.write(
      'p.yaml',
      '{version: 1, goal: P, tasks: {a: {action: {wait: 1s}}, b: {after: [a], approval: required, action: {wait: 30s}}}}',
    );
    const { code, out } = await at.run('plan', 'p.yaml');
    expect(code).toBe(0);
    expect(out).toContain('2 tasks in 2 levels');
    expect(out).toContain('a → b');
    expect(out).toContain('asks for approval');
    const [described] = linesOf(await at.run('plan', 'p.yaml', '--json'));
    expect(described).toMatchObject({
      type: 'plan',
      levels: [['a'], ['b']],
      criticalPath: ['a', 'b'],
      problems: [],
    });
    const expanded = (await at.run('plan', 'p.yaml', '--expand')).out;
    expect(expanded).toMatch(/durationMs: (30000|30s)/);
    await at.write('long.yaml', expanded);
    expect((await at.run('plan', 'long.yaml', '--expand')).out).toBe(expanded);
    expect(existsSync(at.path('.statewright'))).toBe(false);
  });
});
