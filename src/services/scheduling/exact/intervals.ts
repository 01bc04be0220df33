// Intervals of the exact solver: the times during which a task in one of its modes holds resources. An interval has a
// start variable, a duration and a literal that says whether it takes place at all.
import { always, grouped } from './arcs.js';
import type { Trail } from './trail.js';

export interface IntervalInput {
  /** First half of the start variable. */
  readonly start: number;
  readonly duration: number;
  /** Half of the Boolean that says that it takes place; {@link always} when it does in any case. */
  readonly presence: number;
  readonly uses: readonly { readonly resource: number; readonly amount: number }[];
}

/** The intervals as typed arrays; uses of interval i are at useFirst[i] up to useFirst[i + 1]. */
export class Intervals {
  readonly count: number;
  readonly start: Int32Array;
  readonly duration: Int32Array;
  readonly presence: Int32Array;
  readonly useFirst: Int32Array;
  readonly useResource: Int32Array;
  readonly useAmount: Int32Array;
  /** Intervals by the half of their start, and by the half of their presence. */
  readonly byHalfFirst: Int32Array;
  readonly byHalf: Int32Array;
  /** Uses by resource: indices of uses, the largest amounts first. */
  readonly byResourceFirst: Int32Array;
  readonly byResource: Int32Array;
  readonly useInterval: Int32Array;

  constructor(
    private readonly trail: Trail,
    inputs: readonly IntervalInput[],
    readonly capacities: readonly number[],
  ) {
    this.count = inputs.length;
    this.start = Int32Array.from(inputs, (input) => input.start);
    this.duration = Int32Array.from(inputs, (input) => input.duration);
    this.presence = Int32Array.from(inputs, (input) => input.presence);
    const uses = inputs.flatMap((input, interval) =>
      input.uses.filter(({ amount }) => amount > 0).map((use) => ({ interval, ...use })),
    );
    this.useInterval = Int32Array.from(uses, (use) => use.interval);
    this.useResource = Int32Array.from(uses, (use) => use.resource);
    this.useAmount = Int32Array.from(uses, (use) => use.amount);
    this.useFirst = grouped(this.useInterval, this.count)[0];
    const [first, order] = grouped(this.useResource, capacities.length);
    this.byResourceFirst = first;
    this.byResource = order;
    capacities.forEach((_, resource) => {
      order
        .subarray(first[resource], first[resource + 1])
        .sort((one, other) => this.amount(other) - this.amount(one));
    });
    const keys: number[] = [];
    const owners: number[] = [];
    inputs.forEach((input, interval) => {
      keys.push(input.start, input.start + 1);
      owners.push(interval, interval);
      if (input.presence !== always) {
        keys.push(input.presence);
        owners.push(interval);
      }
    });
    const [byFirst, byOrder] = grouped(Int32Array.from(keys), trail.halves);
    this.byHalfFirst = byFirst;
    this.byHalf = byOrder.map((index) => owners[index]!);
  }

  private amount(use: number): number {
    return this.useAmount[use]!;
  }

  isPresent(interval: number): boolean {
    const half = this.presence[interval]!;
    return half < 0 || this.trail.bound[half]! >= 1;
  }

  isAbsent(interval: number): boolean {
    const half = this.presence[interval]!;
    return half >= 0 && this.trail.bound[half ^ 1]! >= 0;
  }
}
