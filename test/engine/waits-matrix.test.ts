// Every kind of wait, answered once, twice, late, after its task was skipped and after its goal has ended; in one
// life and across restarts; and any number at once, answered in any order. An answer that comes when nothing is
// asked is refused with the reason and changes nothing; one that was taken survives a restart.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GoalHandle, Json } from '#src/index.js';
import {
  expectRefused,
  factsOf,
  fail,
  freshFolder,
  handClock,
  note,
  once,
  openWorkbench,
  statuses,
  until,
  type Workbench,
} from './workbench.js';

const day = 86_400_000;

interface Kind {
  readonly task: (name: string) => Record<string, unknown>;
  readonly rest?: Record<string, unknown>;
  /** Gives the answer that ends the wait. */
  answer(goal: GoalHandle, taskId: string): Promise<void>;
  /** How the task ends when it is answered. */
  readonly answered: 'succeeded' | 'failed';
  /** An answer that nobody waits for is kept for later: that of signals. */
  readonly isKept?: boolean;
}

/** Approves what is shown, by its digest. */
async function approve(goal: GoalHandle, taskId: string, by: string): Promise<void> {
  const pending = await goal.approval(taskId);
  await goal.approve(taskId, { by, ...(pending === undefined ? {} : { digest: pending.digest }) });
}

const kinds: Readonly<Record<string, Kind>> = {
  'leave to start': {
    task: (name) => ({ action: note(`${name} itself`), approval: 'required' }),
    answer: (goal, taskId) => approve(goal, taskId, 'ann'),
    answered: 'succeeded',
  },
  'leave of two people': {
    task: (name) => ({
      action: note(`${name} itself`),
      approval: { quorum: 2, approvers: ['ann', 'bob', 'cid'] },
    }),
    answer: async (goal, taskId) => {
      await approve(goal, taskId, 'cid');
      await approve(goal, taskId, 'ann');
    },
    answered: 'succeeded',
  },
  'leave to start, which is not given': {
    task: (name) => ({ action: note(`${name} itself`), approval: 'required' }),
    answer: (goal, taskId) => goal.reject(taskId, { by: 'ann', reason: 'no' }),
    answered: 'failed',
  },
  'leave to go on': {
    task: () => ({ action: { wait: { approval: 'Shall it go on?' } } }),
    answer: (goal, taskId) => approve(goal, taskId, 'ann'),
    answered: 'succeeded',
  },
  'a look at a result': {
    task: (name) => ({ action: note(`${name} itself`), review: { quorum: 2 } }),
    answer: async (goal, taskId) => {
      await approve(goal, taskId, 'ann');
      await approve(goal, taskId, 'bob');
    },
    answered: 'succeeded',
  },
  'a question': {
    task: () => ({ action: { wait: { question: 'Which?', choices: ['red', 'blue'] } } }),
    answer: (goal, taskId) => goal.answer(taskId, 'red', { by: 'ann' }),
    answered: 'succeeded',
  },
  'a signal': {
    task: (name) => ({ action: { wait: { signal: `go-${name}` } } }),
    answer: (goal, taskId) => goal.signal(`go-${taskId}`, 'gone', { by: 'ann' }),
    answered: 'succeeded',
    isKept: true,
  },
  'word of an interrupted effect': {
    task: (name) => ({ action: once(name), timeoutMs: 1000 }),
    answer: (goal, taskId) => goal.approve(taskId, { by: 'ann' }),
    answered: 'succeeded',
  },
  'a decision about a failure': {
    task: () => ({ action: fail(), retry: { maxRetries: 0 } }),
    rest: { strategy: { onFailure: 'ask' } },
    answer: (goal, taskId) => goal.reject(taskId, { by: 'ann' }),
    answered: 'failed',
  },
};

/** Keeps a goal open whatever becomes of the rest of it. */
const keep = { action: { wait: { signal: 'never', timeout: '30d' } } };

const lives = ['in one life', 'with a restart before the answer', 'with a restart after the answer'] as const;

/** One goal of each kind, in a store that can be closed and opened again. */
async function openAll() {
  const store = await freshFolder();
  let bench: Workbench = await openWorkbench({ store, durability: 'relaxed' });
  const notes: Json[] = [];
  const goals = new Map<string, GoalHandle>();
  for (const [name, { task, rest }] of Object.entries(kinds)) {
    const tasks = {
      w: task('w'),
      next: { action: note(`after ${name}`), after: ['w'] },
      keep,
      later: { action: note('later'), after: ['keep'] },
    };
    goals.set(name, await bench.submit(tasks, { strategy: { maxParallelTasks: 20 }, ...rest }));
  }
  await bench.clock.advance(7000);
  for (const goal of goals.values()) await until(goal, 'task.blocked', 'w');
  return {
    /** Goes on with another engine, `awayMs` later. */
    async restart(awayMs = 0) {
      await bench.engine.close({ graceMs: 0 });
      notes.push(...bench.notes);
      const clock = handClock(bench.clock.now() + awayMs);
      bench = await openWorkbench({ store, clock, durability: 'relaxed' });
      for (const [name, { id }] of goals) goals.set(name, await bench.engine.goal(id));
      await bench.clock.advance(0);
    },
    pass: (ms: number) => bench.clock.advance(ms),
    settled: () => bench.clock.advance(0),
    each: async (work: (goal: GoalHandle, kind: Kind, name: string) => Promise<void>) => {
      for (const [name, kind] of Object.entries(kinds)) await work(goals.get(name) as GoalHandle, kind, name);
    },
    notes: () => [...notes, ...bench.notes],
  };
}

const endsOf = async (goal: GoalHandle, taskId: string): Promise<string[]> =>
  (await factsOf(goal))
    .filter(
      ({ type, data }) =>
        data['taskId'] === taskId && /^task\.(succeeded|failed|skipped|aborted)$/.test(type),
    )
    .map(({ type }) => type);

/** Checks that an answer is refused, and that nothing has changed; signals are kept instead. */
async function expectNoAnswer(goal: GoalHandle, kind: Kind, reason: RegExp): Promise<void> {
  const before = await goal.snapshot();
  if (kind.isKept && before.endedAt === undefined) await kind.answer(goal, 'w');
  else await expectRefused(kind.answer(goal, 'w'), reason);
  const { tasks, status } = await goal.snapshot();
  expect({ tasks, status }).toEqual({ tasks: before.tasks, status: before.status });
}

describe.each(lives)('%s', (life) => {
  test('answered once, and then again', async () => {
    const all = await openAll();
    if (life === lives[1]) await all.restart();
    await all.each((goal, kind) => kind.answer(goal, 'w'));
    if (life === lives[2]) await all.restart();
    await all.settled();
    await all.each(async (goal, kind, name) => {
      expect([name, statuses(await goal.snapshot())['w']]).toEqual([name, kind.answered]);
      await expectNoAnswer(goal, kind, /ask 'w' .*has ended/);
      expect(await endsOf(goal, 'w')).toEqual([`task.${kind.answered}`]);
      const ran = all.notes().filter((one) => one === `after ${name}`);
      expect([name, ran.length]).toEqual([name, kind.answered === 'succeeded' ? 1 : 0]);
    });
  });

  test('answered too late', async () => {
    const all = await openAll();
    if (life === lives[1]) await all.restart(2 * day);
    else await all.pass(2 * day);
    await all.each((goal) => until(goal, 'task.failed', 'w').then(() => {}));
    if (life === lives[2]) await all.restart();
    await all.each(async (goal, kind, name) => {
      expect([name, statuses(await goal.snapshot())['w']]).toEqual([name, 'failed']);
      await expectNoAnswer(goal, kind, /ask 'w' .*has ended failed/);
      expect(await endsOf(goal, 'w')).toEqual(['task.failed']);
      expect(all.notes()).not.toContain(`after ${name}`);
    });
  });

  test('answered after the task was skipped, and after the goal was aborted', async () => {
    const all = await openAll();
    if (life === lives[1]) await all.restart();
    await all.each((goal) => goal.skip('w', { by: 'bob', reason: 'not needed' }));
    if (life === lives[2]) await all.restart();
    await all.each((goal, kind) => expectNoAnswer(goal, kind, /ask 'w' .*has ended skipped/));
    await all.each((goal) => goal.abort());
    if (life === lives[2]) await all.restart();
    await all.settled();
    await all.each(async (goal, kind) => {
      await expectNoAnswer(goal, kind, /has ended aborted/);
      expect(await endsOf(goal, 'w')).toEqual(['task.skipped']);
    });
  });

  test('answered for a task that is not there, or has not begun', async () => {
    const all = await openAll();
    if (life !== lives[0]) await all.restart();
    await all.each(async (goal) => {
      for (const answer of [
        (id: string) => goal.approve(id, { by: 'ann' }),
        (id: string) => goal.reject(id, { by: 'ann' }),
        (id: string) => goal.answer(id, 'red'),
        (id: string) => goal.skip(id),
      ]) {
        await expectRefused(answer('nobody'), /has no task 'nobody'/);
        await expectRefused(answer('later'), /'later' .*has not begun/);
      }
      expect(statuses(await goal.snapshot())['w']).toBe('blocked');
    });
  });
});

/** What can happen while many tasks wait. */
type Event =
  | { readonly what: 'answer' | 'again'; readonly index: number }
  | { readonly what: 'restart' }
  | { readonly what: 'pass'; readonly ms: number };

const names = Object.keys(kinds).filter((name) => kinds[name]?.rest === undefined);

const many = fc
  .array(fc.constantFrom(...names, 'an instant'), { minLength: 8, maxLength: 20, size: 'max' })
  .chain((picked) =>
    fc.record({
      picked: fc.constant(picked),
      order: fc.shuffledSubarray([...picked.keys()], { minLength: picked.length }),
      between: fc.array(
        fc.record({
          at: fc.nat(picked.length),
          what: fc.constantFrom('again' as const, 'restart' as const, 'pass' as const),
          index: fc.nat(picked.length - 1),
        }),
        { maxLength: 8 },
      ),
    }),
  );

/** The order of answers, with what happens between them. */
function eventsOf({
  order,
  between,
}: {
  order: number[];
  between: { at: number; what: string; index: number }[];
}) {
  const events: Event[] = [];
  for (const [at, index] of [...order, -1].entries()) {
    for (const one of between.filter((each) => each.at === at)) {
      if (one.what === 'restart') events.push({ what: 'restart' });
      else if (one.what === 'pass') events.push({ what: 'pass', ms: 1000 * (one.index + 1) });
      else events.push({ what: 'again', index: order[one.index] ?? 0 });
    }
    if (index >= 0) events.push({ what: 'answer', index });
  }
  return events;
}

async function playMany(picked: readonly string[], events: readonly Event[]): Promise<void> {
  const store = await freshFolder();
  let bench = await openWorkbench({ store, durability: 'relaxed' });
  const kindOf = (index: number): Kind | undefined => kinds[picked[index] ?? ''];
  const tasks = Object.fromEntries(
    picked.map((_, i) => [
      `t${i}`,
      kindOf(i)?.task(`t${i}`) ?? { action: { wait: { duration: `${i + 10}s` } } },
    ]),
  );
  let goal = await bench.submit({ ...tasks, keep }, { strategy: { maxParallelTasks: 30 } });
  await bench.clock.advance(7000);
  const answered = new Set<number>();
  for (const event of events) {
    if (event.what === 'pass') await bench.clock.advance(event.ms);
    else if (event.what === 'restart') {
      await bench.engine.close({ graceMs: 0 });
      bench = await openWorkbench({ store, clock: handClock(bench.clock.now()), durability: 'relaxed' });
      goal = await bench.engine.goal(goal.id);
      await bench.clock.advance(0);
    } else {
      const kind = kindOf(event.index);
      if (kind === undefined || (event.what === 'again' && kind.isKept)) continue;
      const isTaken = event.what === 'answer' && !answered.has(event.index);
      if (isTaken) await kind.answer(goal, `t${event.index}`);
      else if (answered.has(event.index))
        await expectRefused(kind.answer(goal, `t${event.index}`), /has ended|is (?!blocked)/);
      if (isTaken) answered.add(event.index);
    }
  }
  await bench.clock.advance(60_000);
  await goal.signal('never');
  const result = await goal.result();
  for (const index of picked.keys()) {
    const expected = kindOf(index)?.answered ?? 'succeeded';
    expect([picked[index], result.tasks[`t${index}`]?.status]).toEqual([picked[index], expected]);
    expect(await endsOf(goal, `t${index}`)).toEqual([`task.${expected}`]);
  }
}

test(
  '8 to 20 tasks that wait at once, answered in any order, with restarts and repeats between',
  () =>
    fc.assert(
      fc.asyncProperty(many, ({ picked, order, between }) => playMany(picked, eventsOf({ order, between }))),
      { numRuns: 12, endOnFailure: true },
    ),
  120_000,
);
