// Order arc: one reason why a task of a schedule is not earlier than it is.

/** `point(to) − point(from) ≥ weight`, where a point is the start or the end of a task. */
export interface OrderArc {
  readonly from: string;
  readonly fromEnd: boolean;
  readonly to: string;
  readonly toEnd: boolean;
  readonly weight: number;
  /** What it comes from: `lags.3`, `resources.crane`, `locks.door`, `setups.mill`. */
  readonly path: string;
  /** It says the maximum of a lag. */
  readonly isMax?: true;
}

/** A time in which there is less of a resource than at its most; the last one may have no end. */
export interface Wall {
  readonly start: number;
  readonly end: number;
}
