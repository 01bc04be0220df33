// `plan`: looks at a plan without running it or touching a store.
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { stringify } from 'yaml';
import type { Json, PlanPreview } from '../../../index.js';
import { openThrowaway } from '../access.js';
import { clean, count, duration, fit, padded, painted } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import type { Output } from '../output.js';
import { collectInput, readRequest } from '../plan-file.js';
import { printProblems } from '../problems.js';
import type { Binder, Session } from '../session.js';
import { type SharedOptions, withSharedOptions } from '../settings.js';

interface PlanOptions extends SharedOptions {
  readonly input: Record<string, Json>;
  readonly expand?: boolean;
}

/** Tasks of a level that are named; of levels that are printed. */
const shownTasks = 12;
const shownLevels = 40;

export function addPlan(program: Command, bind: Binder): void {
  const command = program
    .command('plan')
    .summary('look at a plan without running it')
    .description(
      'A dry run: the levels of a plan, its critical path, estimates, and all that is wrong with it. Nothing is stored.',
    )
    .argument('<words or file...>', "a plan document, or '-' for standard input")
    .addOption(
      new Option('-i, --input <name=value>', 'an input of the plan; may be repeated')
        .argParser(collectInput)
        .default({}, 'none'),
    )
    .option('--expand', 'print the long form of the document instead');
  withSharedOptions(command).addHelpText(
    'after',
    examples(
      ['plan report.yaml', 'check it'],
      ['plan report.yaml --expand', 'with all short forms written out'],
    ),
  );
  bind<PlanOptions>(command, plan);
}

async function plan(session: Session, words: readonly string[], options: PlanOptions): Promise<number> {
  const { output, settings } = session;
  const { request, file } = await readRequest(words);
  const engine = await openThrowaway(settings);
  try {
    const preview = await engine.plan(request, {
      inputs: options.input,
      ...(file === undefined ? {} : { file }),
    });
    if (options.expand === true) printExpanded(preview, output);
    else printPreview(preview, output);
    return preview.problems.length === 0 ? exitCode.succeeded : exitCode.badInput;
  } finally {
    await engine.close({ graceMs: 0 });
  }
}

function printExpanded({ expanded, problems }: PlanPreview, output: Output): void {
  output.record(expanded as object);
  output.text(stringify(expanded, { lineWidth: 110, aliasDuplicateObjects: false }).trimEnd());
  printProblems(problems, output.note);
}

function printPreview(preview: PlanPreview, output: Output): void {
  const { expanded: _, ...shown } = preview;
  output.record({ type: 'plan', ...shown });
  if (output.json) return;
  if (preview.problems.length > 0) {
    output.text(pc.red(`${count(preview.problems.length, 'problem')}:`));
    printProblems(preview.problems, output.text);
    return;
  }
  for (const line of overviewLines(preview)) output.text(line);
  for (const line of levelLines(preview)) output.text(line);
}

function overviewLines({
  name,
  tasks,
  levels,
  criticalPath,
  estimates,
  width,
  locks,
  resources,
}: PlanPreview): string[] {
  const { minMs, expectedMs, maxMs, expectedCost, maxCost } = estimates;
  const cost = maxCost > 0 ? `, costs about $${expectedCost} (at most $${maxCost})` : '';
  const uses = resources.map(
    ({ name: one, asked, initial }) => `${one} ${asked}${initial === undefined ? '' : ` of ${initial}`}`,
  );
  return [
    `${pc.bold(clean(name))}: ${count(tasks.length, 'task')} in ${count(levels.length, 'level')}, ${width} at once`,
    `  takes     about ${duration(expectedMs)} (${duration(minMs)} to ${duration(maxMs)})${cost}`,
    `  critical  ${fit(clean(criticalPath.join(' → ')), 200)}`,
    ...(locks.length === 0 ? [] : [`  locks     ${clean(locks.map((lock) => lock.name).join(', '))}`]),
    ...(uses.length === 0 ? [] : [`  resources ${clean(uses.join(', '))}`]),
    '',
  ];
}

function levelLines({ levels, tasks }: PlanPreview): string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const lines: string[] = [];
  for (const [level, ids] of levels.slice(0, shownLevels).entries()) {
    lines.push(pc.dim(`level ${level + 1} (${count(ids.length, 'task')})`));
    for (const id of ids.slice(0, shownTasks)) {
      const task = byId.get(id);
      if (task === undefined) continue;
      const notes = [
        duration(task.expectedMs),
        ...(task.isCritical
          ? [pc.yellow('critical')]
          : task.slackMs > 0
            ? [pc.dim(`${duration(task.slackMs)} slack`)]
            : []),
        ...(task.needsApproval ? [painted('blocked', 'asks for approval')] : []),
        ...(task.isOptional ? [pc.dim('optional')] : []),
      ];
      lines.push(`  ${padded(clean(id), 24)} ${padded(fit(clean(task.action), 44), 44)} ${notes.join('  ')}`);
    }
    if (ids.length > shownTasks) lines.push(pc.dim(`  … ${ids.length - shownTasks} more`));
  }
  if (levels.length > shownLevels)
    lines.push(pc.dim(`… ${count(levels.length - shownLevels, 'more level')}`));
  return lines;
}
