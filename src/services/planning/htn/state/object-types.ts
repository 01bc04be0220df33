// Object types: which objects there are, of which types, along the hierarchy of types of a domain.
import type { Domain, Problem } from '../domain.js';
import type { TypedName } from '../formula.js';

/** The type of everything. */
export const anyType = 'object';

/** The objects and constants of a problem by their types. */
export interface ObjectTypes {
  has(object: string): boolean;
  /** The types that an object was declared with. */
  typesOf(object: string): readonly string[];
  /** Whether an object is of one of the types; no types are any type. */
  isOf(object: string, types: readonly string[]): boolean;
  /** The objects of one of the types, in the order of their declaration. */
  ofTypes(types: readonly string[]): readonly string[];
}

/**
 * A type and all types it is a kind of, by name. A type that is nowhere declared has itself and `object`; a
 * hierarchy in a circle ends.
 */
export function ancestorsOf(domain: Pick<Domain, 'types'>): ReadonlyMap<string, ReadonlySet<string>> {
  const parents = new Map<string, string[]>();
  for (const { name, parents: own } of domain.types)
    parents.set(name, [...(parents.get(name) ?? []), ...own]);
  const ancestors = new Map<string, ReadonlySet<string>>();
  for (const name of parents.keys()) {
    const found = new Set([name, anyType]);
    const waiting = [name];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const parent of parents.get(next) ?? []) {
        if (found.has(parent)) continue;
        found.add(parent);
        waiting.push(parent);
      }
    }
    ancestors.set(name, found);
  }
  return ancestors;
}

/** Sorts the objects of a problem by type. */
export function createObjectTypes(domain: Domain, problem: Pick<Problem, 'objects'>): ObjectTypes {
  const ancestors = ancestorsOf(domain);
  const typesOf = new Map<string, Set<string>>();
  const declared = new Map<string, readonly string[]>();
  const add = ({ name, types }: TypedName): void => {
    declared.set(name, [...(declared.get(name) ?? []), ...types]);
    const own = typesOf.get(name) ?? new Set([anyType]);
    for (const type of types) for (const one of ancestors.get(type) ?? [type]) own.add(one);
    typesOf.set(name, own);
  };
  domain.constants.forEach(add);
  problem.objects.forEach(add);
  const lists = new Map<string, readonly string[]>();
  const isOf = (object: string, types: readonly string[]): boolean => {
    const own = typesOf.get(object);
    return own !== undefined && (types.length === 0 || types.some((type) => own.has(type)));
  };
  return {
    has: (object) => typesOf.has(object),
    typesOf: (object) => declared.get(object) ?? [],
    isOf,
    ofTypes(types) {
      const key = types.join('\u0000');
      let list = lists.get(key);
      if (list === undefined) {
        list = [...typesOf.keys()].filter((object) => isOf(object, types));
        lists.set(key, list);
      }
      return list;
    },
  };
}
