// Frame of a lifted search.

/** Where a compound task is being tried. */
export interface Frame {
  /** The frame before of the same ground task, -1 when there is none. */
  readonly before: number;
  /** Stack whose top is the task. */
  readonly stack: number;
  readonly mark: number;
  readonly hashA: number;
  readonly hashB: number;
  /** Index in the task's methods. */
  method: number;
  slots: Int32Array;
  cursors: Int32Array;
  /** The matcher has given its last binding. */
  isSpent: boolean;
}
