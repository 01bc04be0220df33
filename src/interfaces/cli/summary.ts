// Summary: what is said at the end of a run: how it ended, what failed and why, and how to go on.
import pc from 'picocolors';
import type { Explanation, Result } from '../../index.js';
import { isPaused, waitingLines } from './attention.js';
import { clean, count, duration, fit, glyph, painted, percent } from './display.js';
import { type Output, printable } from './output.js';
import { hint, quoted, type Settings } from './settings.js';

const shownFailures = 10;
const shownLength = 400;

/** The last line of `run` and `resume` with `--json`. */
export function resultRecord(result: Result, explanation?: Explanation): object {
  const waits = explanation?.waits.map((wait) => printable(wait));
  return {
    type: 'result',
    ...printable(result, ['blockages', 'adaptations', 'findings']),
    ...(waits === undefined || waits.length === 0 ? {} : { waits }),
  };
}

/** Prints a result: for programs as one object, for people as a few lines. */
export function printResult(
  result: Result,
  settings: Settings,
  output: Output,
  explanation?: Explanation,
): void {
  output.record(resultRecord(result, explanation));
  for (const line of resultLines(result, settings, explanation)) output.text(line);
}

function resultLines(result: Result, settings: Settings, explanation: Explanation | undefined): string[] {
  const goal = quoted(result.goal);
  const look = [
    `  Look at it:  ${hint(settings, `show ${goal}`)}`,
    ...(result.status === 'failed' || result.status === 'partial' ? failureHints(result, settings) : []),
  ];
  return [
    '',
    headline(result, explanation !== undefined && isPaused(explanation)),
    ...failureLines(result),
    ...result.warnings.map((warning) => pc.yellow(`  ${clean(warning)}`)),
    ...(explanation === undefined ? look : waitLines(explanation, settings)),
  ];
}

function headline(
  { goal, status, reason, counts, completion, startedAt, endedAt }: Result,
  isPaused: boolean,
): string {
  const took = startedAt !== undefined && endedAt !== undefined ? ` in ${duration(endedAt - startedAt)}` : '';
  const parts = (['succeeded', 'failed', 'skipped', 'aborted'] as const)
    .filter((end) => counts[end] > 0)
    .map((end) => `${counts[end]} ${end}`);
  const share = endedAt === undefined ? `, ${percent(completion)} done` : '';
  const why = status === 'succeeded' || reason === '' ? '' : `: ${clean(reason)}`;
  const state = isPaused ? 'paused' : status;
  const tally = `${count(counts.total, 'task')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${share}`;
  return `${glyph(status)} ${pc.bold(clean(goal))} ${painted(status, state)}${took}${why} (${tally})`;
}

function failureLines({ tasks }: Result): string[] {
  const failed = Object.entries(tasks).filter(([, task]) => task.status === 'failed');
  const lines = failed.slice(0, shownFailures).map(([id, { failure, reason, attempts }]) => {
    const tries = attempts > 1 ? ` (${count(attempts, 'attempt')})` : '';
    return `  ${glyph('failed')} ${clean(id)}${tries}: ${fit(clean(failure?.message ?? reason ?? ''), shownLength)}`;
  });
  const more = failed.length - shownFailures;
  return more > 0 ? [...lines, `  … ${count(more, 'more failed task')}`] : lines;
}

function failureHints({ goal, tasks }: Result, settings: Settings): string[] {
  const first = Object.entries(tasks).find(([, { status }]) => status === 'failed')?.[0];
  if (first === undefined) return [];
  return [`  Why it failed: ${hint(settings, `show ${quoted(goal)} ${quoted(first)}`)}`];
}

function waitLines(explanation: Explanation, settings: Settings): string[] {
  return [
    ...waitingLines(explanation, settings),
    `  Go on:       ${hint(settings, `resume ${quoted(explanation.goal)}`)}`,
  ];
}
