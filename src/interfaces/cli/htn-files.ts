// HTN files: planning domains, problems and plans as the `htn` commands are given them: YAML documents, or HDDL.
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { EngineError } from '../../errors.js';
import {
  readDomainDocument,
  readHddl,
  readProblemDocument,
  type HtnDomain,
  type HtnProblem,
  type ProblemDocument,
} from '../../index.js';

/** A domain with a problem. */
export interface HtnFiles {
  readonly domain: HtnDomain;
  /** Undefined when there is no file for it and the domain has none. */
  readonly problem: HtnProblem | undefined;
  readonly data: ProblemDocument['data'];
}

const isHddl = (file: string): boolean => ['.hddl', '.pddl'].includes(extname(file).toLowerCase());

/**
 * Reads a domain and its problem.
 *
 * @throws EngineError `INPUT_UNREADABLE` for files that cannot be read, `INPUT_INVALID` with line and column for
 * what is wrong in them.
 */
export async function readHtnFiles(domainFile: string, problemFile: string | undefined): Promise<HtnFiles> {
  const text = await readInput(domainFile);
  const problemText = problemFile === undefined ? undefined : await readInput(problemFile);
  if (isHddl(domainFile)) {
    const reader = readHddl(text, domainFile);
    const problem = problemText === undefined ? undefined : reader.problem(problemText, problemFile);
    return { domain: reader.domain, problem, data: {} };
  }
  const { domain, problem, data } = readDomainDocument(text, { file: domainFile });
  if (problemFile === undefined || problemText === undefined) return { domain, problem, data };
  return { domain, ...readProblemDocument(problemText, domain, { file: problemFile }) };
}

/** The problem, which a command needs. @throws EngineError `INPUT_INVALID` when there is none */
export function needProblem({ problem }: HtnFiles, domainFile: string): HtnProblem {
  if (problem !== undefined) return problem;
  const message = `${domainFile} has no problem`;
  const hint = 'Give a second file with one, or add `problem:` to the domain.';
  throw new EngineError('INPUT_INVALID', `${message}. ${hint}`, {
    problems: [{ path: 'problem', message, hint }],
  });
}

/** Reads a text file. @throws EngineError `INPUT_UNREADABLE` */
export async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('INPUT_UNREADABLE', `The file ${resolve(file)} cannot be read: ${reason}`, {
      cause,
    });
  }
}
