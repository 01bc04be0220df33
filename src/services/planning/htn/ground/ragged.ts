// Ragged: a list of rows of numbers of different lengths, flat in memory; and a list of numbers that grows.
import { type Resting, unitsPerRest } from './rest.js';

/** Numbers that are appended to. */
export class Numbers {
  data = new Int32Array(16);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const wider = new Int32Array(this.data.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length] = value;
    this.length += 1;
  }

  trimmed(): Int32Array {
    return this.data.slice(0, this.length);
  }

  /** The numbers so far; changes with them. */
  view(): Int32Array {
    return this.data.subarray(0, this.length);
  }
}

/** A list of flags that grows. */
export class Flags {
  bits = new Uint8Array(16);
  set(index: number): void {
    if (index >= this.bits.length) {
      const wider = new Uint8Array(Math.max(index + 1, this.bits.length * 2));
      wider.set(this.bits);
      this.bits = wider;
    }
    this.bits[index] = 1;
  }
}

/** Rows of numbers: row `r` is `items[starts[r]]` … `items[starts[r + 1] - 1]`. */
export interface Rows {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** Rows that are appended to. */
export class Ragged {
  private readonly starts = new Numbers();
  private readonly items = new Numbers();

  constructor() {
    this.starts.push(0);
  }

  get rows(): number {
    return this.starts.length - 1;
  }

  /** Numbers in all rows. */
  get size(): number {
    return this.items.length;
  }

  get bytes(): number {
    return (this.starts.data.length + this.items.data.length) * 4;
  }

  add(row: ArrayLike<number>): number {
    for (let index = 0; index < row.length; index += 1) this.items.push(row[index]!);
    this.starts.push(this.items.length);
    return this.rows - 1;
  }

  row(index: number): Int32Array {
    return this.items.data.subarray(this.starts.data[index], this.starts.data[index + 1]);
  }

  toRows(): Rows {
    return { starts: this.starts.trimmed(), items: this.items.trimmed() };
  }
}

/** The rows that contain each of the numbers below `count`. Rests tell `bytes`. */
export function* invert(rows: Rows, count: number, bytes = 0): Resting<Rows> {
  const { length } = rows.items;
  const starts = new Int32Array(count + 1);
  for (let at = 0; at < length; at += 1) {
    starts[rows.items[at]! + 1]! += 1;
    if (at % unitsPerRest === 0) yield bytes;
  }
  for (let index = 0; index < count; index += 1) starts[index + 1]! += starts[index]!;
  yield bytes;
  const place = starts.slice(0, count);
  const items = new Int32Array(length);
  for (let row = 0, at = 0; at < length; at += 1) {
    while (at >= rows.starts[row + 1]!) row += 1;
    const item = rows.items[at]!;
    items[place[item]!] = row;
    place[item]! += 1;
    if (at % unitsPerRest === 0) yield bytes;
  }
  return { starts, items };
}

/** A row of a list of rows, as a view. */
export function rowOf(rows: Rows, index: number): Int32Array {
  return rows.items.subarray(rows.starts[index], rows.starts[index + 1]);
}
