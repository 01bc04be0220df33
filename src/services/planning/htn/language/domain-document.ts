// Domain documents: a planning domain, a problem, or both, as people write them in YAML → the plain data of
// domain.ts, or all that is wrong with it with file, line and column.
import type { Json } from '../../../../model/scalars.js';
import { got } from '../../schema-problem.js';
import { readObjects, readSignatures, readTypes } from './document-declarations.js';
import { readAxioms, readMethod } from './document-methods.js';
import { readOperator } from './document-operators.js';
import { openDocument } from './document-reader.js';
import type { DocumentReader } from './document-reader.js';
import { checkDomain, checkProblem } from './domain-check.js';
import type { Domain, Method, Problem } from '../domain.js';
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

/**
 * Reads a document with `methods` alone, such as one that a model wrote. Its names are not looked up: that is for
 * `checkMethods`, which says more about methods from elsewhere.
 *
 * @throws EngineError `INPUT_INVALID` for what is no method.
 */
export function readMethodsDocument(
  text: string,
  domain: Domain,
  options: { readonly file?: string } = {},
): Method[] {
  const reader = openDocument(text, options.file);
  reader.keys(reader.top, ['version', 'methods'], []);
  const { tasks, predicates } = domain;
  const methods = entries(reader, 'methods').map(([key, value]) =>
    readMethod(key, value, { reader, tasks, predicates }),
  );
  reader.finish([]);
  return methods;
}

function checkVersion(reader: DocumentReader): void {
  const { version } = reader.top;
  if (version === 1) return;
  const hint = version === undefined ? 'Add `version: 1` at the top.' : undefined;
  reader.report(['version'], `expected version: 1, ${got(version)}`, { hint });
}

const entries = (reader: DocumentReader, key: string): [string, Json][] =>
  Object.entries(reader.map(reader.top[key], [key], `a map of ${key} by name`));
