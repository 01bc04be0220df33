// Trail of the exact solver: the bounds of all variables, the order in which they became known, and why.
//
// X1 A variable x has two halves, 2x and 2x + 1, of which the second stands for −x; bound[half] is the least value that
//    the half can still have. So lower and upper bounds are one thing, and every rule is written once.
// X2 A literal is a pair (half, value) and says half ≥ value. It is true when bound[half] ≥ value, and false when its
//    negation, (half ^ 1, 1 − value), is true. Booleans are variables of 0 and 1. Literals need not be made beforehand.
// X3 bound[half] only grows along the trail. What is known at level 0 is kept in root[half] and needs no reason.

/** Reason of a decision or of an assumption. */
export const byDecision = 0;
/** The low two bits of a reason say its kind; the rest is an index. */
export const byClause = 0;
export const byArc = 1;
/** Index of a list of literals in the notes: how many, then half and value of each. */
export const byList = 2;
/** Index of a record in the notes which its propagator explains when asked. */
export const byRecord = 3;

const firstCapacity = 1024;

/** Bounds with their history. Fields are public for the inner loops of the solver; only `set` and `undo` change them. */
export class Trail {
  bound = new Int32Array(firstCapacity);
  root = new Int32Array(firstCapacity);
  /** Index of the last entry of each half, −1 at its root. */
  top = new Int32Array(firstCapacity);
  halves = 0;

  size = 0;
  half = new Int32Array(firstCapacity);
  to = new Int32Array(firstCapacity);
  from = new Int32Array(firstCapacity);
  /** Index of the entry of the same half before. */
  before = new Int32Array(firstCapacity);
  reason = new Int32Array(firstCapacity);

  level = 0;
  /** Size of the trail at the start of each level, from 1. */
  levelStart = new Int32Array(firstCapacity);
  private noteStart = new Int32Array(firstCapacity);

  /** Literals and records that reasons refer to; they go with their level. */
  notes = new Int32Array(firstCapacity);
  noteSize = 0;

  /** What contradicts: half < 0 means that the list `conflictReason` alone does. */
  conflictHalf = -1;
  conflictBound = 0;
  conflictReason = 0;

  /** A new variable; returns its first half. */
  variable(least: number, most: number): number {
    const half = this.halves;
    if (half + 2 > this.bound.length) {
      this.bound = grown(this.bound);
      this.root = grown(this.root);
      this.top = grown(this.top);
    }
    this.halves += 2;
    this.bound[half] = least;
    this.bound[half + 1] = -most;
    this.root[half] = least;
    this.root[half + 1] = -most;
    this.top[half] = -1;
    this.top[half + 1] = -1;
    return half;
  }

  least(half: number): number {
    return this.bound[half]!;
  }

  most(half: number): number {
    return -this.bound[half ^ 1]!;
  }

  isTrue(half: number, value: number): boolean {
    return this.bound[half]! >= value;
  }

  isFalse(half: number, value: number): boolean {
    return this.bound[half ^ 1]! >= 1 - value;
  }

  /** Makes a literal true for a reason. False when it contradicts; the conflict is kept then. */
  set(half: number, value: number, reason: number): boolean {
    const old = this.bound[half]!;
    if (value <= old) return true;
    if (value + this.bound[half ^ 1]! > 0) {
      this.conflictHalf = half;
      this.conflictBound = value;
      this.conflictReason = reason;
      return false;
    }
    const at = this.size;
    if (at === this.half.length) this.growTrail();
    this.half[at] = half;
    this.to[at] = value;
    this.from[at] = old;
    this.before[at] = this.top[half]!;
    this.reason[at] = reason;
    this.bound[half] = value;
    this.top[half] = at;
    this.size = at + 1;
    return true;
  }

  /** Begins a level. */
  push(): void {
    this.level += 1;
    if (this.level >= this.levelStart.length) {
      this.levelStart = grown(this.levelStart);
      this.noteStart = grown(this.noteStart);
    }
    this.levelStart[this.level] = this.size;
    this.noteStart[this.level] = this.noteSize;
  }

  /** Takes the last entry back. */
  undo(): void {
    const at = this.size - 1;
    const half = this.half[at]!;
    this.bound[half] = this.from[at]!;
    this.top[half] = this.before[at]!;
    this.size = at;
  }

  /** Says that the entries above a level are gone. */
  cut(level: number): void {
    if (level >= this.level) return;
    this.noteSize = this.noteStart[level + 1]!;
    this.level = level;
  }

  /** At level 0: what is known needs no reason any more. */
  settle(): void {
    for (let at = 0; at < this.size; at += 1) {
      const half = this.half[at]!;
      this.root[half] = this.bound[half]!;
      this.top[half] = -1;
    }
    this.size = 0;
    this.noteSize = 0;
  }

  /** Bound of a half before the entry `at` was made. */
  boundBefore(half: number, at: number): number {
    let index = this.top[half]!;
    while (index >= at) index = this.before[index]!;
    return index < 0 ? this.root[half]! : this.to[index]!;
  }

  /** Index of the entry that first made a true literal true; −1 when it is true at level 0. */
  entryOf(half: number, value: number): number {
    let index = this.top[half]!;
    while (index >= 0 && this.from[index]! >= value) index = this.before[index]!;
    return index;
  }

  /** Level of an entry. */
  levelOf(entry: number): number {
    let low = 0;
    let high = this.level;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.levelStart[middle]! <= entry) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Room for so many more notes. */
  reserve(count: number): void {
    while (this.noteSize + count > this.notes.length) this.notes = grown(this.notes);
  }

  /** Starts a list of literals; `note` adds to it and `endList` gives its reason. */
  beginList(): number {
    this.reserve(1);
    const start = this.noteSize;
    this.notes[start] = 0;
    this.noteSize = start + 1;
    return start;
  }

  note(half: number, value: number): void {
    if (value <= this.root[half]!) return;
    this.reserve(2);
    this.notes[this.noteSize] = half;
    this.notes[this.noteSize + 1] = value;
    this.noteSize += 2;
  }

  endList(start: number): number {
    this.notes[start] = (this.noteSize - start - 1) >> 1;
    return (start << 2) | byList;
  }

  /** A record of four numbers for the propagator of this number; returns its reason. */
  record(propagator: number, one: number, two: number, three: number): number {
    this.reserve(4);
    const at = this.noteSize;
    const notes = this.notes;
    notes[at] = propagator;
    notes[at + 1] = one;
    notes[at + 2] = two;
    notes[at + 3] = three;
    this.noteSize = at + 4;
    return (at << 2) | byRecord;
  }

  private growTrail(): void {
    this.half = grown(this.half);
    this.to = grown(this.to);
    this.from = grown(this.from);
    this.before = grown(this.before);
    this.reason = grown(this.reason);
  }
}

/** The same numbers in twice the room. */
export function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
