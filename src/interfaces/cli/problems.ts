// Problems: how an error is told: each finding with its place and what to do, or as one JSON object.
import pc from 'picocolors';
import { EngineError, type Problem } from '../../errors.js';
import { count } from './display.js';
import { exitCode, exitCodeOfError } from './exit-code.js';
import type { Output } from './output.js';

/** How many findings are printed for people; `--json` has all. */
const shownProblems = 20;

/** `file:line:column: path: message (hint)`, as far as it is known. */
export function problemLine({ file, line, column, path, message, hint }: Problem): string {
  const place = [file, line, line === undefined ? undefined : column]
    .filter((part) => part !== undefined)
    .join(':');
  const where = [place, path].filter((part) => part !== '').join(': ');
  return `${where === '' ? '' : `${where}: `}${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** Prints findings, the first ones. */
export function printProblems(problems: readonly Problem[], print: (line: string) => void): void {
  for (const problem of problems.slice(0, shownProblems)) print(problemLine(problem));
  const more = problems.length - shownProblems;
  if (more > 0) print(`… and ${count(more, 'more problem')}`);
}

/** Tells what went wrong and returns the exit code for it. */
export function reportError(error: unknown, output: Output, version: string): number {
  const code = exitCodeOfError(error);
  if (output.json) {
    const known = error instanceof EngineError;
    output.record({
      type: 'error',
      code: known ? error.code : 'ENGINE_INVARIANT',
      message: error instanceof Error ? error.message : String(error),
      problems: known ? error.problems : [],
      exitCode: code,
    });
  }
  if (code === exitCode.bug) reportBug(error, output, version);
  else if (!output.json) {
    const { problems, message } = error as EngineError;
    output.note(
      pc.red(problems.length > 1 ? `${count(problems.length, 'problem')}:` : firstLine(message, problems)),
    );
    if (problems.length > 1) printProblems(problems, output.note);
  }
  return code;
}

/** One finding says it all; what has none is said by the message. */
function firstLine(message: string, problems: readonly Problem[]): string {
  const [only] = problems;
  return only === undefined ? message : problemLine(only);
}

function reportBug(error: unknown, output: Output, version: string): void {
  const about = `statewright ${version}, Node ${process.version}, ${process.platform} ${process.arch}`;
  output.note(pc.red('This is a bug of statewright, not of your plan. Your goals are safe in the store.'));
  output.note('Please report it with the lines below and what you did.');
  output.note(about);
  output.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
