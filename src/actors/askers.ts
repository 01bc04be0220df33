// Askers: tasks that have an actor and wait for a reservation, by what they lack.

export interface Askers {
  /** Notes what a task lacks; says whether it was known to wait. */
  set(id: string, lacking: string): boolean;
  delete(id: string): void;
  /** Those that lack something, in the order in which they came. */
  of(lacking: string): string[];
}

export function createAskers(): Askers {
  const all = new Map<string, string>();
  const byLack = new Map<string, Set<string>>();
  const remove = (id: string): boolean => {
    const lacking = all.get(id);
    if (lacking === undefined) return false;
    byLack.get(lacking)?.delete(id);
    if (byLack.get(lacking)?.size === 0) byLack.delete(lacking);
    return all.delete(id);
  };
  return {
    set(id, lacking) {
      if (all.get(id) === lacking) return true;
      const known = remove(id);
      all.set(id, lacking);
      byLack.set(lacking, (byLack.get(lacking) ?? new Set()).add(id));
      return known;
    },
    delete: (id) => void remove(id),
    of: (lacking) => [...(byLack.get(lacking) ?? [])],
  };
}
