// Deadlines: one alarm for all that wait for an instant. Those that have passed are settled in their order.
import type { PortCall, PortLogic } from '../machines/ports.js';
import { portLogic } from '../machines/ports.js';
import type { DeadlineOutcome } from '../machines/protocol.js';
import type { Clock } from '../services/clock.js';
import type { ActorSystem } from './system-types.js';
import { parseAddress } from '../model/address.js';

type Ref = PortCall<{ at: number }, DeadlineOutcome>['ref'];

interface Entry {
  readonly at: number;
  readonly order: number;
  /** Undefined once it was called off. */
  ring: (() => void) | undefined;
}

/** An alarm for any number of instants, with a single timer. */
export interface Alarm {
  at(instant: number, ring: () => void): () => void;
  close(): void;
}

/** Makes an alarm: a binary heap by instant, then by the order in which they were asked for. */
export function createAlarm(clock: Clock): Alarm {
  let heap: Entry[] = [];
  /** How many in the heap were called off. */
  let dead = 0;
  let order = 0;
  let stop: (() => void) | undefined;
  let armedFor = Number.POSITIVE_INFINITY;
  let closed = false;

  const before = (a: Entry | undefined, b: Entry | undefined): boolean =>
    a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order));
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]];
    if (a === undefined || b === undefined) return;
    heap[i] = b;
    heap[j] = a;
  };
  function push(entry: Entry): void {
    heap.push(entry);
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i], heap[parent])) return;
      swap(i, parent);
      i = parent;
    }
  }
  function pop(): Entry | undefined {
    swap(0, heap.length - 1);
    const first = heap.pop();
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (before(heap[child], heap[least])) least = child;
      if (least === i) return first;
      swap(i, least);
      i = least;
    }
  }
  /** What was called off leaves as soon as it is most of the heap: its instant may be days away. */
  function clearUp(): void {
    if (dead < 64 || dead < heap.length / 2) return;
    const alive = heap.filter((entry) => entry.ring !== undefined);
    heap = [];
    dead = 0;
    for (const entry of alive) push(entry);
  }
  function arm(): void {
    while (heap[0] !== undefined && heap[0].ring === undefined) {
      pop();
      dead -= 1;
    }
    const next = heap[0]?.at ?? Number.POSITIVE_INFINITY;
    if (closed || next === armedFor) return;
    stop?.();
    armedFor = next;
    stop = next === Number.POSITIVE_INFINITY ? undefined : clock.at(next, ring);
  }
  function ring(): void {
    armedFor = Number.POSITIVE_INFINITY;
    const now = clock.now();
    while (!closed && heap[0] !== undefined && heap[0].at <= now) {
      const entry = pop();
      const call = entry?.ring;
      if (entry === undefined || call === undefined) dead -= 1;
      else {
        entry.ring = undefined;
        call();
      }
    }
    arm();
  }

  return {
    at(instant, callback) {
      const entry: Entry = { at: instant, order: order++, ring: callback };
      push(entry);
      arm();
      return () => {
        if (entry.ring === undefined) return;
        entry.ring = undefined;
        dead += 1;
        if (entry === heap[0]) arm();
        else clearUp();
      };
    },
    close() {
      closed = true;
      stop?.();
    },
  };
}

/** The deadline port of all machines. An instant of 0 never comes: there is no deadline. */
export function createDeadlinePort(
  alarm: Alarm,
  system: () => ActorSystem,
): PortLogic<{ at: number }, DeadlineOutcome> {
  const armed = new Map<Ref, () => void>();
  return portLogic({
    start: ({ input, ref }) => {
      if (input.at === 0) return;
      const goalId = parseAddress(system().addressOf(ref)).goalId;
      const ring = (): void => {
        armed.delete(ref);
        system().run(goalId, (turn) => system().settleNow(ref, turn.stamp()));
      };
      armed.set(ref, alarm.at(input.at, ring));
    },
    stop: (ref) => {
      armed.get(ref)?.();
      armed.delete(ref);
    },
  });
}
