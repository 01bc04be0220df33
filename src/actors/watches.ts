// Watches: the ports of the monitor that notices stalled tasks. It looks at the goal's live tasks at intervals;
// what it sees is not stored, only what it suspects.
import { addressOf } from '../model/address.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { WatchInput } from '../machines/monitor.setup.js';
import type { WatchOutcome } from '../machines/protocol.js';
import type { TaskContext } from '../machines/task.setup.js';
import type { Alarm } from './deadlines.js';
import type { Frontier } from './frontier.js';
import type { ActorSystem } from './system-types.js';
import type { TurnContext } from './turn.js';

export interface WatchOptions {
  readonly system: () => ActorSystem;
  readonly frontier: (goalId: string) => Frontier | undefined;
  readonly alarm: Alarm;
  readonly now: () => number;
  /** How often it looks, in milliseconds. */
  readonly intervalMs: number;
  /** How long a suspicion must hold before it is raised, in milliseconds. */
  readonly windowMs: number;
  /** A task is stalled when an attempt takes longer than its expected time times this. */
  readonly factor: number;
}

type Finding = { kind: 'suspected'; subject: string; message: string } | { kind: 'quiet' };
type Port = PortLogic<WatchInput, WatchOutcome>;

/** Makes the three watch ports: one that suspects, one that confirms, one that waits for the end. */
export function createWatches(options: WatchOptions): { watch: Port; confirm: Port; clear: Port } {
  const { system, alarm, now } = options;

  function isStalled(goalId: string, taskId: string, frontier: Frontier): string | undefined {
    const snapshot = system().snapshot(addressOf.task(goalId, taskId));
    if (snapshot?.value !== 'executing') return undefined;
    const { attemptAt } = snapshot.context as TaskContext;
    const expected = frontier.definition(taskId)?.task.estimate.expectedMs ?? 0;
    const took = now() - attemptAt;
    if (took <= expected * options.factor) return undefined;
    return `${taskId} has run for ${took} ms, expected were ${expected} ms`;
  }

  function look(goalId: string, only: string): Finding {
    const frontier = options.frontier(goalId);
    if (frontier === undefined) return { kind: 'quiet' };
    for (const [taskId, one] of frontier.live) {
      if (one.kind !== 'work' || one.blocked !== undefined || (only !== '' && only !== taskId)) continue;
      const message = isStalled(goalId, taskId, frontier);
      if (message !== undefined) return { kind: 'suspected', subject: taskId, message };
    }
    return { kind: 'quiet' };
  }

  /** Looks at intervals until a finding is wanted; the port is settled with that. */
  function port(intervalMs: number, look: (input: WatchInput) => Finding, wanted?: Finding['kind']): Port {
    const running = new Map<object, () => void>();
    const start = ({ input, ref }: PortCall<WatchInput, WatchOutcome>): void => {
      // In a turn: outside of one the store may be away, because a write has failed.
      const tick = (): void => system().run(input.goalId, watchOnce);
      const watchOnce = (turn: TurnContext): void => {
        if (!running.has(ref)) return;
        const finding = look(input);
        if (wanted !== undefined && finding.kind !== wanted) return arm();
        running.delete(ref);
        system().settleNow(ref, { ...finding, ...turn.stamp() });
      };
      const arm = (): void => void running.set(ref, alarm.at(now() + intervalMs, tick));
      arm();
    };
    const stop = (ref: object): void => {
      running.get(ref)?.();
      running.delete(ref);
    };
    return portLogic({ start, stop });
  }

  const { intervalMs, windowMs } = options;
  const lookAtOne = ({ goalId, subject }: WatchInput): Finding => look(goalId, subject);
  return {
    watch: port(intervalMs, ({ goalId }) => look(goalId, ''), 'suspected'),
    confirm: port(windowMs, lookAtOne),
    clear: port(intervalMs, lookAtOne, 'quiet'),
  };
}
