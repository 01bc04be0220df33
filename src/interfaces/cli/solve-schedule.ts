// What the command `schedule` does. Loaded when it is called, so that no other command loads the scheduler.
import { readFile, writeFile } from 'node:fs/promises';
import pc from 'picocolors';
import { EngineError } from '../../errors.js';
import {
  explainInfeasible,
  type Infeasibility,
  parseProblemDocument,
  type ScheduleProblem,
  type ScheduleResult,
  scheduleSvg,
  scheduleText,
  solve,
} from '../../scheduling.js';
import { clean, count, duration, isUnicode } from './display.js';
import { exitCode } from './exit-code.js';
import type { Output } from './output.js';
import { readCount, readDuration, readStandardInput } from './plan-file.js';
import type { Session } from './session.js';
import type { SharedOptions } from './settings.js';

export type ObjectiveFlag = 'makespan' | 'cost' | 'tardiness' | 'levelling';

export interface ScheduleOptions extends SharedOptions {
  readonly objective?: ObjectiveFlag;
  readonly time: string;
  readonly schedules?: string;
  readonly seed: string;
  readonly workers: string;
  readonly svg?: string;
  readonly explain?: boolean;
  readonly unit?: string;
}

/** Relaxations that are printed. */
const shownRelaxations = 12;
const shownTasks = 12;

/** Solves, draws and explains as the flags say; gives the exit code. */
export async function solveSchedule(
  session: Session,
  [file = '-']: readonly string[],
  options: ScheduleOptions,
): Promise<number> {
  const { output } = session;
  const problem = withObjective(await readProblemFile(file), options.objective);
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  try {
    const result = await solve(problem, {
      seed: readCount(options.seed, '--seed'),
      workers: readCount(options.workers, '--workers'),
      signal: interrupt.signal,
      ...(options.schedules === undefined
        ? { timeLimitMs: readDuration(options.time, '--time') }
        : { scheduleLimit: readCount(options.schedules, '--schedules', 1) }),
    });
    const isExplained = options.explain === true && result.status === 'infeasible';
    const why = isExplained ? await explainInfeasible(problem, { signal: interrupt.signal }) : undefined;
    const unitMs = options.unit === undefined ? undefined : readDuration(options.unit, '--unit');
    const scale = unitMs === undefined ? {} : { unitMs };
    output.record({ type: 'schedule', ...result, ...(why === undefined ? {} : { explanation: why }) });
    for (const line of lines(problem, result, scale)) output.text(line);
    if (why !== undefined) for (const line of explanationLines(why)) output.text(line);
    if (options.svg !== undefined && result.schedule !== undefined) {
      await writePicture(options.svg, scheduleSvg(problem, result.schedule, scale));
      output.note(`The picture is in ${options.svg}.`);
    }
    return codeOf(result, output, options.explain === true);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

async function readProblemFile(file: string): Promise<ScheduleProblem> {
  if (file === '-') return parseProblemDocument(await readStandardInput());
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('INPUT_UNREADABLE', `The problem ${file} cannot be read: ${reason}`, { cause });
  }
  return parseProblemDocument(text, { file });
}

function withObjective(problem: ScheduleProblem, kind: ScheduleOptions['objective']): ScheduleProblem {
  if (kind === undefined) return problem;
  return { ...problem, objective: kind === 'cost' ? { kind, of: 'money' } : { kind } };
}

async function writePicture(file: string, svg: string): Promise<void> {
  try {
    await writeFile(file, svg);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('INPUT_UNREADABLE', `The picture ${file} cannot be written: ${reason}`, { cause });
  }
}

function lines(
  problem: ScheduleProblem,
  { status, schedule: found, objective, bound, gap, schedules, elapsedMs, stopped }: ScheduleResult,
  scale: { unitMs?: number },
): string[] {
  const effort = `${count(schedules, 'schedule')} in ${duration(elapsedMs)}`;
  if (found === undefined) {
    return [
      status === 'infeasible'
        ? pc.red(`There is no schedule: that was proved, ${effort}.`)
        : pc.yellow(`No schedule was found, and no proof that there is none (${effort}).`),
    ];
  }
  const share = `${(gap * 100).toFixed(1)} %`;
  const quality =
    status === 'optimal'
      ? pc.green('optimal')
      : `at least ${bound} is needed: ${share} above it (stopped by ${stopped})`;
  const width = process.stdout.columns ?? 100;
  const drawn = scheduleText(problem, found, { width, ascii: !isUnicode(), ...scale });
  return [
    `${pc.bold(clean(problem.name ?? 'schedule'))}: objective ${objective}, ${quality}, ${effort}`,
    '',
    ...drawn.trimEnd().split('\n'),
  ];
}

function explanationLines({ conflict, relaxations, status }: Infeasibility): string[] {
  if (status !== 'infeasible') return [];
  const { constraints, tasks, isMinimal } = conflict;
  const named = tasks.slice(0, shownTasks).map(clean).join(', ');
  const more = tasks.length > shownTasks ? ` and ${tasks.length - shownTasks} more` : '';
  return [
    '',
    pc.bold(`In conflict${isMinimal ? ', each of them needed' : ''}:`),
    ...constraints.map(({ path, message }) => `  ${clean(message)}  ${pc.dim(clean(path))}`),
    `  ${pc.dim(`with ${tasks.length === 1 ? 'the task' : 'the tasks'} ${named}${more}`)}`,
    '',
    pc.bold(relaxations.length === 0 ? 'No single change was found that helps.' : 'Any one of these helps:'),
    ...relaxations.slice(0, shownRelaxations).map(({ message, objective, isBest, isLeast, by }) => {
      const least = by !== undefined && !isLeast ? ' (perhaps less will do)' : '';
      return `  ${clean(message)}${least}  → objective ${isBest ? '' : 'at most '}${objective}`;
    }),
  ];
}

function codeOf({ status, stopped }: ScheduleResult, output: Output, isExplained: boolean): number {
  if (status === 'optimal' || status === 'feasible') return exitCode.succeeded;
  if (stopped === 'aborted') return exitCode.aborted;
  if (status === 'unknown') return exitCode.partial;
  if (!isExplained) output.note('With --explain it is said which constraints are in conflict.');
  return exitCode.failed;
}
