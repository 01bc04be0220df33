// Sets of tuples of small numbers, with indexes by some of their columns: the tables of the grounder. Flat typed
// arrays; a tuple is known by its number, in the order of arrival.

const empty = 0;

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** A set of tuples of one length. Tuples below `processed` take part in joins. */
export class TupleSet {
  readonly arity: number;
  count = 0;
  /** Tuples that have been joined with all others so far. */
  processed = 0;
  readonly indexes: TupleIndex[] = [];
  private data: Int32Array<ArrayBuffer>;
  private table = new Int32Array(16);

  constructor(arity: number) {
    this.arity = arity;
    this.data = new Int32Array(8 * arity);
  }

  get bytes(): number {
    let sum = this.data.byteLength + this.table.byteLength;
    for (const index of this.indexes) sum += index.bytes;
    return sum;
  }

  at(id: number, column: number): number {
    return this.data[id * this.arity + column]!;
  }

  read(id: number): Int32Array {
    return this.data.slice(id * this.arity, (id + 1) * this.arity);
  }

  /** The number of a tuple, -1 when it is not there. */
  find(tuple: Int32Array): number {
    const mask = this.table.length - 1;
    let place = this.hash(tuple, 0) & mask;
    for (let entry = this.table[place]!; entry !== empty; entry = this.table[place]!) {
      if (this.equals(entry - 1, tuple)) return entry - 1;
      place = (place + 1) & mask;
    }
    return -1;
  }

  /** Adds a tuple; gives its number, or `~number` when it was there. */
  add(tuple: Int32Array): number {
    const { arity, count } = this;
    let mask = this.table.length - 1;
    let place = this.hash(tuple, 0) & mask;
    for (let entry = this.table[place]!; entry !== empty; entry = this.table[place]!) {
      if (this.equals(entry - 1, tuple)) return ~(entry - 1);
      place = (place + 1) & mask;
    }
    if ((count + 1) * arity > this.data.length) this.grow();
    for (let column = 0; column < arity; column += 1) this.data[count * arity + column] = tuple[column]!;
    if ((count + 1) * 2 > this.table.length) {
      this.rehash();
      mask = this.table.length - 1;
      place = this.hash(tuple, 0) & mask;
      while (this.table[place] !== empty) place = (place + 1) & mask;
    }
    this.table[place] = count + 1;
    this.count = count + 1;
    return count;
  }

  /** The index by these columns, made when it is first asked for. */
  indexBy(columns: readonly number[]): TupleIndex {
    const known = this.indexes.find((index) => index.columns.join() === columns.join());
    if (known !== undefined) return known;
    const made = new TupleIndex(this, columns);
    for (let id = 0; id < this.processed; id += 1) made.insert(id);
    this.indexes.push(made);
    return made;
  }

  /** Lets the next tuple take part in joins; gives its number. */
  advance(): number {
    const id = this.processed;
    this.processed += 1;
    for (const index of this.indexes) index.insert(id);
    return id;
  }

  private hash(from: Int32Array, offset: number): number {
    let hash = this.arity;
    for (let column = 0; column < this.arity; column += 1) hash = mix(hash, from[offset + column]!);
    return hash;
  }

  private equals(id: number, tuple: Int32Array): boolean {
    const offset = id * this.arity;
    for (let column = 0; column < this.arity; column += 1) {
      if (this.data[offset + column] !== tuple[column]) return false;
    }
    return true;
  }

  private grow(): void {
    const wider = new Int32Array(Math.max(16, this.data.length * 2, (this.count + 1) * this.arity));
    wider.set(this.data);
    this.data = wider;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 4);
    const mask = table.length - 1;
    for (let id = 0; id < this.count; id += 1) {
      let place = this.hash(this.data, id * this.arity) & mask;
      while (table[place] !== empty) place = (place + 1) & mask;
      table[place] = id + 1;
    }
    this.table = table;
  }
}

/** The tuples of a set by the values of some columns: chains of numbers, newest first. */
export class TupleIndex {
  readonly columns: readonly number[];
  private readonly tuples: TupleSet;
  private next = new Int32Array(16);
  /** Newest tuple (+1) of each group. */
  private table = new Int32Array(16);
  private groups = 0;

  constructor(tuples: TupleSet, columns: readonly number[]) {
    this.tuples = tuples;
    this.columns = columns;
  }

  get bytes(): number {
    return this.next.byteLength + this.table.byteLength;
  }

  /** The newest tuple whose columns have these values, -1 when there is none. */
  first(values: Int32Array): number {
    const mask = this.table.length - 1;
    let place = this.hashOf(values) & mask;
    for (let entry = this.table[place]!; entry !== empty; entry = this.table[place]!) {
      if (this.matches(entry - 1, values)) return entry - 1;
      place = (place + 1) & mask;
    }
    return -1;
  }

  /** The tuple before in the same group, -1 at the end. */
  after(id: number): number {
    return this.next[id]!;
  }

  insert(id: number): void {
    if (id >= this.next.length) {
      const wider = new Int32Array(Math.max(id + 1, this.next.length * 2));
      wider.set(this.next);
      this.next = wider;
    }
    const values = this.valuesOf(id);
    const mask = this.table.length - 1;
    let place = this.hashOf(values) & mask;
    for (let entry = this.table[place]!; entry !== empty; entry = this.table[place]!) {
      if (this.matches(entry - 1, values)) {
        this.next[id] = entry - 1;
        this.table[place] = id + 1;
        return;
      }
      place = (place + 1) & mask;
    }
    this.next[id] = -1;
    this.table[place] = id + 1;
    this.groups += 1;
    if (this.groups * 2 > this.table.length) this.rehash();
  }

  private valuesOf(id: number): Int32Array {
    return Int32Array.from(this.columns, (column) => this.tuples.at(id, column));
  }

  private hashOf(values: Int32Array): number {
    let hash = values.length;
    for (let index = 0; index < values.length; index += 1) hash = mix(hash, values[index]!);
    return hash;
  }

  private matches(id: number, values: Int32Array): boolean {
    for (let index = 0; index < values.length; index += 1) {
      if (this.tuples.at(id, this.columns[index]!) !== values[index]) return false;
    }
    return true;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 4);
    const mask = table.length - 1;
    for (const entry of this.table) {
      if (entry === empty) continue;
      let place = this.hashOf(this.valuesOf(entry - 1)) & mask;
      while (table[place] !== empty) place = (place + 1) & mask;
      table[place] = entry;
    }
    this.table = table;
  }
}
