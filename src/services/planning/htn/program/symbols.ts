// Symbols of a program: names of objects, types, predicates, functions and tasks → numbers. An unknown name is an
// error, for domains also come from builders and models.
import { EngineError } from '../../../../errors.js';
import { didYouMean } from '../../../nearest.js';
import type { Domain, Problem } from '../domain.js';
import type { TypedName } from '../formula.js';

/** A table of names of one kind. */
export interface SymbolTable {
  readonly names: readonly string[];
  /** @throws EngineError `INPUT_INVALID` for a name that is not declared. */
  id(name: string, at: string): number;
}

export function createSymbolTable(what: string, names: readonly string[]): SymbolTable {
  const ids = new Map<string, number>();
  names.forEach((name, index) => {
    if (ids.has(name)) refuse(name, `the ${what} '${name}' is declared twice.`);
    ids.set(name, index);
  });
  return {
    names,
    id(name, at) {
      const id = ids.get(name);
      if (id !== undefined) return id;
      const hint = didYouMean(name, names) ?? `Declare the ${what}.`;
      return refuse(at, `${at} names the unknown ${what} '${name}'.`, hint);
    },
  };
}

/** Throws what is wrong with a domain or problem. */
export function refuse(path: string, message: string, hint?: string): never {
  throw new EngineError('INPUT_INVALID', hint === undefined ? message : `${message} ${hint}`, {
    problems: [{ path, message, ...(hint === undefined ? {} : { hint }) }],
  });
}

/** Types as sets of objects; several types of one name are interned as their union. */
export interface TypeTable {
  readonly sets: { readonly members: Int32Array; readonly has: Uint8Array }[];
  /** The set of objects of any of the types; all objects for none. */
  of(types: readonly string[], at: string): number;
  /** The objects of both. */
  both(one: number, other: number): number;
  has(type: number, object: number): boolean;
  includes(outer: number, inner: number): boolean;
}

export function createTypeTable(domain: Domain, objects: readonly TypedName[]): TypeTable {
  const names = createSymbolTable(
    'type',
    domain.types.map((type) => type.name),
  );
  const members = membership(domain, objects, names);
  const sets: { members: Int32Array; has: Uint8Array }[] = [];
  const interned = new Map<string, number>();
  const intern = (has: Uint8Array): number => {
    const list = Int32Array.from(objects.keys()).filter((object) => has[object] === 1);
    const key = list.join();
    const known = interned.get(key);
    if (known !== undefined) return known;
    interned.set(key, sets.length);
    return sets.push({ members: list, has }) - 1;
  };
  const byName = new Map<string, number>();
  const byPair = new Map<string, number>();
  return {
    sets,
    of(types, at) {
      const key = types.join('|');
      let id = byName.get(key);
      if (id === undefined) {
        const has = new Uint8Array(objects.length);
        for (const type of types) {
          if (type === 'object') has.fill(1);
          else members[names.id(type, at)]!.forEach((is, object) => (has[object]! |= is));
        }
        if (types.length === 0) has.fill(1);
        id = intern(has);
        byName.set(key, id);
      }
      return id;
    },
    both: (one, other) => {
      if (one === other) return one;
      const key = `${Math.min(one, other)},${Math.max(one, other)}`;
      let id = byPair.get(key);
      if (id === undefined) {
        const second = sets[other]!.has;
        id = intern(sets[one]!.has.map((is, object) => is & second[object]!));
        byPair.set(key, id);
      }
      return id;
    },
    has: (type, object) => sets[type]!.has[object] === 1,
    includes: (outer, inner) => sets[inner]!.members.every((object) => sets[outer]!.has[object] === 1),
  };
}

/** For each declared type, which objects are of it or of a kind of it. */
function membership(domain: Domain, objects: readonly TypedName[], names: SymbolTable): Uint8Array[] {
  const parents = domain.types.map((type) =>
    type.parents
      .filter((parent) => parent !== 'object')
      .map((parent) => names.id(parent, `type ${type.name}`)),
  );
  const ancestors = parents.map((_, type) => {
    const found = new Set<number>([type]);
    for (const each of found) for (const parent of parents[each]!) found.add(parent);
    return found;
  });
  const members = domain.types.map(() => new Uint8Array(objects.length));
  objects.forEach((object, index) => {
    for (const type of object.types) {
      if (type === 'object') continue;
      for (const each of ancestors[names.id(type, `object ${object.name}`)]!) members[each]![index] = 1;
    }
  });
  return members;
}

/** The tables of a domain with a problem. */
export interface Symbols {
  readonly objects: SymbolTable;
  readonly types: TypeTable;
  readonly predicates: SymbolTable;
  readonly functions: SymbolTable;
  /** Operators, then compound tasks. */
  readonly tasks: SymbolTable;
  readonly predicateArity: readonly number[];
  readonly functionArity: readonly number[];
}

export function createSymbols(domain: Domain, problem: Problem): Symbols {
  const declared = new Map<string, TypedName>();
  for (const object of [...domain.constants, ...problem.objects]) {
    const known = declared.get(object.name);
    if (known === undefined) declared.set(object.name, object);
    else if (known.types.join() !== object.types.join()) {
      refuse(object.name, `the object '${object.name}' has two types.`, 'Keep one.');
    }
  }
  const objects = [...declared.values()];
  return {
    objects: createSymbolTable(
      'object',
      objects.map((object) => object.name),
    ),
    types: createTypeTable(domain, objects),
    predicates: createSymbolTable(
      'predicate',
      domain.predicates.map((each) => each.name),
    ),
    functions: createSymbolTable(
      'function',
      domain.functions.map((each) => each.name),
    ),
    tasks: createSymbolTable(
      'task',
      [...domain.operators, ...domain.tasks].map((each) => each.name),
    ),
    predicateArity: domain.predicates.map((each) => each.parameters.length),
    functionArity: domain.functions.map((each) => each.parameters.length),
  };
}
