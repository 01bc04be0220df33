// Minimal set: takes away what is not needed, in pieces that become smaller, until nothing more can be taken away
// (deletion filter: Chinneck & Dravnieks, 1991; in pieces, as in delta debugging: Zeller & Hildebrandt, 2002).

export interface MinimalSet<T> {
  readonly items: readonly T[];
  /** Whether each item was shown to be needed. */
  readonly isMinimal: boolean;
}

/**
 * Looks for a subset that still has a property, which no smaller subset of it has.
 *
 * @param items - Has the property. What comes first is taken away first.
 * @param holds - Whether a subset has it; undefined when that cannot be told. Supersets of what has it must have it.
 */
export async function minimalSet<T>(
  items: readonly T[],
  holds: (subset: readonly T[]) => Promise<boolean | undefined>,
): Promise<MinimalSet<T>> {
  let kept = [...items];
  let unsure = new Set<T>();
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    unsure = new Set();
    for (let at = 0; at < kept.length; ) {
      const piece = kept.slice(at, at + size);
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)];
      const verdict = await holds(rest);
      if (verdict === true) kept = rest;
      else {
        if (verdict === undefined) for (const item of piece) unsure.add(item);
        at += size;
      }
    }
  }
  return { items: kept, isMinimal: !kept.some((item) => unsure.has(item)) };
}
