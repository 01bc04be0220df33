// Declarations of HDDL: types, constants and objects, predicates, functions.
import type { Signature, TypeDeclaration } from '../domain.js';
import type { TypedName } from '../formula.js';
import { expectList, expectSymbol, type HddlList, headOf, hddlError } from './expression.js';
import { type HddlNames, readParameters, readTypedNames, resolveType } from './names.js';

export function readTypeDeclarations(section: HddlList, names: HddlNames): TypeDeclaration[] {
  const written = readTypedNames(section, 1, (symbol) => symbol.text, 'a type');
  const declared = new Map<string, { name: string; parents: string[]; position: TypedName['position'] }>();
  const canonical = (name: string): string => (name.toLowerCase() === 'object' ? 'object' : name);
  const declare = (name: string, position: TypedName['position']): string[] => {
    const known = declared.get(name);
    if (known !== undefined) return known.parents;
    const parents: string[] = [];
    declared.set(name, { name, parents, position });
    names.types.declare({ kind: 'symbol', text: name, position: position ?? section.position }, true);
    return parents;
  };
  for (const each of written) {
    const name = canonical(each.name);
    if (name !== 'object') declare(name, each.position);
  }
  for (const each of written) {
    if (canonical(each.name) === 'object') continue;
    const parents = declare(each.name, each.position);
    for (const parent of each.types.map(canonical)) {
      if (parent === 'object' || parent === each.name) continue;
      const known = names.types.find(parent)?.name ?? parent;
      declare(known, each.position);
      if (!parents.includes(known)) parents.push(known);
    }
  }
  refuseTypeCycle(section, declared);
  return [...declared.values()].map(({ position, ...rest }) =>
    position === undefined ? rest : { ...rest, position },
  );
}

function refuseTypeCycle(
  section: HddlList,
  declared: ReadonlyMap<string, { readonly parents: readonly string[] }>,
): void {
  const done = new Set<string>();
  let left = [...declared.keys()];
  for (;;) {
    const rest = left.filter((name) => !declared.get(name)!.parents.every((parent) => done.has(parent)));
    if (rest.length === 0) return;
    if (rest.length === left.length) {
      throw hddlError(
        section.position,
        `the types ${rest.join(', ')} are kinds of each other.`,
        'Break the cycle.',
      );
    }
    for (const name of left) if (!rest.includes(name)) done.add(name);
    left = rest;
  }
}

/** Constants or objects. One that is declared again must have the same types, and is left out. */
export function readObjects(names: HddlNames, section: HddlList): TypedName[] {
  const written = readTypedNames(section, 1, (symbol) => resolveType(names, symbol), 'an object');
  return written.filter((each) => {
    const known = names.objects.find(each.name);
    if (known?.name === each.name) {
      if (known.value.types.join() === each.types.join()) return false;
      const hint = `It was declared as ${known.value.types.join(' or ') || 'object'}.`;
      throw hddlError(each.position ?? section.position, `the object '${each.name}' has two types.`, hint);
    }
    names.objects.declare(
      { kind: 'symbol', text: each.name, position: each.position ?? section.position },
      each,
    );
    return true;
  });
}

/** Predicates. One that is declared again with as many terms is the same, and is left out. */
export function readPredicates(names: HddlNames, section: HddlList): Signature[] {
  return section.items.slice(1).flatMap((item) => {
    const list = expectList(item, 'a predicate', section);
    if (headOf(list) === '=') return [];
    const symbol = expectSymbol(list.items[0], 'the name of a predicate', list);
    const parameters = readParameters(names, list, 1);
    const known = names.predicates.find(symbol.text);
    if (known?.name === symbol.text && known.value === parameters.length) return [];
    names.predicates.declare(symbol, parameters.length);
    return [{ name: symbol.text, parameters, position: symbol.position }];
  });
}

export function readFunctions(names: HddlNames, section: HddlList): Signature[] {
  const read: Signature[] = [];
  for (let index = 1; index < section.items.length; index += 1) {
    const item = section.items[index]!;
    if (item.kind === 'symbol' && item.text === '-') {
      const type = expectSymbol(section.items[index + 1], "the type 'number'", section);
      if (type.text.toLowerCase() !== 'number') {
        throw hddlError(
          type.position,
          `functions are numbers, found '${type.text}'.`,
          'Use predicates instead.',
        );
      }
      index += 1;
      continue;
    }
    const list = expectList(item, 'a function', section);
    const symbol = expectSymbol(list.items[0], 'the name of a function', list);
    const parameters = readParameters(names, list, 1);
    names.functions.declare(symbol, parameters.length);
    read.push({ name: symbol.text, parameters, position: symbol.position });
  }
  return read;
}
