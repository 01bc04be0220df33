// Plan documents: a plan with its goal, as people and hosts write it (YAML 1.2, JSON, or a value) → the long
// form of the model, or all that is wrong with it, with file, line and column.
import { basename, extname } from 'node:path';
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { EngineError } from '../../../errors.js';
import type { Problem } from '../../../errors.js';
import { limits } from '../../../model/limits.js';
import { createExpressions } from '../../expression/expressions.js';
import type { Expressions } from '../../expression/expressions.js';
import type { AdmissionOptions } from '../admission/admission.js';
import { toProblem } from '../plan-problem.js';
import { lineAndColumn } from './located.js';
import type { LocatedText } from './located.js';
import { readJson } from './json-text.js';
import type { ParsedPlan, PlanDocument } from './parsed-plan.js';
import { readDocument } from './read-document.js';
import { readYaml } from './yaml-text.js';

/** What a document is checked against, besides its own sense. What is left out is not checked. */
export interface DocumentOptions extends Omit<AdmissionOptions, 'expressions' | 'goal'> {
  /** Kept by the caller when it goes on to evaluate the plan's expressions. */
  readonly expressions?: Expressions;
  /** The goal's name when the document gives none [the file's name, else `plan`]. */
  readonly name?: string;
}

/** Where a text comes from. */
export interface TextOptions extends DocumentOptions {
  /** Its file, for problems. */
  readonly file?: string;
  /** [by the file's extension, else by the look of the text] */
  readonly format?: 'yaml' | 'json';
}

const require = createRequire(import.meta.url);

/** Above this many characters × problems only the first problems get a line: finding a place reads the text. */
const maxLocated = 200_000_000;

/**
 * Reads a plan document from text.
 *
 * @throws EngineError `INPUT_INVALID` with up to 200 problems, each with file, line and column where known.
 *
 * @example
 * ```ts
 * const { document, graph } = parsePlanDocument(await readFile('plan.yaml', 'utf8'), { file: 'plan.yaml' });
 * ```
 */
export function parsePlanDocument(text: string, options: TextOptions = {}): ParsedPlan {
  if (text.length > limits.documentLength) throw tooLong(text.length, options.file);
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const located = readText(clean, options);
  const place = (offset: number): Partial<Problem> => ({
    ...(options.file === undefined ? {} : { file: options.file }),
    ...lineAndColumn(clean, offset),
  });
  const fromText = located.problems.map(({ message, offset, hint }): Problem => {
    return { path: '', message, ...place(offset), ...(hint === undefined ? {} : { hint }) };
  });
  if (!located.isReadable) throw refusal(fromText, fromText.length, options.file);
  const name = options.name ?? nameOfFile(options.file);
  const read = readDocument(located.value, { ...options, name, expressions: expressionsOf(options) });
  let places = Math.max(1, Math.floor(maxLocated / clean.length));
  const fromValue = read.problems.map((problem): Problem => {
    places -= 1;
    if (places < 0) return toProblem(problem);
    return { ...toProblem(problem), ...place(located.locate(problem.path, problem.at, problem.offset)) };
  });
  if (fromText.length + read.count > 0 || read.parsed === undefined) {
    const byPlace = [...fromText, ...fromValue].sort(
      (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
    );
    throw refusal(byPlace, fromText.length + read.count, options.file);
  }
  return read.parsed;
}

/**
 * Reads a plan document from a value, as the API gets it: the same forms and checks, without lines.
 *
 * @throws EngineError `INPUT_INVALID` with up to 200 problems.
 */
export function planFromValue(value: unknown, options: DocumentOptions = {}): ParsedPlan {
  const name = options.name ?? 'plan';
  const read = readDocument(value, { ...options, name, expressions: expressionsOf(options) });
  if (read.count > 0 || read.parsed === undefined) {
    throw refusal(read.problems.map(toProblem), read.count, undefined);
  }
  return read.parsed;
}

/** The document as one value, in the long form. Reading it again gives the same document. */
export function expandPlanDocument(document: PlanDocument): Record<string, unknown> {
  const { inputs, resources, strategy, tasks, dependencies, contingencies, planCriteria, metadata } =
    document.plan;
  const parts = { inputs, resources, strategy, tasks, dependencies, contingencies, planCriteria, metadata };
  const given = Object.entries(parts).filter(([, part]) => part !== undefined);
  return { version: document.version, goal: document.goal, ...Object.fromEntries(given) };
}

/** The document as text, in the long form. */
export function printPlanDocument(document: PlanDocument, format: 'yaml' | 'json' = 'yaml'): string {
  const value = expandPlanDocument(document);
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  // Loaded at the first use: an engine that only goes on reads and writes no YAML.
  const { stringify } = require('yaml') as typeof Yaml;
  return stringify(value, { lineWidth: 110, aliasDuplicateObjects: false });
}

function tooLong(length: number, file: string | undefined): EngineError {
  const message =
    `expected a plan document of at most ${limits.documentLength} characters, got ${length}. ` +
    'Keep data in files that its tasks read, or give it as inputs';
  const problem = { path: '', message, ...(file === undefined ? {} : { file }) };
  return refusal([problem], 1, file);
}

const expressionsOf = (options: DocumentOptions): Expressions => options.expressions ?? createExpressions();

function nameOfFile(file: string | undefined): string {
  return file === undefined ? 'plan' : basename(file, extname(file)) || 'plan';
}

function readText(text: string, options: TextOptions): LocatedText {
  const format =
    options.format ?? (options.file?.toLowerCase().endsWith('.json') === true ? 'json' : undefined);
  if (format === 'json') return readJson(text);
  // YAML in flow style begins with a brace too: what is no JSON may still be YAML.
  if (format === undefined && /^\s*\{/.test(text)) {
    const json = readJson(text);
    if (json.isReadable) return json;
  }
  return readYaml(text);
}

function refusal(problems: readonly Problem[], count: number, file: string | undefined): EngineError {
  const subject = file ?? 'The plan';
  const [first] = problems;
  const place = first?.line === undefined ? '' : `line ${first.line}, column ${first.column ?? 1}: `;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  const hint = first?.hint === undefined ? '' : ` ${first.hint}`;
  const opening =
    count === 1 ? `${subject} has a problem: ` : `${subject} has ${count} problems; the first: `;
  return new EngineError('INPUT_INVALID', `${opening}${place}${where}${first?.message ?? ''}.${hint}`, {
    problems,
  });
}
