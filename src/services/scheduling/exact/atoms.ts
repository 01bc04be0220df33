// Atoms of the exact solver: the facts [variable ≥ value] that conflicts were about, with an activity each, and a heap
// that gives the most active one that is undecided (VSIDS; Moskewicz et al., 2001). An atom is made when it is first seen.
import { grown, type Trail } from './trail.js';

const mostDirect = 1 << 21;
const widestDirect = 1 << 14;
/** Atoms at most; when there are more, all are forgotten and learnt again. */
const mostAtoms = 1 << 20;

export class Atoms {
  private count = 0;
  private half = new Int32Array(1024);
  private value = new Int32Array(1024);
  private activity = new Float64Array(1024);
  private place = new Int32Array(1024);
  private heap = new Int32Array(1024);
  private heapSize = 0;
  /** Atoms that were found decided, and the level at which they were. */
  private aside = new Int32Array(1024);
  private asideLevel = new Int32Array(1024);
  private asideSize = 0;
  private step = 1;
  private directBase = new Int32Array(0);
  private directLeast = new Int32Array(0);
  private direct = new Int32Array(0);
  private table = new Int32Array(2048);

  constructor(private readonly trail: Trail) {}

  /** To be called when all variables are there and have their bounds. */
  prepare(): void {
    const variables = this.trail.halves >> 1;
    this.directBase = new Int32Array(variables);
    this.directLeast = new Int32Array(variables);
    let size = 0;
    for (let variable = 0; variable < variables; variable += 1) {
      const least = this.trail.least(2 * variable);
      const width = this.trail.most(2 * variable) - least;
      const isDirect = width <= widestDirect && size + width <= mostDirect;
      this.directLeast[variable] = least;
      this.directBase[variable] = isDirect ? size : -1;
      if (isDirect) size += width + 1;
    }
    this.direct = new Int32Array(size);
  }

  decay(): void {
    this.step *= 1 / 0.95;
  }

  /** Makes the atom of a literal more active. */
  bump(literalHalf: number, literalValue: number): void {
    const isNegative = (literalHalf & 1) === 1;
    const half = literalHalf & ~1;
    const value = isNegative ? 1 - literalValue : literalValue;
    const atom = this.find(half, value);
    const activity = this.activity[atom]! + this.step;
    this.activity[atom] = activity;
    if (activity > 1e100) this.rescale();
    if (this.place[atom]! >= 0) this.rise(this.place[atom]!);
  }

  private rescale(): void {
    for (let atom = 0; atom < this.count; atom += 1) this.activity[atom] = this.activity[atom]! * 1e-100;
    this.step *= 1e-100;
  }

  private find(half: number, value: number): number {
    const variable = half >> 1;
    const base = this.directBase[variable]!;
    if (base >= 0) {
      const at = base + value - this.directLeast[variable]!;
      const known = this.direct[at]!;
      if (known > 0) return known - 1;
      const atom = this.make(half, value);
      this.direct[at] = atom + 1;
      return atom;
    }
    let slot = this.slotOf(half, value);
    const known = this.table[slot]!;
    if (known > 0) return known - 1;
    if (2 * (this.count + 1) > this.table.length) {
      this.rehash();
      slot = this.slotOf(half, value);
    }
    const atom = this.make(half, value);
    this.table[slot] = atom + 1;
    return atom;
  }

  private slotOf(half: number, value: number): number {
    const mask = this.table.length - 1;
    let slot = (Math.imul(half, 0x9e3779b1) ^ Math.imul(value, 0x85ebca6b)) >>> 7;
    for (;;) {
      slot &= mask;
      const atom = this.table[slot]! - 1;
      if (atom < 0 || (this.half[atom] === half && this.value[atom] === value)) return slot;
      slot += 1;
    }
  }

  private rehash(): void {
    this.table = new Int32Array(this.table.length * 2);
    for (let atom = 0; atom < this.count; atom += 1) {
      if (this.directBase[this.half[atom]! >> 1]! < 0) {
        this.table[this.slotOf(this.half[atom]!, this.value[atom]!)] = atom + 1;
      }
    }
  }

  private make(half: number, value: number): number {
    const atom = this.count;
    if (atom === this.half.length) this.grow();
    this.half[atom] = half;
    this.value[atom] = value;
    this.activity[atom] = 0;
    this.count = atom + 1;
    this.insert(atom);
    return atom;
  }

  private grow(): void {
    this.half = grown(this.half);
    this.value = grown(this.value);
    const activity = new Float64Array(this.half.length);
    activity.set(this.activity);
    this.activity = activity;
    this.place = grown(this.place);
    this.heap = grown(this.heap);
    this.aside = grown(this.aside);
    this.asideLevel = grown(this.asideLevel);
  }

  /** At level 0: forgets all atoms when they are too many. */
  trim(): void {
    if (this.count <= mostAtoms) return;
    this.count = 0;
    this.heapSize = 0;
    this.asideSize = 0;
    this.table.fill(0);
    this.direct.fill(0);
  }

  /** The most active undecided atom, which it takes out of the heap until `back`; −1 when there is none. */
  next(): number {
    const { trail } = this;
    while (this.heapSize > 0) {
      const atom = this.heap[0]!;
      this.dropFirst();
      if (trail.level > 0 || !this.isDecided(atom)) {
        this.aside[this.asideSize] = atom;
        // An undecided atom is about to be decided: at the next level.
        this.asideLevel[this.asideSize] = this.isDecided(atom) ? trail.level : trail.level + 1;
        this.asideSize += 1;
      } else this.forget(atom);
      if (!this.isDecided(atom)) return atom;
    }
    return -1;
  }

  /** An atom decided at level 0 stays so: it leaves the heap for good, though not the table. */
  private forget(atom: number): void {
    this.place[atom] = -1;
  }

  private isDecided(atom: number): boolean {
    const half = this.half[atom]!;
    const value = this.value[atom]!;
    return this.trail.bound[half]! >= value || this.trail.bound[half + 1]! >= 1 - value;
  }

  halfOf(atom: number): number {
    return this.half[atom]!;
  }

  valueOf(atom: number): number {
    return this.value[atom]!;
  }

  /** The solver went back to a level: atoms set aside above it are undecided again. */
  back(level: number): void {
    while (this.asideSize > 0 && this.asideLevel[this.asideSize - 1]! > level) {
      this.asideSize -= 1;
      this.insert(this.aside[this.asideSize]!);
    }
  }

  private insert(atom: number): void {
    this.heap[this.heapSize] = atom;
    this.place[atom] = this.heapSize;
    this.heapSize += 1;
    this.rise(this.heapSize - 1);
  }

  private dropFirst(): void {
    const { heap, place } = this;
    place[heap[0]!] = -1;
    this.heapSize -= 1;
    if (this.heapSize === 0) return;
    heap[0] = heap[this.heapSize]!;
    place[heap[0]!] = 0;
    this.sink();
  }

  private rise(from: number): void {
    const { heap, place, activity } = this;
    const atom = heap[from]!;
    const own = activity[atom]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent]!;
      if (activity[other]! >= own) break;
      heap[at] = other;
      place[other] = at;
      at = parent;
    }
    heap[at] = atom;
    place[atom] = at;
  }

  private sink(): void {
    const { heap, place, activity } = this;
    const size = this.heapSize;
    const atom = heap[0]!;
    const own = activity[atom]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && activity[heap[child + 1]!]! > activity[heap[child]!]!) child += 1;
      const other = heap[child]!;
      if (activity[other]! <= own) break;
      heap[at] = other;
      place[other] = at;
      at = child;
    }
    heap[at] = atom;
    place[atom] = at;
  }
}
