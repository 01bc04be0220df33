// Pool: what can be held or used up, across all goals of an engine: locks, named resources of a plan, the
// machine's own, and mutual exclusions. Kept in memory only: who holds what follows from the actors.
//
// R1 a request is granted whole or not at all.
// R2 what a holder has is given back once, whatever becomes of it.
// R3 nothing is held beyond its capacity, and no exclusive lock is shared.

/** One part of a request. */
export interface Need {
  /** A name that is unique in the engine, such as `lock:workdir` or `resource:<goal>/licence`. */
  readonly name: string;
  readonly amount: number;
  /** `hold` is given back at the end, `take` is used up, `give` is added when the work ends well. */
  readonly how: 'hold' | 'take' | 'give';
}

/** How much of an exclusive lock one holder takes: all of it. A shared holder takes 1. */
export const wholeLock = 1_000_000_000;

export interface Pool {
  /** Declares a capacity. Names that nobody declares are locks. */
  declare(name: string, amount: number): void;
  remove(name: string): void;
  /** Grants the request, or says which name is lacking; then the waiter is told when that name has been freed. */
  take(
    holder: string,
    needs: readonly Need[],
    waiter: string,
  ): { granted: true } | { granted: false; lacking: string };
  /** Gives back what a holder has. `well`: the work ended well. Returns the waiters to be told. */
  give(holder: string, well: boolean): string[];
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

  return {
    declare: (name, amount) => void free.set(name, amount),
    remove: (name) => {
      free.delete(name);
      waiters.delete(name);
    },
    take(holder, needs, waiter) {
      if (held.has(holder)) return { granted: true };
      const lacking = needs.find(({ name, amount, how }) => how !== 'give' && available(name) < amount);
      if (lacking !== undefined) {
        waiters.set(lacking.name, (waiters.get(lacking.name) ?? new Set()).add(waiter));
        return { granted: false, lacking: lacking.name };
      }
      for (const { name, amount, how } of needs) if (how !== 'give') change(name, -amount);
      held.set(holder, needs);
      return { granted: true };
    },
    give(holder, well) {
      const needs = held.get(holder);
      if (needs === undefined) return [];
      held.delete(holder);
      const told = new Set<string>();
      for (const { name, amount, how } of needs) {
        if (how === 'take' || (how === 'give' && !well)) continue;
        change(name, amount);
        for (const waiter of waiters.get(name) ?? []) told.add(waiter);
        waiters.delete(name);
      }
      return [...told];
    },
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
