// Rows: lists of numbers by owner, written row by row and kept as flat arrays with first places.

/** Collects rows of several columns; `endRow` closes the row of one owner. */
export class Rows {
  readonly #columns: number[][];
  readonly #first: number[] = [0];

  constructor(columns: number) {
    this.#columns = Array.from({ length: columns }, () => []);
  }

  push(...values: number[]): void {
    const columns = this.#columns;
    for (let column = 0; column < values.length; column++) columns[column]?.push(values[column] as number);
  }

  endRow(): void {
    this.#first.push(this.#columns[0]?.length ?? 0);
  }

  first(): Int32Array {
    return Int32Array.from(this.#first);
  }

  /** A column as it was written. */
  values(index: number): readonly number[] {
    return this.#columns[index] ?? [];
  }

  column(index: number): Int32Array {
    return Int32Array.from(this.#columns[index] ?? []);
  }
}

/** First places and items of `owners` groups, where item k belongs to `owner[k]`; items keep their order. */
export function groupBy(owners: number, owner: Int32Array): { first: Int32Array; items: Int32Array } {
  const first = new Int32Array(owners + 1);
  for (const at of owner) first[at + 1] = (first[at + 1] ?? 0) + 1;
  for (let k = 0; k < owners; k++) first[k + 1] = (first[k + 1] ?? 0) + (first[k] ?? 0);
  const next = first.slice();
  const items = new Int32Array(owner.length);
  for (const [item, at] of owner.entries()) {
    const place = next[at] ?? 0;
    items[place] = item;
    next[at] = place + 1;
  }
  return { first, items };
}
