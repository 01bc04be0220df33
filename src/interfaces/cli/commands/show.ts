// `show`: how a goal stands, why, and what its tasks gave; or one task whole.
import type { Command } from 'commander';
import pc from 'picocolors';
import { EngineError } from '../../../errors.js';
import type { Explanation, GoalHandle, Result, TaskView } from '../../../index.js';
import { approvalLines } from '../approval-view.js';
import { waitingLines } from '../attention.js';
import { clean, clockTime, count, duration, fit, glyph, padded, painted, percent } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { type Output, printable } from '../output.js';
import { readCount } from '../plan-file.js';
import { type Binder, type Session, withStore } from '../session.js';
import { hint, quoted, type SharedOptions, withSharedOptions } from '../settings.js';

interface ShowOptions extends SharedOptions {
  readonly rounds?: boolean;
  readonly limit?: string;
}

const usualLimit = 100;
const outputLength = 100;

export function addShow(program: Command, bind: Binder): void {
  const command = program
    .command('show')
    .summary('show how a goal or a task stands, and why')
    .description(
      'Shows how a goal stands, what it waits for and what its tasks gave; or one task whole, with its output.',
    )
    .argument('<goal>', 'id of the goal')
    .argument('[task]', 'id of a task, such as convert or move[3]')
    .option('--rounds', 'the rounds of loops too')
    .option('--limit <n>', `at most so many tasks [${usualLimit}]`);
  withSharedOptions(command).addHelpText(
    'after',
    examples(
      ['show june', 'the goal and its tasks'],
      ['show june convert', 'a task, with its output'],
      ['show june --json | jq .tasks', 'for programs'],
    ),
  );
  bind<ShowOptions>(command, show);
}

async function show(
  session: Session,
  [goal = '', task]: readonly string[],
  options: ShowOptions,
): Promise<number> {
  const limit = options.limit === undefined ? usualLimit : readCount(options.limit, '--limit', 1);
  return withStore(session, async ({ engine }) => {
    const handle = await engine.goal(goal);
    return task === undefined ? showGoal(session, handle, options, limit) : showTask(session, handle, task);
  });
}

async function showGoal(
  session: Session,
  handle: GoalHandle,
  { rounds = false }: ShowOptions,
  limit: number,
): Promise<number> {
  const { output, settings } = session;
  const [result, explanation, tasks] = await Promise.all([
    handle.snapshot(),
    handle.explain(),
    handle.tasks({ rounds, ...(output.json ? {} : { limit: limit + 1 }) }),
  ]);
  output.record({
    type: 'show',
    ...printable(result, ['blockages', 'adaptations', 'findings']),
    summary: explanation.summary,
    waits: explanation.waits.map((wait) => printable(wait)),
    tasks: tasks.map((task) => printable({ ...task, ...outcomeOf(result, task.id) })),
  });
  if (output.json) return exitCode.succeeded;
  printHead(result, explanation, output);
  for (const task of tasks.slice(0, limit)) output.text(taskLine(task, result));
  if (tasks.length > limit)
    output.text(pc.dim(`  … ${count(result.counts.total - limit, 'more task')}; --limit shows them`));
  printFindings(result, output);
  const waiting = waitingLines(explanation, settings);
  if (waiting.length > 0) output.text(painted('blocked', '\nIt waits:'));
  for (const line of waiting) output.text(line);
  if (tasks.length > 0)
    output.text(pc.dim(`\nA task whole: ${hint(settings, `show ${quoted(handle.id)} <task>`)}`));
  return exitCode.succeeded;
}

function outcomeOf(result: Result, id: string): object {
  const { output, outputBlob, failure } = result.tasks[id] ?? {};
  return {
    ...(output === undefined ? {} : { output }),
    ...(outputBlob === undefined ? {} : { outputBlob }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function printHead(result: Result, explanation: Explanation, output: Output): void {
  const { status, startedAt, endedAt, counts, planVersion, reason } = result;
  output.text(
    `${glyph(status)} ${pc.bold(clean(result.goal))} ${painted(status, status)}, ${percent(result.completion)} done`,
  );
  if (reason !== '') output.text(`  ${clean(reason)}`);
  else if (endedAt === undefined) output.text(`  ${clean(explanation.summary)}`);
  if (startedAt !== undefined) {
    const until =
      endedAt === undefined ? '' : `, ended ${clockTime(endedAt)} (${duration(endedAt - startedAt)})`;
    output.text(`  started ${clockTime(startedAt)}${until}`);
  }
  const parts = (['succeeded', 'failed', 'skipped', 'aborted'] as const)
    .map((end) => `${counts[end]} ${end}`)
    .join(', ');
  output.text(`  ${count(counts.total, 'task')}: ${parts}; plan version ${planVersion}\n`);
}

function taskLine(task: TaskView, result: Result): string {
  const { id, status, rounds, attempts, startedAt, endedAt } = task;
  const took = startedAt !== undefined && endedAt !== undefined ? duration(endedAt - startedAt) : '';
  const loop =
    rounds === undefined
      ? ''
      : ` ${rounds.succeeded}/${rounds.total} rounds${rounds.failed > 0 ? `, ${rounds.failed} failed` : ''}`;
  const tries = attempts > 1 ? ` ${count(attempts, 'attempt')}` : '';
  const why = task.failure ?? task.blocked?.detail ?? task.reason ?? '';
  const { output, outputBlob } = result.tasks[id] ?? {};
  const gave =
    outputBlob !== undefined
      ? '→ a large value'
      : output === undefined || output === null
        ? ''
        : `→ ${JSON.stringify(output)}`;
  const tail = fit(clean(why === '' ? gave : why), outputLength);
  const depth = /\[\d+\]/.test(id) ? '    ' : '  ';
  return `${depth}${glyph(status)} ${padded(clean(id), 24)} ${painted(status, padded(status, 10))} ${padded(took, 10)}${tries}${loop} ${pc.dim(tail)}`;
}

function printFindings({ findings, adaptations, warnings }: Result, output: Output): void {
  if (findings.length > 0) output.text('\nChecked:');
  for (const { id, passed, message = '' } of findings) {
    output.text(
      `  ${glyph(passed ? 'succeeded' : 'failed')} ${clean(id)}${message === '' ? '' : `: ${clean(message)}`}`,
    );
  }
  if (adaptations.length > 0) output.text('\nAdapted:');
  for (const { trigger, response, reason } of adaptations)
    output.text(`  ${trigger} → ${response}: ${clean(reason)}`);
  for (const warning of warnings) output.text(pc.yellow(`  ${clean(warning)}`));
}

async function showTask({ output }: Session, handle: GoalHandle, id: string): Promise<number> {
  const [result, tasks, pending] = await Promise.all([
    handle.snapshot(),
    handle.tasks({ rounds: /\[\d+\]/.test(id) }),
    handle.approval(id),
  ]);
  const task = tasks.find((one) => one.id === id);
  if (task === undefined) {
    const known = tasks
      .slice(0, 10)
      .map((one) => one.id)
      .join(', ');
    throw new EngineError(
      'INPUT_INVALID',
      `Goal '${handle.id}' has no task '${id}'. Its tasks: ${known}${tasks.length > 10 ? ', …' : ''}.`,
    );
  }
  const approval = pending === undefined ? {} : { approval: printable(pending) };
  output.record({ type: 'task', goal: handle.id, ...printable(task), ...outcomeOf(result, id), ...approval });
  if (output.json) return exitCode.succeeded;
  const { status, action, attempts, startedAt, endedAt, after } = task;
  output.text(
    `${glyph(status)} ${pc.bold(clean(id))} ${painted(status, status)}${task.name === id ? '' : `  ${clean(task.name)}`}`,
  );
  output.text(`  does      ${clean(action)}`);
  if (after.length > 0) output.text(`  after     ${clean(after.join(', '))}`);
  output.text(`  attempts  ${attempts}`);
  if (startedAt !== undefined)
    output.text(
      `  started   ${clockTime(startedAt)}${endedAt === undefined ? '' : `, took ${duration(endedAt - startedAt)}`}`,
    );
  if (task.blocked !== undefined)
    output.text(`  waits for ${task.blocked.kind}: ${clean(task.blocked.detail)}`);
  for (const line of pending === undefined ? [] : approvalLines(pending, true)) output.text(`  ${line}`);
  if (task.reason !== undefined) output.text(`  because   ${clean(task.reason)}`);
  const { output: gave, outputBlob, failure } = result.tasks[id] ?? {};
  if (failure !== undefined)
    output.text(`  failure   ${pc.red(clean(failure.message))} (${failure.code}, ${failure.class})`);
  if (failure?.details !== undefined) output.text(JSON.stringify(failure.details, null, 2));
  if (outputBlob !== undefined) output.text(`  output    a large value, blob ${outputBlob}`);
  else if (gave !== undefined) output.text(`  output\n${JSON.stringify(gave, null, 2)}`);
  return exitCode.succeeded;
}
