// Scenes for paths of the task's chart: a goal with one task, `e`, that does what the path says.
import type { GoalHandle } from '#src/engine/api.js';
import type { Alphabet, Letter } from '../machines/alphabet.js';
import { taskAlphabet } from '../machines/task.alphabet.js';
import type { Cast, Scene } from './drive.js';
import type { Path } from '../machines/paths.js';
import type { Step } from '../machines/stage.js';
import type { RealEngine } from './real-engine.js';
import type { Trouble } from '#src/testing/script.js';

type Outcome = Readonly<Record<string, unknown>>;

export interface TaskCast extends Cast {
  /** The task's part of the plan document, by the name of the input. */
  readonly task: (input: string) => Record<string, unknown>;
  /** The rest of the plan document. */
  readonly plan: (input: string) => Record<string, unknown>;
}

const attempts = taskAlphabet.outcomes['attempt'] ?? [];
const failures = attempts.filter(({ kind }) => kind === 'succeeded' || kind === 'failed');
const interruption = attempts.filter(({ kind }) => kind === 'interrupted');
const waiting = (wait: string): readonly Outcome[] => attempts.filter((one) => one['wait'] === wait);
/** Looks at results, quorums and changes of what is approved are played as situations. */
const verdicts = (taskAlphabet.outcomes['verify'] ?? []).filter(({ kind }) => kind !== 'review');

const preparing = 'blocked.approval.preparing';
const isShown = (letter: Letter): boolean => 'port' in letter && letter.port === 'shown';

/** `weighed`: what the engine says of every output at once; `open` where a tool checks it. */
function part(
  inputs: readonly string[],
  attempt: readonly Outcome[],
  without: readonly string[],
  weighed = 'open',
): Alphabet {
  const isSaid = (letter: Letter): boolean =>
    'port' in letter ||
    letter.mail !== 'task.weighed' ||
    (letter.data?.['output'] as Outcome | undefined)?.['kind'] === weighed;
  return {
    ...taskAlphabet,
    inputs: Object.fromEntries(inputs.map((name) => [name, taskAlphabet.inputs[name] ?? {}])),
    mail: taskAlphabet.mail.filter(
      (letter) =>
        'mail' in letter &&
        !without.includes(letter.mail) &&
        letter.data?.['automatic'] !== true &&
        letter.data?.['digest'] === undefined &&
        isSaid(letter),
    ),
    outcomes: {
      ...taskAlphabet.outcomes,
      attempt,
      verify: verdicts,
      shown: taskAlphabet.outcomes['shown']?.slice(0, 1) ?? [],
    },
    canCome: (letter, state) => !isShown(letter) || state === preparing,
  };
}

const act = (effect: string): Record<string, unknown> => ({ tool: 'script.act', input: { effect } });
const checked = { successCriteria: [{ id: 'checked', check: { tool: 'script.check' } }] };
const backoff = { kind: 'fixed', baseMs: 1_000, capMs: 1_000 };
const retry = (maxRetries: number) => ({ retry: { maxRetries, backoff } });
const helper = {
  contingencies: [
    {
      id: 'c',
      approval: 'required',
      maxUses: 100,
      maxDurationMs: 1_000_000_000,
      actions: [{ id: 's', do: { retry: {} } }],
    },
  ],
};

/** A task is told at once, in the turn in which it asks, whether it has its reservation, and what its output is worth. */
const asks = {
  passing: ['ready.asking', 'verifying.weighing', preparing],
  byItself: (letter: Letter): boolean =>
    isShown(letter) ||
    ('mail' in letter && (letter.mail.startsWith('reservation.') || letter.mail === 'task.weighed')),
} as const;

/** Paths on which a reservation is granted after the task has stopped waiting for it. */
const lateReservations: readonly Path[] = ['asks', 'helped'].map((input) => ({
  input,
  letters: [
    { port: 'attempt', outcome: failures[1] ?? {} },
    { port: 'wake', outcome: {} },
    { mail: 'reservation.denied', data: { deadlineAt: 1_700_000_600_000, detail: 'a lock' } },
    { port: 'wake', outcome: {} },
    { mail: 'reservation.granted' },
  ],
}));

const tools: TaskCast = {
  ...asks,
  more: lateReservations,
  name: 'a tool call',
  alphabet: part(['granted', 'approval', 'skipped', 'helped', 'helpedAndAsking', 'asks'], failures, [
    'task.signal',
    'task.answer',
  ]),
  task: (input) => ({
    action: act('idempotent'),
    ...(input === 'approval' ? { approval: 'required' } : {}),
    ...(input === 'skipped' ? { when: 'false' } : {}),
  }),
  plan: (input) => ({
    ...(input.startsWith('helped') ? helper : {}),
    strategy: {
      ...retry(input === 'helpedAndAsking' ? 0 : 1),
      ...(/asks|Asking/.test(input) ? { onFailure: 'ask' } : {}),
    },
  }),
};

/** Outputs that are judged without a tool. */
const weighed = (name: string, kind: string, criteria: readonly object[]): TaskCast => ({
  ...asks,
  name: `a tool call whose output ${name}`,
  alphabet: part(['granted', 'asks'], failures.slice(0, 1), ['task.signal'], kind),
  task: () => ({ action: act('idempotent'), successCriteria: criteria }),
  plan: (input) => ({ strategy: { ...retry(1), ...(input === 'asks' ? { onFailure: 'ask' } : {}) } }),
});

const once: TaskCast = {
  ...asks,
  name: 'a tool call that must not happen twice',
  alphabet: part(
    ['once', 'onceWithRetries', 'probed'],
    [...failures, ...interruption],
    ['task.signal', 'task.answer', 'contingency.declined'],
  ),
  task: (input) => ({
    action: act('once'),
    timeoutMs: 10_000,
    ...(input === 'probed' ? { probe: { tool: 'script.probe' } } : {}),
    ...(input === 'onceWithRetries'
      ? { retry: { maxRetries: 2, backoff, on: ['external', 'transient', 'quality'] } }
      : {}),
  }),
  plan: (input) => ({ strategy: retry(input === 'once' ? 3 : 1) }),
};

const wait = (kind: string, what: object, without: readonly string[]): TaskCast => ({
  passing: ['executing', 'ready.asking', preparing],
  byItself: (letter) => isShown(letter) || ('port' in letter && letter.port === 'attempt'),
  name: `a wait for ${kind}`,
  alphabet: part(['granted'], waiting(kind), ['reservation.granted', 'reservation.denied', ...without]),
  task: () => ({ action: { wait: what } }),
  plan: () => ({ strategy: retry(1) }),
});

export const taskCasts: readonly TaskCast[] = [
  tools,
  weighed('is good', 'passed', []),
  weighed('is bad', 'rejected', [{ id: 'never', check: { expression: 'false' } }]),
  once,
  wait('time', { durationMs: 30_000 }, ['task.signal', 'task.answer']),
  wait('signal', { signal: 'go' }, ['task.answer']),
  wait('approval', { approval: 'go on?' }, ['task.signal', 'task.answer']),
  wait('question', { question: 'which?' }, ['task.signal']),
];

/** Opens a scene: submits the goal, and a second one that takes the lock whenever the path wants it taken. */
export async function openTaskScene(
  cast: TaskCast,
  input: string,
  goalId: string,
  world: RealEngine,
): Promise<Scene> {
  const { engine, script } = world;
  const lock = `lock-${goalId}`;
  const address = `task/${goalId}/e`;
  const isWait = cast.name.startsWith('a wait');
  const goal = await engine.submit(
    {
      version: 1,
      goal: { name: cast.name },
      ...cast.plan(input),
      tasks: {
        e: { ...checked, ...(isWait ? {} : { requires: { locks: [{ name: lock }] } }), ...cast.task(input) },
      },
    },
    { goalId },
  );
  await world.quiet();

  const state = (): string | undefined => world.state(address);
  const holder = createHolder(world, lock);
  const deadline = async (): Promise<void> => world.moveTo(Number(world.context(address)['deadlineAt']));

  async function perform(letter: Letter, _step: Step, [next]: readonly Letter[]): Promise<'done' | 'itself'> {
    const wantsDenial = next !== undefined && 'mail' in next && next.mail === 'reservation.denied';
    if (isShown(letter) || ('mail' in letter && ['reservation.denied', 'task.weighed'].includes(letter.mail)))
      return 'itself';
    if ('mail' in letter && letter.mail === 'reservation.granted') {
      if (state() === 'executing') return 'itself';
      await holder.give();
      return 'done';
    }
    if (wantsDenial) await holder.take();
    else if (state() !== 'blocked.resource') await holder.give();
    if ('mail' in letter) await command(letter.mail, goal);
    else if (letter.port === 'wake') await deadline();
    else if (letter.port === 'attempt') {
      if (isWait) return 'itself';
      await attempt(letter.outcome);
    } else answer(letter.port, letter.outcome);
    await world.quiet();
    return 'done';
  }

  async function attempt(outcome: Outcome): Promise<void> {
    if (outcome['kind'] === 'interrupted') return world.moveBy(11_000);
    const call = script.find('script.act', goalId);
    if (outcome['kind'] === 'succeeded') call?.succeed();
    else call?.fail(outcome['failure'] as Trouble);
  }

  function answer(port: string, outcome: Outcome): void {
    if (port === 'probe') script.find('script.probe', goalId)?.succeed({ happened: outcome['happened'] });
    else if (outcome['kind'] === 'passed') script.find('script.check', goalId)?.succeed();
    else script.find('script.check', goalId)?.fail();
  }

  return { state, perform };
}

/** What a person does. */
async function command(mail: string, goal: GoalHandle): Promise<void> {
  switch (mail) {
    case 'task.approve':
      return goal.approve('e', { by: 'ann' });
    case 'task.reject':
      return goal.reject('e', { by: 'ann', reason: 'no' });
    case 'task.retry':
      return goal.retry('e', { by: 'ann' });
    case 'task.skip':
      return goal.skip('e', { by: 'ann', reason: 'not needed' });
    case 'task.abort':
      return goal.abort({ reason: 'enough' });
    case 'task.signal':
      return goal.signal('go', {});
    case 'task.answer':
      return goal.answer('e', 'this', { by: 'ann' });
    case 'contingency.declined':
      return goal.reject('contingency:c/e', { by: 'ann' });
    default:
      throw new Error(`Nobody can send ${mail} from outside.`);
  }
}

/** Another goal that takes a lock and gives it back. */
function createHolder(world: RealEngine, lock: string) {
  let goalId: string | undefined;
  let count = 0;
  const give = async (): Promise<void> => {
    if (goalId === undefined) return;
    world.script.find('script.act', goalId)?.succeed();
    goalId = undefined;
    await world.quiet();
  };
  const take = async (): Promise<void> => {
    if (goalId !== undefined) return;
    goalId = `${lock}-holder-${count++}`;
    const tasks = { h: { action: act('idempotent'), requires: { locks: [{ name: lock }] } } };
    await world.engine.submit({ version: 1, goal: { name: 'holds a lock' }, tasks }, { goalId });
    await world.quiet();
  };
  return { take, give };
}
