// What was reached: tables of facts, tasks, operators and methods that can come up when facts once true stay so.
import type { TupleSet } from './tuples.js';

/** Tuples of operators and methods are their matched slots, in the order of `matched`. */
export interface Reached {
  readonly facts: readonly TupleSet[];
  /** By task (operators, then compound tasks): arguments with which it was asked for. */
  readonly tasks: readonly TupleSet[];
  /** By task: 1 for each tuple that can be done. */
  readonly isDone: readonly Uint8Array[];
  readonly operators: readonly TupleSet[];
  readonly methods: readonly TupleSet[];
  /** By method: 1 for each tuple whose subtasks can all be done. */
  readonly isComplete: readonly Uint8Array[];
  readonly rules: readonly TupleSet[];
}
