// Watches: the ports of the monitor that notices stalled tasks. It looks at the goal's live tasks at intervals;
// what it sees is not stored, only what it suspects.
import { Observable, filter, map, take } from 'rxjs';
import { addressOf } from '../model/address.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { WatchInput } from '../machines/monitor.setup.js';
import type { WatchOutcome } from '../machines/protocol.js';
import type { TaskContext } from '../machines/task.setup.js';
import type { Alarm } from './deadlines.js';
import type { Frontier } from './frontier.js';
import type { ActorSystem } from './system-types.js';

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

  /** Ticks from the alarm, for as long as somebody listens. In turns: outside of one the store may be away. */
  const every = (goalId: string, intervalMs: number): Observable<number> =>
    new Observable((subscriber) => {
      let cancel = (): void => {};
      const tick = (): void => {
        subscriber.next(now());
        if (!subscriber.closed) arm();
      };
      const arm = (): void => {
        cancel = alarm.at(now() + intervalMs, () => system().run(goalId, tick));
      };
      arm();
      return () => cancel();
    });

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

  function port(observe: (input: WatchInput) => Observable<Finding>): Port {
    const running = new Map<object, () => void>();
    const start = ({ input, ref }: PortCall<WatchInput, WatchOutcome>): void => {
      const subscription = observe(input)
        .pipe(take(1))
        .subscribe((finding) => {
          running.delete(ref);
          system().run(input.goalId, (turn) => system().settleNow(ref, { ...finding, ...turn.stamp() }));
        });
      running.set(ref, () => subscription.unsubscribe());
    };
    const stop = (ref: object): void => {
      running.get(ref)?.();
      running.delete(ref);
    };
    return portLogic({ start, stop });
  }

  return {
    watch: port(({ goalId }) =>
      every(goalId, options.intervalMs).pipe(
        map(() => look(goalId, '')),
        filter((finding) => finding.kind === 'suspected'),
      ),
    ),
    confirm: port(({ goalId, subject }) =>
      every(goalId, options.windowMs).pipe(map(() => look(goalId, subject))),
    ),
    clear: port(({ goalId, subject }) =>
      every(goalId, options.intervalMs).pipe(
        map(() => look(goalId, subject)),
        filter((finding) => finding.kind === 'quiet'),
      ),
    ),
  };
}
