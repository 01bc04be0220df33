// Reading a problem: defaults are filled in, and mistakes are named with their place and the next step.
import { expect, test } from 'vitest';
import { EngineError, type Problem } from '#src/errors.js';
import { parseProblemDocument } from '#src/services/scheduling/problem-document.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';

function problemsOf(input: unknown): readonly Problem[] {
  try {
    readProblem(input);
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('INPUT_INVALID');
    return (error as EngineError).problems;
  }
  throw new Error('expected a refusal');
}

const task = (id: string, more: object = {}): object => ({ id, modes: [{ duration: 2 }], ...more });

test('defaults are filled in, a resource is reusable unless told otherwise', () => {
  const problem = readProblem({
    tasks: [{ id: 'dig', modes: [{ duration: 3, uses: [{ resource: 'crew' }] }] }],
    resources: [{ id: 'crew', capacity: 2 }],
  });
  expect(problem.objective).toEqual({ kind: 'makespan' });
  expect(problem.resources).toEqual([{ id: 'crew', kind: 'reusable', capacity: 2, calendar: [] }]);
  expect(problem.tasks[0]?.modes[0]?.uses).toEqual([{ resource: 'crew', amount: 1 }]);
});

test.each([
  ['no tasks', {}, 'tasks', /expected a list, but it is missing/, undefined],
  ['no object', 'dig', '', /expected a map, got "dig"/, undefined],
  [
    'an unknown key, before what is missing for it',
    { tasks: [{ id: 'a', modes: [{ duraton: 1 }] }] },
    'tasks[0].modes[0].duraton',
    /^the key 'duraton' is not known here$/,
    /^Did you mean 'duration'\?$/,
  ],
  [
    'a key that another kind of resource has',
    { tasks: [], resources: [{ id: 'r', kind: 'producible', initial: 1, calendar: [] }] },
    'resources[0].calendar',
    /not known here/,
    /^Known keys: id, kind, initial, capacity\.$/,
  ],
  [
    'an unknown key where the kind is left out',
    { tasks: [], resources: [{ id: 'r', capacity: 1, calender: [] }] },
    'resources[0].calender',
    /not known here/,
    /'calendar'/,
  ],
  [
    'an unknown key of an objective in parts',
    {
      tasks: [],
      objective: { kind: 'weighted', parts: [{ objective: { kind: 'cost', off: 'x' }, weight: 1 }] },
    },
    'objective.parts[0].objective.off',
    /not known here/,
    /'of'/,
  ],
  [
    'a broken duration',
    { tasks: [{ id: 'a', modes: [{ duration: 1.5 }] }] },
    'tasks[0].modes[0].duration',
    /whole number, got 1.5/,
    undefined,
  ],
  [
    'a huge duration',
    { tasks: [{ id: 'a', modes: [{ duration: 2 ** 30 + 1 }] }] },
    'tasks[0].modes[0].duration',
    /at most 1073741824/,
    undefined,
  ],
  [
    'a kind that there is not',
    { tasks: [], resources: [{ id: 'r', kind: 'reusible', capacity: 1 }] },
    'resources[0].kind',
    /expected one of reusable, consumable, producible, got "reusible"/,
    /'reusable'/,
  ],
  ['doubles', { tasks: [task('a'), task('a')] }, 'tasks[1].id', /got 'a', which tasks\[0\] has/, undefined],
  [
    'an unknown task',
    { tasks: [task('paint'), task('b')], lags: [{ from: 'pain', to: 'b' }] },
    'lags[0].from',
    /id of a task, got 'pain'/,
    /'paint'/,
  ],
  [
    'a lag to itself',
    { tasks: [task('a')], lags: [{ from: 'a', to: 'a' }] },
    'lags[0].to',
    /another task/,
    undefined,
  ],
  [
    'bounds the wrong way',
    { tasks: [task('a'), task('b')], lags: [{ from: 'a', to: 'b', min: 3, max: 2 }] },
    'lags[0].max',
    /at least min \(3\), got 2/,
    undefined,
  ],
  [
    'an unknown resource',
    {
      tasks: [{ id: 'a', modes: [{ duration: 1, uses: [{ resource: 'crain' }] }] }],
      resources: [{ id: 'crane', capacity: 1 }],
    },
    'tasks[0].modes[0].uses[0].resource',
    /reusable resource, got 'crain'/,
    /'crane'/,
  ],
  [
    'a stock that is held',
    {
      tasks: [{ id: 'a', modes: [{ duration: 1, uses: [{ resource: 'sand' }] }] }],
      resources: [{ id: 'sand', kind: 'consumable', initial: 1 }],
    },
    'tasks[0].modes[0].uses[0].resource',
    /which is a stock/,
    /'changes'/,
  ],
  [
    'a stock that is too full',
    { tasks: [], resources: [{ id: 'sand', kind: 'consumable', initial: 5, capacity: 4 }] },
    'resources[0].initial',
    /at most the capacity \(4\), got 5/,
    undefined,
  ],
  [
    'calendars that overlap',
    {
      tasks: [],
      resources: [
        {
          id: 'r',
          capacity: 1,
          calendar: [
            { from: 5, to: 9, capacity: 0 },
            { from: 2, to: 6, capacity: 0 },
          ],
        },
      ],
    },
    'resources[0].calendar[0]',
    /5 to 9 overlaps calendar\[1\] \(2 to 6\)/,
    undefined,
  ],
  [
    'an empty calendar entry',
    { tasks: [], resources: [{ id: 'r', capacity: 1, calendar: [{ from: 5, to: 5, capacity: 0 }] }] },
    'resources[0].calendar[0].to',
    /more than 'from' \(5\), got 5/,
    undefined,
  ],
  [
    'a mode that there is not',
    { tasks: [task('a', { fixed: { start: 0, mode: 1 } })] },
    'tasks[0].fixed.mode',
    /0 to 0, got 1/,
    undefined,
  ],
  [
    'a setup of an unknown task',
    { tasks: [task('a')], setups: [{ id: 'm', states: { b: 'red' } }] },
    'setups[0].states.b',
    /id of a task, got 'b'/,
    undefined,
  ],
  [
    'levelling of a stock',
    { tasks: [], objective: { kind: 'levelling', resources: ['x'] } },
    'objective.resources[0]',
    /reusable resource, got 'x'/,
    undefined,
  ],
] as const)('refuses %s', (_, input, path, message, hint) => {
  const found = problemsOf(input);
  expect(found[0]).toMatchObject({ path, message: expect.stringMatching(message) as string });
  if (hint !== undefined) expect(found[0]?.hint).toMatch(hint);
});

test('names like those of object prototypes are names like others', () => {
  const ids = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  const problem = readProblem({
    tasks: ids.map((id) => task(id)),
    lags: [{ from: 'constructor', to: 'toString' }],
  });
  expect(problem.tasks.map(({ id }) => id)).toEqual(ids);
  expect(problemsOf({ tasks: [task('a', { requires: ['toString'] })] })).toHaveLength(1);
});

test('a thousand mistakes give two hundred findings', () => {
  const lags = Array.from({ length: 1000 }, () => ({ from: 'a', to: 'x' }));
  expect(problemsOf({ tasks: [task('a')], lags })).toHaveLength(200);
});

test('an unknown key of a document is told with its line and column', () => {
  const text = 'tasks:\n  - id: dig\n    modes: [{ duration: 3 }]\n    realease: 4\nlagz: []\n';
  const refused = (): unknown => parseProblemDocument(text, { file: 'site.yaml' });
  expect(refused).toThrow(
    "site.yaml has 2 mistakes, the first in line 4 at tasks[0].realease: the key 'realease' is not known here. Did you mean 'release'?",
  );
  try {
    refused();
  } catch (error) {
    expect((error as EngineError).problems).toMatchObject([
      { path: 'tasks[0].realease', line: 4, column: 5, file: 'site.yaml' },
      { path: 'lagz', line: 5, column: 1, hint: "Did you mean 'lags'?" },
    ]);
  }
});
