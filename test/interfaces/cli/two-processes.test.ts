// Several processes on one store: commands over the loopback, interrupts, and going on after a kill.
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  counting,
  holding,
  linesOf,
  openWorkplace,
  type Running,
  until,
  untilGo,
  type Workplace,
} from './command-line.js';

let at: Workplace;
beforeEach(async () => {
  at = await openWorkplace();
});
afterEach(() => at.close());

/** `first` goes on until told; `second` comes after it. */
const twoSteps = `
version: 1
goal: { name: Two steps }
tasks:
  first: { effect: once, action: ${counting('first', untilGo('first'))} }
  second: { after: [first], action: ${counting('second')} }
`;

const asks = `
version: 1
goal: { name: Ask }
tasks:
  publish: { approval: required, action: ${counting('publish')} }
`;

const hears = `
version: 1
goal: { name: Hear }
tasks:
  ready: { action: { wait: { signal: data-ready } } }
  use: { after: [ready], action: ${counting('use')} }
`;

/** Starts a plan and waits until a text is said. */
async function begin(plan: string, text: string | RegExp, ...args: string[]): Promise<Running> {
  await at.write('plan.yaml', plan);
  const running = at.start('run', 'plan.yaml', ...args);
  await running.says(text);
  return running;
}

const begun = (name: string): Promise<void> => until(() => existsSync(at.path(`${name}.begun`)));

describe('commands from another process', () => {
  test('approve', async () => {
    const running = await begin(asks, 'waits for approval', '--goal-id', 'a', '--wait');
    expect(await at.run('approve', 'a', 'publish')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Approved\.\n$/) as string,
      err: '',
    });
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(await at.runs('publish')).toBe(1);
  });

  test('reject, with the reason', async () => {
    const running = await begin(asks, 'waits for approval', '--goal-id', 'a', '--wait');
    await at.run('reject', 'a', 'publish', '--by', 'Ann', '--reason', 'not on a Friday');
    const { code, out } = await running.ended;
    expect(code).toBe(1);
    expect(out).toContain('not on a Friday');
    expect(await at.runs('publish')).toBe(0);
  });

  test('signal, with a value', async () => {
    const running = await begin(hears, "the signal 'data-ready'", '--goal-id', 'h', '--wait', '--json');
    expect((await at.run('signal', 'h', 'data-ready', '{"rows": 3}')).code).toBe(0);
    const result = linesOf(await running.ended).at(-1);
    expect(JSON.stringify(result)).toContain('{"rows":3}');
  });

  test('abort: exit code 4', async () => {
    const running = await begin(twoSteps, 'first started', '--goal-id', 't');
    await begun('first');
    expect((await at.run('abort', 't', '--reason', 'enough')).code).toBe(0);
    const { code, out } = await running.ended;
    expect(code).toBe(4);
    expect(out).toContain('enough');
  });

  test('pause: exit code 5 once nothing of it runs', async () => {
    const running = await begin(twoSteps, 'first started', '--goal-id', 't');
    await begun('first');
    expect((await at.run('pause', 't')).code).toBe(0);
    await at.write('first.go', '');
    expect(await running.ended).toMatchObject({ code: 5, out: holding('paused') });
    expect(await at.runs('second')).toBe(0);
  });

  test('what is not allowed is refused with the reason', async () => {
    await begin(twoSteps, 'first started', '--goal-id', 't');
    const { code, err } = await at.run('approve', 't', 'first');
    expect(code).toBe(2);
    expect(err).toMatch(/task\.approve/i);
    await at.run('abort', 't');
  });

  test('looking on, while it runs', async () => {
    const running = await begin(twoSteps, 'first started', '--goal-id', 't');
    await begun('first');
    const [list, show, events, doctor] = await Promise.all([
      at.run('list', '--json'),
      at.run('show', 't', '--json'),
      at.run('events', 't', '--json'),
      at.run('doctor', '--json'),
    ]);
    expect(linesOf(list)).toMatchObject([{ id: 't', status: 'executing' }]);
    expect(linesOf(show)).toMatchObject([
      { tasks: [{ id: 'first', status: 'executing' }, { status: 'pending' }] },
    ]);
    expect(linesOf(events).at(-1)).toMatchObject({ type: 'attempt.started' });
    expect(linesOf(doctor)).toMatchObject([{ engineRuns: true, healthy: true }]);
    await at.write('first.go', '');
    expect((await running.ended).code).toBe(0);
  });

  test('a second run goes to the engine that is there, and follows its goal', async () => {
    const first = await begin(twoSteps, 'first started', '--goal-id', 't');
    await at.write('other.yaml', asks);
    const second = await at.run('run', 'other.yaml', '--goal-id', 'o', '--yes', '--json');
    expect(second.code).toBe(0);
    expect(linesOf(second).at(-1)).toMatchObject({ type: 'result', goal: 'o', status: 'succeeded' });
    expect(linesOf(second).every(({ goal }) => goal === 'o')).toBe(true);
    await at.write('first.go', '');
    expect((await first.ended).code).toBe(0);
  });

  test('when the engine is killed, a process that follows takes over', async () => {
    const first = await begin(asks, 'waits for approval', '--goal-id', 'a', '--wait');
    await at.write('other.yaml', hears);
    const second = at.start('run', 'other.yaml', '--goal-id', 'h', '--wait', '--json');
    await second.says('task.blocked');
    first.child.kill('SIGKILL');
    await first.ended;
    await second.says('this one carries on');
    expect(await at.run('signal', 'h', 'data-ready')).toMatchObject({ code: 0 });
    const ended = await second.ended;
    expect(ended.code).toBe(0);
    const seqs = linesOf(ended).flatMap(({ seq }) => (typeof seq === 'number' ? [seq] : []));
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(await at.runs('use')).toBe(1);
    // The other goal is where it was.
    expect((await at.run('show', 'a', '--json')).out).toContain('"kind":"approval"');
  });

  test('--detach waits its turn behind a run in the foreground', async () => {
    const first = await begin(twoSteps, 'first started', '--goal-id', 't');
    await at.write('other.yaml', hears);
    expect(await at.run('run', 'other.yaml', '--goal-id', 'h', '--detach')).toMatchObject({
      code: 0,
      out: 'h\n',
    });
    await at.write('first.go', '');
    expect((await first.ended).code).toBe(0);
    await until(async () => (await at.run('doctor', '--json')).out.includes('"engineRuns":true'));
    expect((await at.run('signal', 'h', 'data-ready')).code).toBe(0);
    await until(async () =>
      (await at.run('list', '--json')).out.includes('"id":"h","name":"Hear","status":"succeeded"'),
    );
  });
});

describe('interrupts', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s pauses: what runs ends, nothing new starts, and it says how to go on',
    async (signal) => {
      const running = await begin(twoSteps, 'first started', '--goal-id', 't');
      await begun('first');
      running.child.kill(signal);
      await running.says('Pausing');
      expect(running.child.exitCode).toBeNull();
      await at.write('first.go', '');
      const { code, out } = await running.ended;
      expect(code).toBe(5);
      expect(out).toContain('statewright resume t');
      expect([await at.runs('first'), await at.runs('second')]).toEqual([1, 0]);
      expect(await at.run('resume', 't')).toMatchObject({ code: 0 });
      expect([await at.runs('first'), await at.runs('second')]).toEqual([1, 1]);
    },
  );

  test('twice stops at once, and nothing is lost', async () => {
    const running = await begin(twoSteps, 'first started', '--goal-id', 't');
    await begun('first');
    running.child.kill('SIGINT');
    await running.says('Pausing');
    // Two that come together are one key.
    await until(() => {
      running.child.kill('SIGINT');
      return running.child.exitCode !== null || running.err().includes('Stopped at once');
    });
    expect(await running.ended).toMatchObject({ code: 5 });
    const { out } = await at.run('resume', 't');
    // It was caught in flight, and must not run twice: a person says what happened.
    expect(out).toContain('first was interrupted');
    expect(await at.run('run', 'plan.yaml', '--goal-id', 't')).toMatchObject({ code: 5 });
    expect((await at.run('retry', 't', 'first')).code).toBe(0);
    await at.write('first.go', '');
    expect(await at.run('resume', 't')).toMatchObject({ code: 0 });
    expect([await at.runs('first'), await at.runs('second')]).toEqual([2, 1]);
  });

  test('a goal that waits is left at once', async () => {
    const running = await begin(asks, 'waits for approval', '--goal-id', 'a', '--wait');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 5, out: holding('approve a publish') });
  });

  test('events --follow ends without touching the goal', async () => {
    const running = await begin(asks, 'waits for approval', '--goal-id', 'a', '--wait');
    const looking = at.start('events', 'a', '--follow');
    await looking.says('task.blocked');
    looking.child.kill('SIGINT');
    expect((await looking.ended).code).toBe(0);
    expect((await at.run('approve', 'a')).code).toBe(0);
    expect((await running.ended).code).toBe(0);
  });
});

describe('kill -9', () => {
  test('then the same command: it goes on, and what was done is not done again', async () => {
    const plan = `
version: 1
goal: { name: Kill me }
tasks:
  before: { action: ${counting('before')} }
  during: { after: [before], effect: idempotent, action: ${counting('during', untilGo('during'))} }
  after: { after: [during], action: ${counting('after')} }
`;
    const running = await begin(plan, 'during started', '--goal-id', 'k');
    await begun('during');
    running.child.kill('SIGKILL');
    await running.ended;
    await at.write('during.go', '');
    const { code, err } = await at.run('run', 'plan.yaml', '--goal-id', 'k');
    expect(code).toBe(0);
    expect(err).toContain('was begun before');
    expect([await at.runs('before'), await at.runs('during'), await at.runs('after')]).toEqual([1, 2, 1]);
  });
});
