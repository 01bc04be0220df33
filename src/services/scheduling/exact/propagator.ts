// Propagator of the exact solver: a constraint that draws conclusions from bounds and can say, later, what it drew them
// from (lazy clause generation; Ohrimenko, Stuckey & Codish, 2009).

/** Takes the literals of an explanation. */
export interface Explained {
  /** All of these together imply what is explained. Literals that are true at level 0 may be given; they are dropped. */
  add(half: number, value: number): void;
  /** Whether adding the literal costs nothing: it is true at level 0 or is needed anyway. */
  isFree(half: number, value: number): boolean;
}

export interface Propagator {
  /** A bound has risen; the entry was not followed yet. */
  follow?(half: number, old: number, now: number): void;
  /** Takes back what `follow` did, in reverse order. */
  unfollow?(half: number, old: number, now: number): void;
  /** Draws conclusions, once all entries were followed. False on conflict. */
  propagate(): boolean;
  /** Forgets what is still to be looked at: the solver goes back to where everything had been looked at. */
  rest(): void;
  /**
   * Gives the literals that imply (half, value), which became true, or would have, at the entry `at` for the reason kept
   * in `notes` from `note` on. Only bounds known before the entry may be used. half < 0 explains a conflict.
   */
  explain(note: number, half: number, value: number, at: number, out: Explained): void;
}
