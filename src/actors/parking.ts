// Parking: tasks that could go but for a lock or a resource, by the first name they lack, so that what is given
// back wakes those that want it and nobody else.
//
// Q1 a name is looked through only while some of it is free.
// Q2 the pool is asked to tell of each name under which a task is parked, unless the name is open.
import type { Need, Pool } from './pool.js';
import type { ReadyQueue } from './ready-queue.js';

export interface Parking {
  /** Parks a task under a name that it lacks. */
  park(index: number, lacking: string): void;
  /** Some of these names is free again. */
  open(names: readonly string[]): void;
  /** Takes out the next task that could be granted all it needs. */
  next(): number | undefined;
  readonly size: number;
}

export interface ParkingOptions {
  readonly pool: Pool;
  /** Who is told when something is free. */
  readonly waiter: string;
  readonly needs: (index: number) => readonly Need[];
  /** Makes a queue in which the most urgent task is first. */
  readonly makeQueue: () => ReadyQueue;
}

/** Makes an empty parking. */
export function createParking({ pool, waiter, needs, makeQueue }: ParkingOptions): Parking {
  const byName = new Map<string, ReadyQueue>();
  const opened = new Set<string>();
  let size = 0;

  const parked = (name: string): ReadyQueue => {
    const queue = byName.get(name) ?? makeQueue();
    byName.set(name, queue);
    return queue;
  };

  function put(index: number, name: string): void {
    parked(name).push(index);
    if (!opened.has(name)) pool.wait(name, waiter);
  }

  /** Looks through one name; what lacks another name goes there. */
  function look(name: string): number | undefined {
    const queue = parked(name);
    const still: number[] = [];
    let found: number | undefined;
    while (found === undefined && queue.size > 0 && pool.available(name) > 0) {
      const index = queue.pop() ?? 0;
      const lacking = pool.lacking(needs(index));
      if (lacking === undefined) found = index;
      else if (lacking === name) still.push(index);
      else put(index, lacking);
    }
    for (const index of still) queue.push(index);
    return found;
  }

  return {
    park(index, lacking) {
      size += 1;
      put(index, lacking);
    },
    open: (names) => {
      for (const name of names) if (byName.has(name)) opened.add(name);
    },
    next() {
      for (const name of opened) {
        const found = look(name);
        if (found !== undefined) {
          size -= 1;
          return found;
        }
        opened.delete(name);
        if (parked(name).size > 0) pool.wait(name, waiter);
        else byName.delete(name);
      }
      return undefined;
    },
    get size() {
      return size;
    },
  };
}
