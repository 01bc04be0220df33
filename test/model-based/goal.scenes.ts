// Scenes for paths of the goal's chart: a goal with a plan that does what the path says.
import { EngineError } from '#src/errors.js';
import type { GoalHandle } from '#src/engine/api.js';
import { type Alphabet, type Letter, spell } from '../machines/alphabet.js';
import { goalAlphabet } from '../machines/goal.alphabet.js';
import type { Step } from '../machines/stage.js';
import type { Cast, Scene } from './drive.js';
import { planTasks, createPuppet } from './puppet-plan.js';
import type { RealEngine } from './real-engine.js';

export interface GoalCast extends Cast {
  /** The goal's part of the plan document. */
  readonly goal: Readonly<Record<string, unknown>>;
  /** It comes in words and has to be planned. */
  readonly inWords?: boolean;
  readonly approval?: boolean;
}

const delayMs = 10_000;
const limitMs = 500_000;

type Outcomes = Alphabet['outcomes'];
const only = (port: string, kind: string): Outcomes[string] =>
  (goalAlphabet.outcomes[port] ?? []).filter((outcome) => outcome['kind'] === kind);

/** Letters that come from outside and that somebody sends today. */
const sent = [
  'goal.pause',
  'goal.resume',
  'goal.approve',
  'goal.reject',
  'goal.abort',
  'goal.retry',
  'plan.ended',
  'plan.blocked',
  'plan.unblocked',
];

function part(input: string, more: Outcomes = {}): Alphabet {
  return {
    ...goalAlphabet,
    inputs: { [input]: goalAlphabet.inputs[input] ?? {} },
    mail: goalAlphabet.mail.filter((letter) => 'mail' in letter && sent.includes(letter.mail)),
    canCome,
    outcomes: {
      ...goalAlphabet.outcomes,
      analyse: only('analyse', 'done'),
      admit: only('admit', 'done'),
      reflect: only('reflect', 'done'),
      repair: only('repair', 'repaired'),
      plan: [...only('plan', 'done'), ...only('plan', 'failed')],
      ...more,
    },
  };
}

const isMail = (letter: Letter, mail: string): boolean => 'mail' in letter && letter.mail === mail;
const statusOf = (letter: Letter): unknown => ('mail' in letter ? letter.data?.['status'] : undefined);

/** Whether a plan can do what a path wants of it. */
function canCome(letter: Letter, state: string): boolean {
  if (!isMail(letter, 'plan.ended')) return true;
  const status = statusOf(letter);
  // A plan is aborted by its goal only, which then waits for that and nothing else.
  if (state === 'recovering.undoing') return status === 'aborted';
  // What a plan does while it is paused is to be judged, if its tasks had ended before.
  if (state === 'blocked.paused') return status === 'succeeded' || status === 'partial';
  // A plan says that it is not blocked any more before it says that it has ended.
  return state === 'executing.running' && status !== 'aborted';
}

/** A plan can end while it is paused only when it was at work before. */
function canBePlayed(steps: readonly Step[]): boolean {
  let pausedFrom = '';
  return steps.every(({ letter, from, to }) => {
    if (to === 'blocked.paused' && from !== to) pausedFrom = from;
    const ends = letter !== undefined && isMail(letter, 'plan.ended') && from === 'blocked.paused';
    return !ends || pausedFrom === 'executing.running';
  });
}

const common = {
  passing: ['executing.admitting', 'executing.analysing', 'executing.reflecting', 'recovering.replanning'],
  byItself: (letter: Letter): boolean =>
    'port' in letter && ['analyse', 'admit', 'reflect', 'repair'].includes(letter.port),
  canBePlayed,
  goal: {},
} as const;

const criterion = { successCriteria: [{ id: 'good', check: { tool: 'script.check' } }] };
const retry: Letter = { mail: 'goal.retry', data: { taskId: 'f', by: 'ann' } };
const repair = (kind: string): Letter => ({ port: 'repair', outcome: only('repair', kind)[0] ?? {} });
const admitted: Letter = { port: 'admit', outcome: { kind: 'done' } };

export const goalCasts: readonly GoalCast[] = [
  {
    ...common,
    name: 'a goal with a plan',
    alphabet: part('plain'),
    // A task that stands for another after a repair is retried instead of it; the old one cannot be repaired again.
    more: [{ input: 'plain', letters: [admitted, retry, repair('repaired'), retry, repair('none')] }],
  },
  {
    ...common,
    name: 'a goal that starts later',
    alphabet: part('gated', { gate: only('gate', 'done') }),
    goal: { constraints: { time: { minStartDelayMs: delayMs } } },
  },
  {
    ...common,
    name: 'a goal that waits for a goal that nobody knows',
    alphabet: part('gated', { gate: only('gate', 'failed') }),
    passing: ['ready.waiting'],
    byItself: (letter) => 'port' in letter && letter.port === 'gate',
    goal: { dependsOn: ['nobody'] },
  },
  { ...common, name: 'a goal in words', alphabet: part('words'), inWords: true },
  { ...common, name: 'a goal whose plan is approved', alphabet: part('approval'), approval: true },
  {
    ...common,
    name: 'a goal with a success criterion',
    alphabet: part('judged', { judge: (goalAlphabet.outcomes['judge'] ?? []).slice(0, 2) }),
    goal: criterion,
  },
  {
    ...common,
    name: 'a goal with a failure condition that holds',
    alphabet: part('judged', { judge: (goalAlphabet.outcomes['judge'] ?? []).slice(2) }),
    goal: { ...criterion, failureConditions: [{ id: 'bad', expression: '1 == 1' }] },
  },
  {
    ...common,
    name: 'a goal with a time limit',
    alphabet: part('limited'),
    goal: { constraints: { time: { maxDurationMs: limitMs } } },
  },
];

/** Opens a scene: submits the goal. */
export async function openGoalScene(cast: GoalCast, goalId: string, world: RealEngine): Promise<Scene> {
  const { engine, script, clock } = world;
  const address = `goal/${goalId}`;
  const state = (): string | undefined => world.state(address);
  const startedAt = clock.now();
  const request = { version: 1, goal: { name: goalId, ...cast.goal }, ...planTasks };
  const goal = await engine.submit(cast.inWords === true ? goalId : request, {
    goalId,
    ...(cast.approval === true ? { approval: true } : {}),
  });
  await world.quiet();
  const puppet = createPuppet(world, goal);

  async function settle(port: string, outcome: Readonly<Record<string, unknown>>): Promise<void> {
    if (port === 'gate') await world.moveTo(startedAt + delayMs);
    if (port === 'limit') await world.moveTo(startedAt + limitMs);
    if (port === 'wake') await world.moveTo(Number(world.context(address)['deadlineAt']));
    if (port === 'plan')
      world.planning.give(goalId, outcome['kind'] === 'done' ? planTasks : new Error('no idea'));
    if (port !== 'judge') return;
    const check = script.find('script.check', goalId, '');
    if (outcome['status'] === 'partial') check?.fail({ class: 'logic' });
    else check?.succeed();
  }

  async function perform(letter: Letter, step: Step, rest: readonly Letter[]): Promise<'done' | 'itself'> {
    if (cast.byItself(letter)) return 'itself';
    if ('port' in letter) await settle(letter.port, letter.outcome);
    else if (letter.mail.startsWith('plan.')) await makePlan(letter, rest);
    else {
      if (letter.mail === 'goal.pause' && endsBeforeResume(rest)) await puppet.finishTasks();
      const inVain = rest[0] !== undefined && 'port' in rest[0] && rest[0].outcome['kind'] === 'none';
      const prepareRetry = inVain ? () => Promise.resolve('f') : puppet.prepareRetry;
      await command(letter, goal, prepareRetry, step.from === step.to);
    }
    await world.quiet();
    return 'done';
  }

  async function makePlan(letter: Letter, rest: readonly Letter[]): Promise<void> {
    if (isMail(letter, 'plan.blocked')) {
      if (rest.some((one) => isMail(one, 'goal.retry'))) await puppet.prepareRetry();
      return puppet.block();
    }
    if (isMail(letter, 'plan.unblocked')) return puppet.unblock();
    const status = statusOf(letter);
    if (status === 'aborted') return puppet.finishUndoing();
    return puppet.end(status as 'succeeded' | 'partial' | 'failed');
  }

  return { state, perform };
}

/** Whether the plan is to end before the goal is resumed. */
function endsBeforeResume(rest: readonly Letter[]): boolean {
  const ended = rest.findIndex((letter) => isMail(letter, 'plan.ended'));
  const resumed = rest.findIndex((letter) => isMail(letter, 'goal.resume'));
  return ended >= 0 && (resumed < 0 || ended < resumed);
}

/** What a person does. One that the chart refuses is refused by the engine. */
async function command(
  letter: Letter,
  goal: GoalHandle,
  prepareRetry: () => Promise<string>,
  isRefused: boolean,
): Promise<void> {
  const by = { by: 'ann' };
  const act = async (): Promise<void> => {
    if (isMail(letter, 'goal.pause')) return goal.pause(by);
    if (isMail(letter, 'goal.resume')) return goal.resume(by);
    if (isMail(letter, 'goal.approve')) return goal.approve(undefined, by);
    if (isMail(letter, 'goal.reject')) return goal.reject(undefined, by);
    if (isMail(letter, 'goal.retry')) return goal.retry(await prepareRetry(), by);
    const compensate = 'mail' in letter && letter.data?.['compensate'] === true;
    return goal.abort({ reason: 'enough', compensate });
  };
  if (!isRefused) return act();
  const error: unknown = await act().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EngineError) || error.code !== 'COMMAND_REFUSED') {
    throw new Error(`${spell(letter)} should have been refused, got ${String(error)}`);
  }
}
