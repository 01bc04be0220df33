// Problem document: a scheduling problem as people write it, in YAML or JSON, with the line of each mistake.
import type { Problem } from '../../errors.js';
import { limits } from '../../model/limits.js';
import { readJson } from '../planning/document/json-text.js';
import { lineAndColumn, type LocatedText } from '../planning/document/located.js';
import { readYaml } from '../planning/document/yaml-text.js';
import { toProblem } from '../planning/plan-problem.js';
import type { ScheduleProblem } from './problem.js';
import { checkProblem, refusal } from './read-problem.js';

export interface ProblemTextOptions {
  /** Its file, for messages and for the format. */
  readonly file?: string;
  /** [by the file's extension, else by the look of the text] */
  readonly format?: 'yaml' | 'json';
}

/**
 * Reads a scheduling problem from text.
 *
 * @throws EngineError `INPUT_INVALID` with up to 200 findings, each with line and column.
 */
export function parseProblemDocument(text: string, options: ProblemTextOptions = {}): ScheduleProblem {
  const { file } = options;
  const about = file === undefined ? {} : { file };
  if (text.length > limits.documentLength) {
    const message = `expected at most ${limits.documentLength} characters, got ${text.length}`;
    throw refusal([{ path: '', message, ...about }], file);
  }
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const located = readText(plain, options);
  const place = (offset: number): Partial<Problem> => ({ ...about, ...lineAndColumn(plain, offset) });
  const fromText = located.problems.map(({ message, offset, hint }): Problem => {
    return { path: '', message, ...place(offset), ...(hint === undefined ? {} : { hint }) };
  });
  if (!located.isReadable || fromText.length > 0) throw refusal(fromText, file);
  const { problem, findings } = checkProblem(located.value);
  if (problem !== undefined) return problem;
  const placed = findings.map((finding) => {
    return { ...toProblem(finding), ...place(located.locate(finding.path, finding.at, finding.offset)) };
  });
  throw refusal(placed, file);
}

function readText(text: string, { file = '', format }: ProblemTextOptions): LocatedText {
  if (format === 'json' || (format === undefined && file.toLowerCase().endsWith('.json')))
    return readJson(text);
  if (format === undefined && /^\s*\{/.test(text)) {
    const json = readJson(text);
    if (json.isReadable) return json;
  }
  return readYaml(text);
}
