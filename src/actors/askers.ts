// Askers: tasks that have an actor and wait for a reservation, by what they lack.

export interface Askers {
  /** Notes what a task lacks; gives what it lacked before. */
  set(id: string, lacking: string): string | undefined;
  delete(id: string): void;
  /** Those that lack something, in the order in which they came. */
  of(lacking: string): string[];
  /** What is lacked by anybody. */
  lacks(): string[];
}

export function createAskers(): Askers {
  const all = new Map<string, string>();
  const byLack = new Map<string, Set<string>>();
  const remove = (id: string): void => {
    const lacking = all.get(id);
    if (lacking === undefined) return;
    byLack.get(lacking)?.delete(id);
    if (byLack.get(lacking)?.size === 0) byLack.delete(lacking);
    all.delete(id);
  };
  return {
    set(id, lacking) {
      const before = all.get(id);
      if (before === lacking) return before;
      remove(id);
      all.set(id, lacking);
      byLack.set(lacking, (byLack.get(lacking) ?? new Set()).add(id));
      return before;
    },
    delete: remove,
    lacks: () => [...byLack.keys()],
    of: (lacking) => [...(byLack.get(lacking) ?? [])],
  };
}
