// Domain documents: a planning domain, a problem, or both, as people write them in YAML → the plain data of
// domain.ts, or all that is wrong with it with file, line and column.
import type { Json } from '../../../model/scalars.js';
import { got } from '../schema-problem.js';
import { readCall } from './condition-text.js';
import {
  readFormula,
  readObjects,
  readParameters,
  readSignatures,
  readTypes,
  checkName,
} from './document-declarations.js';
import { readNetwork } from './document-network.js';
import { readOperator } from './document-operators.js';
import { openDocument } from './document-reader.js';
import type { DocumentReader } from './document-reader.js';
import { checkDomain, checkProblem } from './domain-check.js';
import type { Axiom, Domain, Method, Problem, Signature } from './domain.js';
import type { TypedName } from './formula.js';
import { checkData, placedFindings, readProblemParts } from './problem-document.js';
import type { ObjectData } from './problem-document.js';

/** What a domain document says. */
export interface DomainDocument {
  readonly domain: Domain;
  /** There when the document has `problem`. */
  readonly problem?: Problem;
  /** What the host keeps of objects; the inputs of tools can refer to it. */
  readonly data: ObjectData;
}

/** What a problem document says. */
export interface ProblemDocument {
  readonly problem: Problem;
  readonly data: ObjectData;
}

const domainKeys = [
  'version',
  'domain',
  'types',
  'constants',
  'predicates',
  'functions',
  'operators',
  'tasks',
  'methods',
  'axioms',
  'problem',
];
const methodKeys = [
  'description',
  'for',
  'achieves',
  'parameters',
  'preconditions',
  'subtasks',
  'order',
  'constraints',
];

/**
 * Reads a domain document.
 *
 * @param options.file - Its name for findings.
 * @throws EngineError `INPUT_INVALID` with up to 200 problems, each with line and column.
 *
 * @example
 * ```ts
 * const { domain } = readDomainDocument(await readFile('parcels.yaml', 'utf8'), { file: 'parcels.yaml' });
 * ```
 */
export function readDomainDocument(text: string, options: { readonly file?: string } = {}): DomainDocument {
  const reader = openDocument(text, options.file);
  const { top } = reader;
  reader.keys(top, domainKeys, []);
  checkVersion(reader);
  const name = typeof top['domain'] === 'string' ? top['domain'] : '';
  if (name === '') reader.report(['domain'], `expected the name of the domain, ${got(top['domain'])}`);
  const tasks = readSignatures(top['tasks'], 'tasks', reader);
  const predicates = readSignatures(top['predicates'], 'predicates', reader);
  const domain: Domain = {
    name,
    types: readTypes(top['types'], reader),
    constants: readObjects(top['constants'], 'constants', reader),
    predicates,
    functions: readSignatures(top['functions'], 'functions', reader),
    tasks,
    operators: entries(reader, 'operators').map(([key, value]) => readOperator(key, value, reader)),
    methods: entries(reader, 'methods').map(([key, value]) =>
      readMethod(key, value, { reader, tasks, predicates }),
    ),
    axioms: readAxioms(top['axioms'], predicates, reader),
  };
  const given = top['problem'];
  const parts =
    given === undefined
      ? undefined
      : readProblemParts(reader, reader.map(given, ['problem'], 'a map'), ['problem'], name);
  const findings = checkDomain(domain);
  if (parts !== undefined) checkData(reader, parts, domain, ['problem']);
  if (parts !== undefined && findings.length === 0)
    findings.push(...placedFindings(reader, checkProblem(domain, parts.problem), ['problem']));
  reader.finish(findings);
  return parts === undefined ? { domain, data: {} } : { domain, problem: parts.problem, data: parts.data };
}

/**
 * Reads a problem document: the keys of a domain document's `problem`, with `version: 1` and `domain`.
 *
 * @throws EngineError `INPUT_INVALID` with up to 200 problems, each with line and column.
 */
export function readProblemDocument(
  text: string,
  domain: Domain,
  options: { readonly file?: string } = {},
): ProblemDocument {
  const reader = openDocument(text, options.file);
  checkVersion(reader);
  const { version: _, domain: named, ...own } = reader.top;
  if (named !== undefined && named !== domain.name)
    reader.report(['domain'], `expected the domain '${domain.name}', ${got(named)}`);
  const parts = readProblemParts(reader, own, [], domain.name);
  checkData(reader, parts, domain, []);
  reader.finish(placedFindings(reader, checkProblem(domain, parts.problem), []));
  return parts;
}

function checkVersion(reader: DocumentReader): void {
  const { version } = reader.top;
  if (version === 1) return;
  const hint = version === undefined ? 'Add `version: 1` at the top.' : undefined;
  reader.report(['version'], `expected version: 1, ${got(version)}`, { hint });
}

const entries = (reader: DocumentReader, key: string): [string, Json][] =>
  Object.entries(reader.map(reader.top[key], [key], `a map of ${key} by name`));

interface MethodReading {
  readonly reader: DocumentReader;
  readonly tasks: readonly Signature[];
  readonly predicates: readonly Signature[];
}

function readMethod(name: string, value: Json, { reader, tasks, predicates }: MethodReading): Method {
  const path = ['methods', name];
  checkName(name, path, reader);
  const map = reader.map(value, path, 'a map');
  reader.keys(map, methodKeys, path);
  const isGoal = map['achieves'] !== undefined;
  if (isGoal === (map['for'] !== undefined)) {
    const message = `expected 'for' with a task, or 'achieves' with a fact, got ${isGoal ? 'both' : 'neither'}`;
    reader.report(path, message, { at: 'key' });
  }
  const key = isGoal ? 'achieves' : 'for';
  const call = map[key] === undefined ? undefined : reader.text(map[key], [...path, key], 'a task', readCall);
  const target = {
    kind: isGoal ? ('goal' as const) : ('task' as const),
    name: call?.name ?? '',
    terms: call?.terms ?? [],
  };
  const declared = readParameters(map['parameters'], [...path, 'parameters'], reader);
  const signature = (isGoal ? predicates : tasks).find((one) => one.name === target.name);
  const { description } = map;
  return {
    name,
    target: { ...target, position: reader.place([...path, key]) },
    parameters: [...fromTarget(target.terms, signature, declared), ...declared],
    precondition: readFormula(map['preconditions'], [...path, 'preconditions'], reader),
    ...readNetwork(map, 'subtasks', path, reader),
    ...(typeof description === 'string' ? { description } : {}),
    position: reader.place(path, 'key'),
  };
}

/** Variables of a target that are not declared are of the types that the task or predicate asks for. */
function fromTarget(
  terms: readonly string[],
  signature: Signature | undefined,
  declared: readonly TypedName[],
): TypedName[] {
  const known = new Set(declared.map(({ name }) => name));
  const own: TypedName[] = [];
  terms.forEach((term, at) => {
    if (!term.startsWith('?') || known.has(term)) return;
    known.add(term);
    own.push({ name: term, types: signature?.parameters[at]?.types ?? [] });
  });
  return own;
}

/** `axioms: [{ fact: reachable(?a, ?b), if: road(?a, ?b) }]` */
function readAxioms(
  value: Json | undefined,
  predicates: readonly Signature[],
  reader: DocumentReader,
): Axiom[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    reader.report(['axioms'], `expected a list of axioms, ${got(value)}`);
    return [];
  }
  return value.flatMap((one, at): Axiom[] => {
    const path = ['axioms', at];
    const map = reader.map(one, path, 'a map with fact and if');
    reader.keys(map, ['fact', 'if', 'parameters'], path);
    const call = reader.text(map['fact'], [...path, 'fact'], 'a fact', readCall);
    if (call === undefined) return [];
    const declared = readParameters(map['parameters'], [...path, 'parameters'], reader);
    const signature = predicates.find(({ name }) => name === call.name);
    const types = new Map(
      [...fromTarget(call.terms, signature, declared), ...declared].map((each) => [each.name, each]),
    );
    if (new Set(call.terms).size < call.terms.length || call.terms.some((term) => !term.startsWith('?')))
      reader.report([...path, 'fact'], 'expected different variables as terms of the fact', {
        hint: 'Say in `if` what is equal: ?x = home.',
      });
    return [
      {
        predicate: call.name,
        parameters: call.terms.map((term) => types.get(term) ?? { name: term, types: [] }),
        condition: readFormula(map['if'], [...path, 'if'], reader),
        position: reader.place(path),
      },
    ];
  });
}
