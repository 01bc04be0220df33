// Gates: the port that lets a goal start: after its delay, within its window, when the goals it depends on
// have succeeded, and before its deadline.
import type { GoalSpec, GoalStatus } from '../model/goal.js';
import { goalEnds } from '../model/goal.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { StepOutcome } from '../machines/protocol.js';
import { keys } from '../persistence/keys.js';
import type { Ledger } from '../persistence/ledger.js';
import { neverWakes } from '../persistence/wakes.js';
import type { Alarm } from './deadlines.js';
import type { GoalKey, StepResult } from './goal-steps.js';
import type { ActorSystem } from './system-types.js';

export interface Gates {
  readonly port: PortLogic<GoalKey, StepOutcome>;
  /** The instant at which a goal that waits is looked at again, {@link neverWakes} when that is not before another goal has ended; undefined when it waits no more. */
  opensAt(goalId: string): number | undefined;
  /** Looks again at the goals that wait for another. */
  goalEnded(goalId: string): void;
}

/** Whether a goal has anything to wait for before it starts. */
export function isGated(spec: GoalSpec): boolean {
  const { minStartDelayMs, window } = spec.constraints.time;
  return minStartDelayMs > 0 || window !== undefined || spec.dependsOn.length > 0;
}

/** Makes the gates of an engine. */
export function createGates(options: {
  system: () => ActorSystem;
  ledger: Ledger;
  alarm: Alarm;
  now: () => number;
}): Gates {
  const { system, ledger, alarm, now } = options;
  const waiting = new Map<PortCall<GoalKey, StepOutcome>['ref'], { goalId: string; cancel: () => void }>();

  /** What a goal waits for: an instant to look again, an answer, or other goals. */
  function look(goalId: string): { result: StepResult } | { lookAt: number } | { others: true } {
    const record = ledger.read('goal', keys.goal(goalId));
    if (record === undefined) return { result: { kind: 'done' } };
    const { spec, createdAt } = record;
    for (const other of spec.dependsOn) {
      const status: GoalStatus | undefined = ledger.read('goal', keys.goal(other))?.status;
      if (status === undefined)
        return { result: failure(`the goal '${other}' that it depends on is not known`) };
      if (status === 'succeeded') continue;
      if (goalEnds.has(status))
        return { result: failure(`the goal '${other}' that it depends on ended ${status}`) };
      return { others: true };
    }
    const { minStartDelayMs, window } = spec.constraints.time;
    const earliest = createdAt + minStartDelayMs;
    const opens = window === undefined ? earliest : nextOpening(window, Math.max(now(), earliest));
    const lookAt = Math.max(earliest, opens);
    return lookAt > now() ? { lookAt } : { result: { kind: 'done' } };
  }

  function consider(ref: PortCall<GoalKey, StepOutcome>['ref'], goalId: string): void {
    const found = look(goalId);
    waiting.get(ref)?.cancel();
    if ('result' in found) {
      waiting.delete(ref);
      const settle = (): void =>
        system().run(goalId, (turn) => system().settleNow(ref, { ...found.result, ...turn.stamp() }));
      return settle();
    }
    // In a turn: outside of one the store may be away, because a write has failed.
    const again = (): void =>
      system().run(goalId, () => {
        if (waiting.has(ref)) consider(ref, goalId);
      });
    const cancel = 'lookAt' in found ? alarm.at(found.lookAt, again) : () => {};
    waiting.set(ref, { goalId, cancel });
  }

  return {
    port: portLogic({
      start: ({ input, ref }) => consider(ref, input.goalId),
      stop: (ref) => {
        waiting.get(ref)?.cancel();
        waiting.delete(ref);
      },
    }),
    opensAt: (goalId) => {
      const found = look(goalId);
      if ('lookAt' in found) return found.lookAt;
      return 'others' in found ? neverWakes : undefined;
    },
    goalEnded: () => {
      for (const [ref, { goalId }] of waiting) consider(ref, goalId);
    },
  };
}

const failure = (message: string): StepResult => ({
  kind: 'failed',
  failure: { code: 'cannot-start', class: 'logic', message, retryable: false },
});

/** The next instant, from `from` on, at which a daily window is open; a window may span midnight. */
export function nextOpening(window: { from: string; to: string; timeZone: string }, from: number): number {
  const minuteMs = 60_000;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: window.timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const isOpen = (instant: number): boolean => {
    const time = clock.format(new Date(instant));
    return window.from <= window.to
      ? time >= window.from && time < window.to
      : time >= window.from || time < window.to;
  };
  if (isOpen(from)) return from;
  const start = Math.floor(from / minuteMs) * minuteMs;
  for (let minutes = 1; minutes <= 2 * 1440; minutes++) {
    if (isOpen(start + minutes * minuteMs)) return start + minutes * minuteMs;
  }
  return from;
}
