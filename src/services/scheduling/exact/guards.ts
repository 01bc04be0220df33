// Guards of an exact model: Booleans under which alone its constraints hold, so that a proof can tell which of them it
// rests on.
//
// X11 While a guard is not true, its constraint forbids nothing.
import type { Instance } from '../instance/instance.js';
import { always } from './arcs.js';
import type { Solver } from './solver.js';

/** Halves that say that a constraint holds; {@link always} for what holds in any case. */
export interface Guards {
  readonly arcs: Int32Array;
  /** Reusable resources with their calendars, and locks. */
  readonly resources: Int32Array;
  /** Stocks with their room. */
  readonly stocks: Int32Array;
}

/** A guard for each lag, resource, lock and stock, but for resources of which a mode holds more than there is. */
export function makeGuards(instance: Instance, solver: Solver): Guards {
  const { arcFrom, peak, stockIds, useResource, useAmount } = instance;
  const resources = Int32Array.from(peak, () => solver.boolean());
  useResource.forEach((resource, use) => {
    if (useAmount[use]! > peak[resource]!) resources[resource] = always;
  });
  return {
    arcs: Int32Array.from(arcFrom, () => solver.boolean()),
    resources,
    stocks: Int32Array.from(stockIds, () => solver.boolean()),
  };
}
