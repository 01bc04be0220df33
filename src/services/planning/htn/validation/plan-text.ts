// Plan text: a plan with its decomposition as the planning competitions write it (`==> … root … <==`, Daniel
// Höller, Gregor Behnke, 2020), as plain lines. What the lines mean in a domain is said in read-plan.ts.
import { EngineError } from '../../../../errors.js';
import type { Problem } from '../../../../errors.js';

/** A line of the plan's steps: its number, the operator and its arguments. */
export interface StepLine {
  readonly id: string;
  readonly operator: string;
  readonly args: readonly string[];
  /** 1-based line in the text; 0 when there is none. */
  readonly line: number;
}

/** A line of the decomposition: a compound task, the method, and the numbers of what it became. */
export interface DecompositionLine {
  readonly id: string;
  readonly task: string;
  readonly args: readonly string[];
  readonly method: string;
  readonly children: readonly string[];
  readonly line: number;
}

/** A plan as its text says it. */
export interface PlanText {
  /** In the order in which they are carried out. */
  readonly steps: readonly StepLine[];
  /** The numbers of the tasks of the initial network. */
  readonly roots: readonly string[];
  readonly decompositions: readonly DecompositionLine[];
}

interface Reading {
  readonly steps: StepLine[];
  readonly decompositions: DecompositionLine[];
  roots: readonly string[] | undefined;
  readonly problems: Problem[];
}

/**
 * Reads the text of a plan. What stands before `==>` and after `<==` is passed over: planners print more than
 * their plan. A text without the arrows is read as a whole.
 *
 * @throws EngineError `INPUT_INVALID` with the lines that are not understood.
 */
export function readPlanText(text: string): PlanText {
  const lines = text.split(/\r?\n/);
  const opening = lines.findIndex((line) => line.trim().startsWith('==>'));
  const closing = lines.findIndex((line, at) => at > opening && line.trim().startsWith('<=='));
  const reading: Reading = { steps: [], decompositions: [], roots: undefined, problems: [] };
  const end = closing < 0 ? lines.length : closing;
  for (let at = opening + 1; at < end; at += 1) readLine(lines[at] ?? '', at + 1, reading);
  if (reading.roots === undefined) {
    const message = 'expected a line `root` with the numbers of the first tasks, but it is missing';
    reading.problems.push({ path: '', message, line: end, hint: 'Write `root` alone when there are none.' });
  }
  if (reading.problems.length > 0) {
    const [first] = reading.problems;
    const message = `The plan cannot be read: line ${first?.line ?? 1}: ${first?.message ?? ''}.`;
    throw new EngineError('INPUT_INVALID', message, { problems: reading.problems });
  }
  return { steps: reading.steps, roots: reading.roots ?? [], decompositions: reading.decompositions };
}

function readLine(text: string, line: number, reading: Reading): void {
  const words = text
    .replace(/[(),]/g, ' ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const [first, name, ...rest] = words;
  if (first === undefined || first.startsWith(';')) return;
  const refuse = (message: string): void => {
    reading.problems.push({ path: '', message, line, column: 1 });
  };
  if (first.toLowerCase() === 'root') {
    if (reading.roots !== undefined) refuse('expected one line `root`, got another');
    reading.roots = words.slice(1);
    return;
  }
  if (!/^\d+$/.test(first) || name === undefined) {
    refuse(`expected a number and a task, or \`root\`, got '${text.trim().slice(0, 60)}'`);
    return;
  }
  const arrow = rest.indexOf('->');
  if (arrow < 0) {
    reading.steps.push({ id: first, operator: name, args: rest, line });
    return;
  }
  const method = rest[arrow + 1];
  if (method === undefined) {
    refuse("expected a method behind '->', but it is missing");
    return;
  }
  reading.decompositions.push({
    id: first,
    task: name,
    args: rest.slice(0, arrow),
    method,
    children: rest.slice(arrow + 2),
    line,
  });
}

/** Writes a plan in the same form. Names with blanks or brackets in them cannot be read back. */
export function writePlanText({ steps, roots, decompositions }: PlanText): string {
  const lines = [
    '==>',
    ...steps.map(({ id, operator, args }) => [id, operator, ...args].join(' ')),
    ['root', ...roots].join(' '),
    ...decompositions.map(({ id, task, args, method, children }) =>
      [id, task, ...args, '->', method, ...children].join(' '),
    ),
    '<==',
  ];
  return `${lines.join('\n')}\n`;
}
