// Problem parts of a domain document: what is the case, and what is to be done.
import type { Problem as Finding } from '../../../../errors.js';
import type { Json } from '../../../../model/scalars.js';
import { didYouMean } from '../../../nearest.js';
import { got } from '../../schema-problem.js';
import type { PlanPath } from '../../plan-problem.js';
import { readCall, readQuantity } from './condition-text.js';
import { readFormula, readParameters } from './document-declarations.js';
import { readNetwork } from './document-network.js';
import type { DocumentReader, JsonMap } from './document-reader.js';
import type { Domain, Fact, InitialValue, Problem } from '../domain.js';
import type { TypedName } from '../formula.js';

/** What a host keeps of objects, by name: any JSON. */
export type ObjectData = Readonly<Record<string, Json>>;

const problemKeys = [
  'name',
  'objects',
  'facts',
  'values',
  'parameters',
  'tasks',
  'order',
  'constraints',
  'goal',
  'metric',
  'data',
];

/** Reads the keys of a problem. */
export function readProblemParts(
  reader: DocumentReader,
  map: JsonMap,
  path: PlanPath,
  domain: string,
): { readonly problem: Problem; readonly data: ObjectData } {
  reader.keys(map, problemKeys, path);
  const { name } = map;
  const goal = map['goal'] === undefined ? undefined : readFormula(map['goal'], [...path, 'goal'], reader);
  const metric = readMetric(map['metric'], [...path, 'metric'], reader);
  const problem: Problem = {
    name: typeof name === 'string' ? name : 'problem',
    domain,
    objects: readNames(map['objects'], [...path, 'objects'], reader),
    facts: readFacts(map['facts'], [...path, 'facts'], reader),
    values: readValues(map['values'], [...path, 'values'], reader),
    network: {
      parameters: readParameters(map['parameters'], [...path, 'parameters'], reader),
      ...readNetwork(map, 'tasks', path, reader),
    },
    ...(goal === undefined ? {} : { goal }),
    ...(metric === undefined ? {} : { metric }),
  };
  return { problem, data: reader.map(map['data'], [...path, 'data'], 'a map of objects') };
}

/** Objects by type. Each place is found only when it is asked for: there may be very many. */
function readNames(value: Json | undefined, path: PlanPath, reader: DocumentReader): TypedName[] {
  const names: TypedName[] = [];
  for (const [type, given] of Object.entries(reader.map(value, path, 'a map from type to names'))) {
    const list = Array.isArray(given) ? given : given === null ? [] : [given];
    const position = reader.place([...path, type], 'key');
    list.forEach((name, at) => {
      if (typeof name === 'string' || typeof name === 'number')
        names.push({ name: String(name), types: type === 'object' ? [] : [type], position });
      else reader.report([...path, type, at], `expected the name of an object, ${got(name)}`);
    });
  }
  return names;
}

function readFacts(value: Json | undefined, path: PlanPath, reader: DocumentReader): Fact[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    reader.report(path, `expected a list of facts, ${got(value)}`);
    return [];
  }
  return reader.entries(value, path).flatMap((one): Fact[] => {
    const call = reader.text(one.value, one.path, 'a fact such as at(a, home)', readCall, one.pieces);
    return call === undefined ? [] : [{ predicate: call.name, arguments: call.terms }];
  });
}

/** `values: { size(a): 3 }` */
function readValues(value: Json | undefined, path: PlanPath, reader: DocumentReader): InitialValue[] {
  return Object.entries(reader.map(value, path, 'a map from function to number')).flatMap(
    ([key, number]): InitialValue[] => {
      const own = [...path, key];
      const { value: call, fault } = readCall(key);
      if (fault !== undefined) {
        reader.report(own, fault.message, { at: 'key', hint: fault.hint });
        return [];
      }
      if (typeof number !== 'number') {
        reader.report(own, `expected a number, ${got(number)}`);
        return [];
      }
      return [{ function: call.name, arguments: call.terms, value: number }];
    },
  );
}

/** `metric: { minimise: fuel-used() }` */
function readMetric(value: Json | undefined, path: PlanPath, reader: DocumentReader): Problem['metric'] {
  if (value === undefined) return undefined;
  const map = reader.map(value, path, 'a map with minimise or maximise');
  reader.keys(map, ['minimise', 'maximise'], path);
  for (const direction of ['minimise', 'maximise'] as const) {
    if (map[direction] === undefined) continue;
    const quantity = reader.text(map[direction], [...path, direction], 'a quantity', readQuantity);
    if (quantity !== undefined) return { direction, quantity };
  }
  return undefined;
}

/** Reports data of objects that are not there. */
export function checkData(
  reader: DocumentReader,
  { problem, data }: { readonly problem: Problem; readonly data: ObjectData },
  domain: Domain,
  path: PlanPath,
): void {
  const names = new Set([...domain.constants, ...problem.objects].map(({ name }) => name));
  for (const name of Object.keys(data)) {
    if (names.has(name)) continue;
    const hint = didYouMean(name, names);
    reader.report([...path, 'data', name], `there is no object '${name}'`, { at: 'key', hint });
  }
}

/** Findings in a problem with their places, which are only looked for when there is something to find. */
export function placedFindings(
  reader: DocumentReader,
  findings: readonly Finding[],
  base: PlanPath,
): Finding[] {
  return findings.map((finding) => {
    if (finding.line !== undefined) return finding;
    const parts = [...finding.path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)];
    const path = parts.map(([, index, key]) => (index === undefined ? (key ?? '') : Number(index)));
    return { ...finding, ...reader.place([...base, ...path], 'value') };
  });
}
