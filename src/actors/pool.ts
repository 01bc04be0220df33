// Pool: what can be held or used up, across all goals of an engine: locks, named resources of a plan, the
// machine's own, and mutual exclusions. Kept in memory only: who holds what follows from the actors.
//
// R1 a request is granted whole or not at all.
// R2 what a holder has is given back once, whatever becomes of it.
// R3 nothing is held beyond its capacity, and no exclusive lock is shared.
// R4 whoever waits for a name is told when some of it was given back or added, and then waits no more.

/** One part of a request. */
export interface Need {
  /** A name that is unique in the engine, such as `lock:workdir` or `resource:<goal>/licence`. */
  readonly name: string;
  readonly amount: number;
  /** `hold` is given back at the end, `take` is used up unless it was not spent. */
  readonly how: 'hold' | 'take';
}

/** How much of an exclusive lock one holder takes: all of it. A shared holder takes 1. */
export const wholeLock = 1_000_000_000;

/** Who is to be told that something is free: waiter → names. */
export type Told = ReadonlyMap<string, readonly string[]>;

export interface Pool {
  /** Declares a capacity. Names that nobody declares are locks. */
  declare(name: string, amount: number): void;
  remove(name: string): void;
  /** What is free of a name. */
  available(name: string): number;
  /** The first name of which there is not enough for a request. */
  lacking(needs: readonly Need[]): string | undefined;
  /** Grants the request, or says which name is lacking; then the waiter waits for that name. */
  take(
    holder: string,
    needs: readonly Need[],
    waiter: string,
  ): { granted: true } | { granted: false; lacking: string };
  /** Gives back what a holder has; when it was spent, without what is used up. */
  give(holder: string, spent: boolean): Told;
  /** Adds to what is free of a name. */
  add(name: string, amount: number): Told;
  /** Waits for some of a name to be given back. */
  wait(name: string, waiter: string): void;
  holds(holder: string): boolean;
  /** What is free of a name, and what is held, by holder. */
  state(): { name: string; free: number; holders: string[] }[];
}

/** Makes an empty pool. */
export function createPool(): Pool {
  const free = new Map<string, number>();
  const held = new Map<string, readonly Need[]>();
  const waiters = new Map<string, Set<string>>();
  const available = (name: string): number => free.get(name) ?? wholeLock;
  const change = (name: string, by: number): void => {
    const now = available(name) + by;
    if (now === wholeLock && name.startsWith('lock:')) free.delete(name);
    else free.set(name, now);
  };
  const lacking = (needs: readonly Need[]): string | undefined =>
    needs.find(({ name, amount }) => available(name) < amount)?.name;
  const wait = (name: string, waiter: string): void =>
    void waiters.set(name, (waiters.get(name) ?? new Set()).add(waiter));
  function put(given: readonly Need[]): Told {
    const told = new Map<string, string[]>();
    for (const { name, amount } of given) {
      change(name, amount);
      for (const waiter of waiters.get(name) ?? []) told.set(waiter, [...(told.get(waiter) ?? []), name]);
      waiters.delete(name);
    }
    return told;
  }

  return {
    available,
    lacking,
    wait,
    declare: (name, amount) => void free.set(name, amount),
    remove: (name) => {
      free.delete(name);
      waiters.delete(name);
    },
    take(holder, needs, waiter) {
      if (held.has(holder)) return { granted: true };
      const name = lacking(needs);
      if (name !== undefined) {
        wait(name, waiter);
        return { granted: false, lacking: name };
      }
      for (const need of needs) change(need.name, -need.amount);
      held.set(holder, needs);
      return { granted: true };
    },
    give(holder, spent) {
      const needs = held.get(holder) ?? [];
      held.delete(holder);
      return put(needs.filter(({ how }) => how === 'hold' || !spent));
    },
    add: (name, amount) => put([{ name, amount, how: 'take' }]),
    holds: (holder) => held.has(holder),
    state: () =>
      [...free].map(([name, amount]) => ({
        name,
        free: amount,
        holders: [...held]
          .filter(([, needs]) => needs.some((need) => need.name === name))
          .map(([holder]) => holder),
      })),
  };
}
