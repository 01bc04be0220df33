// A state that is not grounded beforehand: facts get numbers when they first come up, a flag says whether one is
// true now. What a step changes is kept on a trail, and taken back from it.
import { TupleSet } from '../ground/tuples.js';
import type { Program } from '../program/program.js';
import { createChance } from '../search/chance.js';

export class LiftedState {
  readonly facts: readonly TupleSet[];
  /** Hashes of the facts that are true and can change. */
  hashA = 0;
  hashB = 0;
  private readonly isTrue: Uint8Array<ArrayBuffer>[];
  private readonly isStatic: readonly boolean[];
  /** Pairs of predicate and fact; `~fact` was made false. */
  private trail = new Int32Array(1 << 10);
  private length = 0;
  private readonly keys: { readonly a: Int32Array; readonly b: Int32Array };

  constructor(program: Program) {
    this.facts = program.predicates.map((each) => new TupleSet(each.arity));
    this.isTrue = program.predicates.map(() => new Uint8Array(16));
    this.isStatic = program.predicates.map((each) => each.isStatic);
    const chance = createChance(7);
    const random = (): Int32Array => Int32Array.from({ length: 4096 }, () => chance() * 0x100000000);
    this.keys = { a: random(), b: random() };
    // Chains of an index begin with the newest: the first fact of the problem is to be looked at first.
    for (let index = program.facts.length - 1; index >= 0; index -= 1) {
      const fact = program.facts[index]!;
      const id = this.number(fact.predicate, fact.arguments);
      if (this.isTrue[fact.predicate]![id] !== 1) this.flip(fact.predicate, id);
    }
    this.length = 0;
  }

  get bytes(): number {
    return this.facts.reduce((sum, set) => sum + set.bytes, 0) + this.trail.byteLength;
  }

  get mark(): number {
    return this.length;
  }

  has(predicate: number, objects: Int32Array): boolean {
    const id = this.facts[predicate]!.find(objects);
    return id >= 0 && this.isTrue[predicate]![id] === 1;
  }

  holds(predicate: number, fact: number): boolean {
    return this.isTrue[predicate]![fact] === 1;
  }

  change(predicate: number, objects: Int32Array, isAdded: boolean): void {
    const id = isAdded ? this.number(predicate, objects) : this.facts[predicate]!.find(objects);
    if (id < 0 || (this.isTrue[predicate]![id] === 1) === isAdded) return;
    if (this.length + 2 > this.trail.length) {
      const wider = new Int32Array(this.trail.length * 2);
      wider.set(this.trail);
      this.trail = wider;
    }
    this.trail[this.length] = predicate;
    this.trail[this.length + 1] = id;
    this.length += 2;
    this.flip(predicate, id);
  }

  /** Takes back all changes since a mark. */
  undo(mark: number): void {
    while (this.length > mark) {
      this.length -= 2;
      this.flip(this.trail[this.length]!, this.trail[this.length + 1]!);
    }
  }

  private number(predicate: number, objects: Int32Array): number {
    const set = this.facts[predicate]!;
    const id = set.add(objects);
    if (id < 0) return ~id;
    set.advance();
    const flags = this.isTrue[predicate]!;
    if (id >= flags.length) {
      const wider = new Uint8Array(flags.length * 2);
      wider.set(flags);
      this.isTrue[predicate] = wider;
    }
    return id;
  }

  private flip(predicate: number, id: number): void {
    this.isTrue[predicate]![id]! ^= 1;
    if (this.isStatic[predicate]!) return;
    const key = Math.imul(id * 64 + predicate + 1, 0x9e3779b1) >>> 0;
    this.hashA ^= Math.imul(this.keys.a[key & 4095]!, key | 1) ^ key;
    this.hashB ^= Math.imul(this.keys.b[(key >>> 12) & 4095]!, (key >>> 3) | 1) ^ (key << 7);
  }
}
