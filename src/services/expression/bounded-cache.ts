// BoundedCache: keeps the values that were used lately, up to a number of entries.

/** A cache of about the last used values. `get` makes on a miss; a throwing `make` leaves nothing behind. */
export interface BoundedCache<Key, Value> {
  get(key: Key, make: (key: Key) => Value): Value;
  /** The value that is kept, if any; it does not count as a use. */
  peek(key: Key): Value | undefined;
  readonly size: number;
}

/**
 * Two generations: what is used moves to the young one; when that is full it becomes the old one, and the
 * old one is forgotten as a whole. It costs no bookkeeping by entry, as a list of uses does.
 *
 * @param capacity - Entries kept at most, in both generations together; at least 2.
 */
export function createBoundedCache<Key, Value>(capacity: number): BoundedCache<Key, Value> {
  const half = Math.max(1, Math.floor(capacity / 2));
  let young = new Map<Key, { readonly value: Value }>();
  let old = new Map<Key, { readonly value: Value }>();
  return {
    get(key, make) {
      const known = young.get(key);
      if (known !== undefined) return known.value;
      const entry = old.get(key) ?? { value: make(key) };
      old.delete(key);
      if (young.size >= half) {
        old = young;
        young = new Map();
      }
      young.set(key, entry);
      return entry.value;
    },
    peek: (key) => (young.get(key) ?? old.get(key))?.value,
    get size() {
      return young.size + old.size;
    },
  };
}
