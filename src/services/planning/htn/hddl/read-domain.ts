// The domain of an HDDL text (Höller, Behnke, Bercher, Biundo, Fiorino, Pellier and Alford, 2020).
import type { Axiom, Domain, Method, Operator, Signature } from '../domain.js';
import { nothing, type Postcondition, truth, type TypedName } from '../formula.js';
import {
  expectList,
  expectSymbol,
  type HddlExpression,
  type HddlList,
  headOf,
  hddlError,
  keywordValues,
  parseExpressions,
  showExpression,
} from './expression.js';
import { createNameTable, type HddlNames, readCall, readParameters, scopeOf } from './names.js';
import { readFunctions, readObjects, readPredicates, readTypeDeclarations } from './read-declarations.js';
import { readFormula, readPostcondition } from './read-formula.js';
import { networkKeywords, readNetwork } from './read-network.js';

/** A domain and the names that its problems may use. */
export interface ReadDomain {
  readonly domain: Domain;
  readonly names: HddlNames;
}

/** The lists of `(define (what name) …)`. */
export function readDefinition(
  text: string,
  what: 'domain' | 'problem',
  file?: string,
): { name: string; sections: HddlList[]; list: HddlList } {
  const start = { line: 1, column: 1, ...(file === undefined ? {} : { file }) };
  const [definition, second] = parseExpressions(text, file);
  if (definition?.kind !== 'list' || headOf(definition) !== 'define') {
    const found = showExpression(definition);
    throw hddlError(definition?.position ?? start, `expected '(define (${what} …) …)', found ${found}.`);
  }
  if (second !== undefined) {
    throw hddlError(second.position, `expected the end of the text after the ${what}, found more.`);
  }
  const title = expectList(definition.items[1], `'(${what} name)'`, definition);
  if (headOf(title) !== what) {
    throw hddlError(title.position, `expected '(${what} name)', found ${showExpression(title)}.`);
  }
  const name = expectSymbol(title.items[1], `the name of the ${what}`, title).text;
  const sections = definition.items.slice(2).map((item) => expectList(item, 'a section', definition));
  return { name, sections, list: definition };
}

const sectionOrder = [
  ':types',
  ':constants',
  ':predicates',
  ':functions',
  ':task',
  ':action',
  ':derived',
  ':method',
];
const ignored = [':requirements'];

/**
 * Reads a domain.
 *
 * @param file - Name for messages.
 * @throws EngineError `INPUT_INVALID` with line and column.
 */
export function readDomainText(text: string, file?: string): ReadDomain {
  const { name, sections } = readDefinition(text, 'domain', file);
  const of = new Map<string, HddlList[]>(sectionOrder.map((each) => [each, []]));
  for (const section of sections) {
    const head = headOf(section);
    if (ignored.includes(head)) continue;
    const same = of.get(head);
    if (same === undefined) {
      const expected = sectionOrder.join(', ');
      throw hddlError(section.position, `expected one of ${expected}, found ${showExpression(section)}.`);
    }
    same.push(section);
  }
  const names = createNames();
  const types = of.get(':types')!.flatMap((section) => readTypeDeclarations(section, names));
  const constants = of.get(':constants')!.flatMap((section) => readObjects(names, section));
  const predicates = of.get(':predicates')!.flatMap((section) => readPredicates(names, section));
  const functions = of.get(':functions')!.flatMap((section) => readFunctions(names, section));
  const tasks = of
    .get(':task')!
    .map((section) => readSignature(names, section, [':precondition', ':effect']));
  const signatures = of.get(':action')!.map((section) => readSignature(names, section, operatorKeywords));
  const operators = of
    .get(':action')!
    .map((section, index) => readOperator(names, section, signatures[index]!));
  return {
    domain: {
      name,
      types,
      constants,
      predicates,
      functions: functions.filter((each) => each.name !== 'total-cost'),
      tasks,
      operators: withCosts(operators, functions),
      methods: distinct(of.get(':method')!.map((section) => readMethod(names, section))),
      axioms: of.get(':derived')!.map((section) => readAxiom(names, section)),
    },
    names,
  };
}

function createNames(): HddlNames {
  return {
    types: createNameTable('type'),
    objects: createNameTable('object'),
    predicates: createNameTable('predicate'),
    functions: createNameTable('function'),
    tasks: createNameTable('task'),
  };
}

function readSignature(names: HddlNames, section: HddlList, keywords: readonly string[]): Signature {
  const symbol = expectSymbol(section.items[1], 'a name', section);
  const values = keywordValues(section, 2, [':parameters', ...keywords]);
  const parameters = readParameterValue(names, values.get(':parameters'), section);
  names.tasks.declare(symbol, parameters.length);
  return { name: symbol.text, parameters, position: symbol.position };
}

export function readParameterValue(
  names: HddlNames,
  value: HddlExpression | undefined,
  within: HddlList,
): TypedName[] {
  return value === undefined ? [] : readParameters(names, expectList(value, 'parameters', within));
}

const operatorKeywords = [':precondition', ':effect'];

function readOperator(names: HddlNames, section: HddlList, signature: Signature): Operator {
  const values = keywordValues(section, 2, [':parameters', ...operatorKeywords]);
  const scope = scopeOf(signature.parameters);
  const precondition = values.get(':precondition');
  const effect = values.get(':effect');
  return {
    ...signature,
    precondition: precondition === undefined ? truth : readFormula(names, precondition, scope),
    postcondition: effect === undefined ? nothing : readPostcondition(names, effect, scope),
  };
}

/** Makes `(increase (total-cost) …)` the operator's cost. With it in the domain, operators without are free. */
function withCosts(operators: readonly Operator[], functions: readonly Signature[]): Operator[] {
  if (!functions.some((each) => each.name === 'total-cost')) return [...operators];
  const split = operators.map((operator) => {
    const parts =
      operator.postcondition.kind === 'and' ? operator.postcondition.parts : [operator.postcondition];
    const costs = parts.filter(isCost);
    const rest = parts.filter((part) => !isCost(part));
    return { operator, rest, costs };
  });
  if (!split.some(({ costs }) => costs.length > 0)) return [...operators];
  return split.map(({ operator, rest, costs }) => ({
    ...operator,
    postcondition: { kind: 'and', parts: rest },
    cost:
      costs.length === 1
        ? costs[0]!.value
        : costs.length === 0
          ? { kind: 'number', value: 0 }
          : { kind: 'arithmetic', operator: '+', parts: costs.map((cost) => cost.value) },
  }));
}

function isCost(part: Postcondition): part is Postcondition & { kind: 'change' } {
  return part.kind === 'change' && part.change === 'increase' && part.fluent.function === 'total-cost';
}

function readMethod(names: HddlNames, section: HddlList): Method {
  const symbol = expectSymbol(section.items[1], 'the name of a method', section);
  const values = keywordValues(section, 2, [':parameters', ':task', ':precondition', ...networkKeywords]);
  const parameters = readParameterValue(names, values.get(':parameters'), section);
  const scope = scopeOf(parameters);
  const task = expectList(values.get(':task'), "':task' with the task it decomposes", section);
  const { name, terms } = readCall(names, task, names.tasks, scope);
  const precondition = values.get(':precondition');
  return {
    name: symbol.text,
    position: symbol.position,
    parameters,
    target: { kind: 'task', name, terms, position: task.position },
    precondition: precondition === undefined ? truth : readFormula(names, precondition, scope),
    ...readNetwork(names, values, scope),
  };
}

/** Gives methods of one name numbers, for a plan names the methods it used. */
function distinct(methods: readonly Method[]): Method[] {
  const taken = new Set(methods.map((method) => method.name));
  const seen = new Set<string>();
  return methods.map((method) => {
    let name = method.name;
    for (let number = 2; seen.has(name) || (name !== method.name && taken.has(name)); number += 1) {
      name = `${method.name}-${number}`;
    }
    seen.add(name);
    return { ...method, name };
  });
}

function readAxiom(names: HddlNames, section: HddlList): Axiom {
  const head = expectList(section.items[1], 'the predicate that is derived', section);
  const symbol = expectSymbol(head.items[0], 'a predicate', head);
  const predicate = names.predicates.resolve(symbol);
  const parameters = readParameters(names, head, 1);
  if (parameters.length !== predicate.value) {
    throw hddlError(
      head.position,
      `'${predicate.name}' takes ${predicate.value} terms, found ${parameters.length}.`,
    );
  }
  const condition = section.items[2];
  if (condition === undefined) throw hddlError(section.position, 'a derived predicate needs a condition.');
  return {
    predicate: predicate.name,
    parameters,
    condition: readFormula(names, condition, scopeOf(parameters)),
    position: section.position,
  };
}
