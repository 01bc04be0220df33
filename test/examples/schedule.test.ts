// The example of schedules runs offline and tells the whole story; its problems are solved by the command line, too.
import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { start } from './command.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = `${root}dist/examples/schedule/main.js`;
const commandLine = `${root}dist/interfaces/cli/main.js`;
const problem = (name: string): string => `${root}examples/schedule/${name}.yaml`;

test('a schedule is found, simulated, repaired; a problem without one is explained', async () => {
  const { code, out, err } = await start(program, [], root).ended;
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('Renovating a flat: optimal, 126 hours');
  expect(out).toMatch(/Likely \d+ hours; in 95 of 100 cases at most \d+\./);
  expect(out).toContain('white is later: 55 → 75, for it waits until there is enough of');
  expect(out).toContain('window is new');
  expect(out).toContain('in a hurry: infeasible');
  expect(out).toContain("'kitchen' ends by 128: 22 later → 150 hours");
}, 60_000);

test('the command line solves, draws and explains', async () => {
  const solved = await start(
    commandLine,
    ['schedule', problem('flat'), '--schedules', '2000', '--json'],
    root,
  ).ended;
  expect(solved.code).toBe(0);
  expect(JSON.parse(solved.out)).toMatchObject({ type: 'schedule', status: 'optimal', objective: 126 });
  const drawn = await start(
    commandLine,
    ['schedule', problem('flat'), '--schedules', '2000', '--unit', '1h', '--objective', 'cost'],
    root,
  ).ended;
  expect(drawn.out).toContain('Renovating a flat: objective 2000, optimal');
  const explained = await start(
    commandLine,
    ['schedule', problem('flat-in-a-hurry'), '--schedules', '2000', '--explain'],
    root,
  ).ended;
  expect(explained.code).toBe(1);
  expect(explained.out).toContain("at most 2050 of 'money' may be spent: 170 more");
}, 60_000);

test('the command line says what is wrong, and where', async () => {
  const missing = await start(commandLine, ['schedule', 'nowhere.yaml'], root).ended;
  expect(missing.code).toBe(2);
  expect(missing.err).toContain('nowhere.yaml cannot be read');
  const plan = await start(commandLine, ['schedule', `${root}examples/plans/hello.yaml`, '--json'], root)
    .ended;
  expect(plan.code).toBe(2);
  expect(JSON.parse(plan.out)).toMatchObject({
    type: 'error',
    code: 'INPUT_INVALID',
    problems: expect.arrayContaining([expect.objectContaining({ path: 'goal', line: 4 })]) as unknown,
  });
}, 60_000);
