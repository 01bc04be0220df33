// The problem of an HDDL text, read with the names of its domain.
import type { Domain, Fact, InitialValue, Problem } from '../domain.js';
import type { Formula } from '../formula.js';
import {
  expectList,
  expectSymbol,
  type HddlList,
  headOf,
  hddlError,
  keywordValues,
  showExpression,
} from './expression.js';
import { type HddlNames, readCall, scopeOf } from './names.js';
import { readObjects } from './read-declarations.js';
import { readDefinition, readDomainText, readParameterValue } from './read-domain.js';
import { isNumber, readFormula, readQuantity } from './read-formula.js';
import { networkKeywords, readNetwork } from './read-network.js';

/** Reads HDDL's domain and problem texts. */
export interface HddlReader {
  readonly domain: Domain;
  /**
   * Reads a problem of the domain.
   *
   * @param file - Name for messages.
   * @throws EngineError `INPUT_INVALID` with line and column.
   */
  problem(text: string, file?: string): Problem;
}

/**
 * Reads an HDDL domain, and problems of it.
 *
 * @param text - The domain.
 * @param file - Name for messages.
 * @throws EngineError `INPUT_INVALID` with line and column.
 */
export function readHddl(text: string, file?: string): HddlReader {
  const { domain } = readDomainText(text, file);
  // Every problem adds its objects to the names, so each gets names of its own.
  return { domain, problem: (problem, from) => readProblem(problem, readDomainText(text, file).names, from) };
}

const sections = [
  ':domain',
  ':requirements',
  ':objects',
  ':htn',
  ':htnti',
  ':init',
  ':goal',
  ':metric',
  ':length',
];

function readProblem(text: string, names: HddlNames, file?: string): Problem {
  const { name, sections: lists, list } = readDefinition(text, 'problem', file);
  const of = new Map<string, HddlList>();
  for (const section of lists) {
    const head = headOf(section);
    if (!sections.includes(head)) {
      const expected = sections.join(', ');
      throw hddlError(section.position, `expected one of ${expected}, found ${showExpression(section)}.`);
    }
    if (of.has(head)) throw hddlError(section.position, `'${head}' is given twice.`, 'Keep one.');
    of.set(head, section);
  }
  const domain = of.get(':domain');
  if (domain === undefined) throw hddlError(list.position, "the problem has no '(:domain name)'.");
  const objects = of.get(':objects');
  const read = objects === undefined ? [] : readObjects(names, objects);
  const init = of.get(':init');
  const { facts, values } = init === undefined ? { facts: [], values: [] } : readInit(names, init);
  const goal = readGoal(names, of.get(':goal'));
  const metric = readMetric(names, of.get(':metric'));
  return {
    name,
    domain: expectSymbol(domain.items[1], 'the name of the domain', domain).text,
    objects: read,
    facts,
    values,
    network: readInitialNetwork(names, of.get(':htn') ?? of.get(':htnti')),
    ...(goal === undefined ? {} : { goal }),
    ...(metric === undefined ? {} : { metric }),
  };
}

function readInitialNetwork(names: HddlNames, section: HddlList | undefined): Problem['network'] {
  if (section === undefined) return { parameters: [], subtasks: [], ordering: [], constraints: [] };
  const values = keywordValues(section, 1, [':parameters', ...networkKeywords]);
  const parameters = readParameterValue(names, values.get(':parameters'), section);
  return { parameters, ...readNetwork(names, values, scopeOf(parameters)) };
}

function readInit(names: HddlNames, section: HddlList): { facts: Fact[]; values: InitialValue[] } {
  const scope = scopeOf([]);
  const facts: Fact[] = [];
  const values: InitialValue[] = [];
  for (const item of section.items.slice(1)) {
    const list = expectList(item, 'a fact', section);
    const head = headOf(list);
    if (head === '=' && !names.predicates.find('=')) {
      const target = list.items[1];
      const call: HddlList =
        target?.kind === 'symbol'
          ? { kind: 'list', items: [target], position: target.position }
          : expectList(target, 'a function', list);
      const { name, terms } = readCall(names, call, names.functions, scope);
      const value = expectSymbol(list.items[2], 'a number', list);
      if (!isNumber(value.text)) throw hddlError(value.position, `expected a number, found '${value.text}'.`);
      if (name !== 'total-cost') values.push({ function: name, arguments: terms, value: Number(value.text) });
    } else if (head !== 'not') {
      const { name, terms } = readCall(names, list, names.predicates, scope);
      facts.push({ predicate: name, arguments: terms });
    }
  }
  return { facts, values };
}

function readGoal(names: HddlNames, section: HddlList | undefined): Formula | undefined {
  const goal = section?.items[1];
  if (goal === undefined) return undefined;
  return readFormula(names, goal, scopeOf([]));
}

function readMetric(names: HddlNames, section: HddlList | undefined): Problem['metric'] {
  if (section === undefined) return undefined;
  const direction = expectSymbol(section.items[1], "'minimize' or 'maximize'", section);
  const isMinimised = /^minimi[sz]e$/i.test(direction.text);
  if (!isMinimised && !/^maximi[sz]e$/i.test(direction.text)) {
    throw hddlError(direction.position, `expected 'minimize' or 'maximize', found '${direction.text}'.`);
  }
  const written = section.items[2];
  if (written === undefined) throw hddlError(section.position, 'the metric has no quantity.');
  const quantity = readQuantity(names, written, scopeOf([]));
  if (isMinimised && quantity.kind === 'fluent' && quantity.function === 'total-cost') return undefined;
  return { direction: isMinimised ? 'minimise' : 'maximise', quantity };
}
