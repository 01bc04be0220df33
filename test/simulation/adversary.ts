// Adversary: everything that can be done to a life from outside, drawn from the seed.
import type { ActorRefLike } from 'xstate';
import { keys } from '#src/persistence/keys.js';
import type { Call, Trouble } from './calls.js';
import type { Dice } from './dice.js';
import type { Life } from './life.js';
import { quiet } from './life.js';
import type { Entry } from './log.js';

/** How an adversary is minded: how often it does what. Each seed has its own. */
export interface Temper {
  readonly answers: number;
  /** Out of 100: time passes, a command, a repeated outcome, a death, trouble with the disk. */
  readonly time: number;
  readonly commands: number;
  readonly repeats: number;
  readonly deaths: number;
  readonly disk: number;
}

export interface Adversary {
  /** Does one thing. */
  disturb(life: Life): Promise<void>;
  /** Forgets what belonged to a life that is over. */
  forget(): void;
}

export interface AdversaryOptions {
  readonly dice: Dice;
  readonly temper: Temper;
  readonly goals: readonly string[];
  readonly tell: (entry: Entry) => void;
}

export const randomTemper = (dice: Dice): Temper => ({
  answers: dice.pick([0.3, 0.55, 0.7]),
  time: 40,
  commands: dice.pick([0, 20, 35, 60]),
  repeats: 4,
  deaths: dice.pick([0, 3, 8, 15, 30]),
  disk: dice.pick([0, 0, 8, 25]),
});

const troubles = [
  { class: 'transient', effect: 'none' },
  { class: 'transient', effect: 'unknown' },
  { class: 'logic' },
  { class: 'external', retryable: true },
] as const satisfies readonly Partial<Trouble>[];

type Used = { ref: ActorRefLike; address: string; goalId: string };

const attemptOf = (life: Life, address: string): ActorRefLike | undefined => {
  const snapshot = life.rig.runtime.system.snapshot(address);
  return (snapshot?.children as Record<string, ActorRefLike> | undefined)?.['attempt'];
};

export function createAdversary({ dice, temper, goals, tell }: AdversaryOptions): Adversary {
  const used: Used[] = [];
  let asked = 0;

  function answer(call: Call, life: Life): void {
    const { goalId, taskId } = call.context;
    const address = `task/${goalId}/${taskId}`;
    const ref = attemptOf(life, address);
    if (ref !== undefined) used.push({ ref, address, goalId });
    const told = (how: string): void =>
      tell({ kind: 'answered', call: call.number, at: life.clock.now(), how });
    if (call.tool === 'script.probe') {
      const happened = dice.pick(['yes', 'no', 'unknown']);
      told(happened);
      return call.succeed({ happened });
    }
    if (dice.chance(0.55)) {
      told('succeeded');
      return call.succeed(outputOf(call));
    }
    const trouble = dice.pick(troubles);
    told(JSON.stringify(trouble));
    call.fail(trouble);
  }

  /** Settles a port a second time, after its attempt was left. */
  function repeat(life: Life): void {
    const { system } = life.rig.runtime;
    const over = used.filter(({ ref, address }) => attemptOf(life, address) !== ref);
    if (over.length === 0) return;
    const { ref, address, goalId } = dice.pick(over);
    tell({ kind: 'note', at: life.clock.now(), text: `an attempt of ${address} comes back once more` });
    system.run(goalId, (turn) => system.settleNow(ref, { kind: 'succeeded', ...turn.stamp() }));
  }

  /** Dies at a write, before or after it, or now. */
  function die({ disk, clock }: Life): void {
    const [writes, when] = [dice.below(4), dice.pick(['before', 'after'] as const)];
    if (writes > 0) disk.at(disk.writes + writes, { kind: 'stop', when });
    else disk.stop();
    const text = writes > 0 ? `${when} the ${writes}. write from now` : 'now';
    tell({ kind: 'note', at: clock.now(), text: `the process dies ${text}` });
  }

  function trouble({ disk, clock }: Life): void {
    const say = (what: string, well = false): void => tell({ kind: 'disk', at: clock.now(), what, well });
    const what = dice.below(10);
    if (what < 4) {
      const latencyMs = dice.pick([1, 700, 12_000, 70_000]);
      disk.slow(latencyMs);
      say(`each write takes ${latencyMs} ms`);
    } else if (what < 6) {
      disk.slow(0);
      say('writes are fast again', true);
    } else if (what < 8) {
      const applied = dice.chance(0.5);
      disk.at(disk.writes + 1, { kind: 'fail', applied });
      say(`the next write fails, ${applied ? 'done' : 'not done'}`);
    } else if (what === 8) {
      disk.fill({ canOpen: dice.chance(0.5) });
      say('the disk is full');
    } else {
      disk.makeRoom();
      say('the disk has room', true);
    }
  }

  /** Gives a command, whether it fits or not; nobody waits for its answer. */
  function command(life: Life): void {
    const { rig } = life;
    // Mostly to goals that have not ended.
    const { ledger } = rig.runtime.options;
    const open = ledger.disk.isAway()
      ? []
      : goals.filter((goal) => ledger.read('goal', keys.goal(goal))?.endedAt === undefined);
    const goalId = dice.pick(open.length > 0 && dice.chance(0.9) ? open : goals);
    const live = rig.runtime.system
      .addressesOf(goalId)
      .filter((address) => address.startsWith('task/'))
      .map((address) => address.slice(`task/${goalId}/`.length));
    const taskId = live.length > 0 && dice.chance(0.8) ? dice.pick(live) : `t${dice.below(6)}`;
    asked += 1;
    const id = `c${asked}`;
    const [goal, by] = [rig.handle(goalId), { by: 'ann', reason: id }];
    const commands: readonly (readonly [string, () => Promise<void>])[] = [
      ['pause', () => goal.pause(by)],
      ['resume', () => goal.resume(by)],
      ['resume', () => goal.resume(by)],
      [`approve ${taskId}`, () => goal.approve(taskId, by)],
      [`approve ${taskId}`, () => goal.approve(taskId, by)],
      [`approve c of ${taskId}`, () => goal.approve(`contingency:c/${taskId}`, by)],
      [`reject ${taskId}`, () => goal.reject(taskId, by)],
      [`retry ${taskId}`, () => goal.retry(taskId, by)],
      [`retry ${taskId}`, () => goal.retry(taskId, by)],
      [`skip ${taskId}`, () => goal.skip(taskId, by)],
      ['signal', () => goal.signal('go', { n: asked }, by)],
      ['signal', () => goal.signal('go', { n: asked }, by)],
      ...(dice.chance(0.4)
        ? [['abort', () => goal.abort({ ...by, compensate: dice.chance(0.6) })] as const]
        : []),
    ];
    const [what, act] = dice.pick(commands);
    const now = (): number => life.clock.now();
    tell({ kind: 'asked', id, goal: goalId, what, at: now() });
    void act().then(
      () => !life.disk.isStopped && tell({ kind: 'acknowledged', id, at: now() }),
      (error: Error) => !life.disk.isStopped && tell({ kind: 'refused', id, at: now(), why: error.message }),
    );
  }

  return {
    forget: () => void used.splice(0),
    async disturb(life) {
      const { clock, calls } = life;
      const open = calls.filter(({ hangs }) => !hangs);
      if (open.length > 0 && dice.chance(temper.answers)) return answer(dice.pick(open), life);
      const sum = temper.time + temper.commands + temper.repeats + temper.deaths + temper.disk;
      let what = dice.below(sum);
      const is = (share: number): boolean => {
        what -= share;
        return what < 0;
      };
      if (is(temper.time)) {
        if (clock.ring(Number.POSITIVE_INFINITY)) tell({ kind: 'time', at: clock.now() });
      } else if (is(temper.commands)) {
        // Several may come at once, before anything is written.
        for (let more = true; more; more = dice.chance(0.2)) command(life);
      } else if (is(temper.repeats)) repeat(life);
      else if (is(temper.deaths)) die(life);
      else trouble(life);
      await quiet();
    },
  };
}

const largeText = 'x'.repeat(66_000);

/** What a call that succeeds gives: its number, so that it can be known again. */
export function outputOf({ number, tool, input }: Call): unknown {
  if (tool === 'script.probe') return { happened: 'yes' };
  return { call: number, ...(input['large'] === true ? { text: largeText } : {}) };
}
