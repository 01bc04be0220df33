// Ground literals: checks of a program under a binding → facts of the ground model. What cannot change is decided
// here; a disjunction of several becomes a derived fact with a rule for each.
import { type Check, type NumberPattern, type Program, valueKey } from '../program/program.js';
import { groundTerms } from './early-checks.js';
import type { Reached } from './reached.js';

/** A comparison of numbers as a derived fact. */
export interface PendingComparison {
  readonly fact: number;
  readonly holds: (values: Float64Array) => boolean;
}

/** Facts of the model while it is built. */
export class Literals {
  readonly names: (() => string)[] = [];
  readonly complements: number[] = [];
  readonly isInitial: boolean[] = [];
  readonly isDerived: boolean[] = [];
  readonly rules: { readonly head: number; readonly body: readonly number[] }[] = [];
  readonly comparisons: PendingComparison[] = [];
  readonly values: number[] = [];
  private readonly program: Program;
  private readonly reached: Reached;
  private readonly byTuple: Int32Array[];
  private readonly initialCount: readonly number[];
  private readonly interned = new Map<string, number>();
  private readonly valueIds = new Map<string, number>();

  constructor(program: Program, reached: Reached) {
    this.program = program;
    this.reached = reached;
    this.byTuple = reached.facts.map((set) => new Int32Array(set.count).fill(-1));
    const initial = program.predicates.map(() => new Set<string>());
    for (const fact of program.facts) initial[fact.predicate]!.add(fact.arguments.join());
    // Initial facts were added first, so they have the lowest numbers of their table.
    this.initialCount = initial.map((set) => set.size);
  }

  /** The fact of a reached tuple. */
  fact(predicate: number, tuple: number): number {
    const known = this.byTuple[predicate]![tuple]!;
    if (known >= 0) return known;
    const { name, isDerived } = this.program.predicates[predicate]!;
    const terms = this.reached.facts[predicate]!.read(tuple);
    // The names outlive all else here, so they hold on to no more than they need.
    const { objects } = this.program;
    const show = (): string => [name, ...Array.from(terms, (o) => objects[o]!)].join(' ');
    const isInitial = !isDerived && tuple < this.initialCount[predicate]!;
    const id = this.make(show, isInitial, isDerived);
    this.byTuple[predicate]![tuple] = id;
    if (isDerived && tuple < this.initialCount[predicate]!) this.rules.push({ head: id, body: [] });
    return id;
  }

  /** The fact that is true when another is false. */
  complement(fact: number): number {
    const known = this.complements[fact]!;
    if (known >= 0) return known;
    const { names } = this;
    const id = this.make(() => `not ${names[fact]!()}`, !this.isInitial[fact], this.isDerived[fact]!);
    this.complements[fact] = id;
    this.complements[id] = fact;
    return id;
  }

  /**
   * Adds the facts that a check needs to `out`.
   *
   * @returns false when it can never hold.
   */
  conjoin(check: Check, slots: Int32Array, out: number[]): boolean {
    switch (check.kind) {
      case 'literal':
        return this.literal(check.atom.predicate, groundTerms(check.atom.terms, slots), check.isNegated, out);
      case 'equal':
        return (objectOf(check.left, slots) === objectOf(check.right, slots)) !== check.isNegated;
      case 'compare':
        return this.compare(check, slots, out);
      case 'all':
        return check.parts.every((part) => this.conjoin(part, slots, out));
      case 'any':
        return this.disjoin(
          check.parts.map((part) => (own) => this.conjoin(part, slots, own)),
          out,
        );
      case 'every': {
        for (const member of this.program.types[check.type]!.members) {
          slots[check.slot] = member;
          if (!this.conjoin(check.part, slots, out)) return false;
        }
        return true;
      }
      case 'some': {
        const members = [...this.program.types[check.type]!.members];
        return this.disjoin(
          members.map((member) => (own) => {
            slots[check.slot] = member;
            return this.conjoin(check.part, slots, own);
          }),
          out,
        );
      }
    }
  }

  /** Adds the facts of a positive or negated atom. */
  literal(predicate: number, objects: Int32Array, isNegated: boolean, out: number[]): boolean {
    const tuple = this.reached.facts[predicate]!.find(objects);
    if (tuple < 0) return isNegated;
    if (this.program.predicates[predicate]!.isStatic) return !isNegated;
    const fact = this.fact(predicate, tuple);
    out.push(isNegated ? this.complement(fact) : fact);
    return true;
  }

  /** A fact that holds where one of several conjunctions does. */
  disjoin(parts: readonly ((out: number[]) => boolean)[], out: number[]): boolean {
    const alternatives: number[][] = [];
    for (const part of parts) {
      const own: number[] = [];
      if (!part(own)) continue;
      if (own.length === 0) return true;
      alternatives.push(sorted(own));
    }
    if (alternatives.length === 0) return false;
    if (alternatives.length === 1) {
      out.push(...alternatives[0]!);
      return true;
    }
    const key = `any ${alternatives
      .map((each) => each.join('&'))
      .sort()
      .join('|')}`;
    let id = this.interned.get(key);
    if (id === undefined) {
      const head = this.make(() => `one of ${alternatives.length}`, false, true);
      this.interned.set(key, head);
      for (const body of alternatives) this.rules.push({ head, body });
      id = head;
    }
    out.push(id);
    return true;
  }

  /** The number of a numeric fluent. */
  value(fluent: number, objects: Int32Array): number {
    const key = valueKey(fluent, objects);
    const known = this.valueIds.get(key);
    if (known !== undefined) return known;
    this.valueIds.set(key, this.values.length);
    return this.values.push(this.program.values.get(key) ?? 0) - 1;
  }

  /** A number under a binding, and whether it never changes. */
  number(pattern: NumberPattern, slots: Int32Array): GroundNumber {
    switch (pattern.kind) {
      case 'number':
        return constant(pattern.value);
      case 'fluent': {
        const objects = groundTerms(pattern.terms, slots);
        if (this.program.functions[pattern.function]!.isStatic) {
          return constant(this.program.values.get(valueKey(pattern.function, objects)) ?? 0);
        }
        const id = this.value(pattern.function, objects);
        return { key: `v${id}`, isConstant: false, of: (values) => values[id]! };
      }
      case 'arithmetic': {
        const parts = pattern.parts.map((part) => this.number(part, slots));
        const isConstant = parts.every((part) => part.isConstant);
        const { operator } = pattern;
        const of = (values: Float64Array): number => {
          const [first, ...rest] = parts.map((part) => part.of(values)) as [number, ...number[]];
          if (operator === '-' && rest.length === 0) return -first;
          return rest.reduce((one, other) => arithmetic[operator](one, other), first);
        };
        if (isConstant) return constant(of(new Float64Array(0)));
        return { key: `(${operator} ${parts.map((part) => part.key).join(' ')})`, isConstant, of };
      }
    }
  }

  private compare(check: Check & { kind: 'compare' }, slots: Int32Array, out: number[]): boolean {
    const left = this.number(check.left, slots);
    const right = this.number(check.right, slots);
    const test = comparisons[check.operator];
    const { isNegated } = check;
    const holds = (values: Float64Array): boolean => test(left.of(values), right.of(values)) !== isNegated;
    if (left.isConstant && right.isConstant) return holds(new Float64Array(0));
    const key = `${isNegated ? 'not ' : ''}${left.key} ${check.operator} ${right.key}`;
    let id = this.interned.get(key);
    if (id === undefined) {
      id = this.make(() => key, holds(Float64Array.from(this.values)), true);
      this.interned.set(key, id);
      this.comparisons.push({ fact: id, holds });
    }
    out.push(id);
    return true;
  }

  private make(name: () => string, isInitial: boolean, isDerived: boolean): number {
    const id = this.names.push(name) - 1;
    this.complements.push(-1);
    this.isInitial.push(isInitial);
    this.isDerived.push(isDerived);
    return id;
  }
}

/** A number under a binding. */
export interface GroundNumber {
  readonly key: string;
  readonly isConstant: boolean;
  readonly of: (values: Float64Array) => number;
}

function constant(value: number): GroundNumber {
  return { key: `${value}`, isConstant: true, of: () => value };
}

function objectOf(term: number, slots: Int32Array): number {
  return term < 0 ? ~term : slots[term]!;
}

/** The facts without repetition, in order. */
export function sorted(facts: readonly number[]): number[] {
  return [...new Set(facts)].sort((one, other) => one - other);
}

const arithmetic = {
  '+': (one: number, other: number): number => one + other,
  '-': (one: number, other: number): number => one - other,
  '*': (one: number, other: number): number => one * other,
  '/': (one: number, other: number): number => one / other,
};

const comparisons = {
  '<': (one: number, other: number): boolean => one < other,
  '<=': (one: number, other: number): boolean => one <= other,
  '=': (one: number, other: number): boolean => one === other,
  '>=': (one: number, other: number): boolean => one >= other,
  '>': (one: number, other: number): boolean => one > other,
};
