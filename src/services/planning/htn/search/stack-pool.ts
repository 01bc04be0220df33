// Stacks of tasks, each kept once: a stack is a task and the number of the stack below it, so two stacks are equal
// when their numbers are. Number 0 is the empty stack.

export class StackPool {
  count = 1;
  task = new Int32Array(1 << 10);
  tail = new Int32Array(1 << 10);
  depth = new Int32Array(1 << 10);
  private table = new Int32Array(1 << 12);

  get bytes(): number {
    return this.task.byteLength * 3 + this.table.byteLength;
  }

  push(task: number, tail: number): number {
    const mask = this.table.length - 1;
    let place = hashPair(task, tail) & mask;
    for (let id = this.table[place]!; id !== 0; id = this.table[place]!) {
      if (this.task[id] === task && this.tail[id] === tail) return id;
      place = (place + 1) & mask;
    }
    const id = this.count;
    if (id === this.task.length) {
      this.task = widen(this.task);
      this.tail = widen(this.tail);
      this.depth = widen(this.depth);
    }
    this.task[id] = task;
    this.tail[id] = tail;
    this.depth[id] = this.depth[tail]! + 1;
    this.table[place] = id;
    this.count += 1;
    if (this.count * 2 > this.table.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 4);
    const mask = table.length - 1;
    for (let id = 1; id < this.count; id += 1) {
      let place = hashPair(this.task[id]!, this.tail[id]!) & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = id;
    }
    this.table = table;
  }
}

export function widen(data: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(data.length * 2);
  wider.set(data);
  return wider;
}

export function hashPair(one: number, other: number): number {
  let hash = Math.imul(one ^ 0x27d4eb2f, 0x9e3779b1);
  hash ^= hash >>> 15;
  hash = Math.imul(hash ^ other, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** The least cost with which pairs of numbers were met. */
export class PairCosts {
  private count = 0;
  private first = new Int32Array(1 << 12);
  private second = new Int32Array(1 << 12);
  private cost = new Float64Array(1 << 12);

  get bytes(): number {
    return this.first.byteLength * 4;
  }

  /** Notes a pair of numbers >= 0; false when it was met before at no more cost. */
  lower(one: number, other: number, cost: number): boolean {
    const place = this.placeOf(one + 1, other);
    if (this.first[place] !== 0 && this.cost[place]! <= cost) return false;
    if (this.first[place] === 0) this.count += 1;
    this.first[place] = one + 1;
    this.second[place] = other;
    this.cost[place] = cost;
    if (this.count * 2 > this.first.length) this.rehash();
    return true;
  }

  private placeOf(one: number, other: number): number {
    const mask = this.first.length - 1;
    let place = hashPair(one, other) & mask;
    while (this.first[place] !== 0 && (this.first[place] !== one || this.second[place] !== other)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private rehash(): void {
    const { first, second, cost } = this;
    this.first = new Int32Array(first.length * 4);
    this.second = new Int32Array(first.length * 4);
    this.cost = new Float64Array(first.length * 4);
    for (let index = 0; index < first.length; index += 1) {
      if (first[index] === 0) continue;
      const place = this.placeOf(first[index]!, second[index]!);
      this.first[place] = first[index]!;
      this.second[place] = second[index]!;
      this.cost[place] = cost[index]!;
    }
  }
}

/** A set of pairs of numbers. */
export class PairSet {
  count = 0;
  private first = new Int32Array(1 << 12);
  private second = new Int32Array(1 << 12);

  get bytes(): number {
    return this.first.byteLength * 2;
  }

  /** Adds a pair of numbers >= 0; false when it was there. */
  add(one: number, other: number): boolean {
    const mask = this.first.length - 1;
    let place = hashPair(one, other) & mask;
    for (; this.first[place] !== 0; place = (place + 1) & mask) {
      if (this.first[place] === one + 1 && this.second[place] === other) return false;
    }
    this.first[place] = one + 1;
    this.second[place] = other;
    this.count += 1;
    if (this.count * 2 > this.first.length) this.rehash();
    return true;
  }

  private rehash(): void {
    const { first, second } = this;
    this.first = new Int32Array(first.length * 4);
    this.second = new Int32Array(first.length * 4);
    const mask = this.first.length - 1;
    for (let index = 0; index < first.length; index += 1) {
      if (first[index] === 0) continue;
      let place = hashPair(first[index]! - 1, second[index]!) & mask;
      while (this.first[place] !== 0) place = (place + 1) & mask;
      this.first[place] = first[index]!;
      this.second[place] = second[index]!;
    }
  }
}
