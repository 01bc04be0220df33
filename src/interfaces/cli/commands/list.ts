// `list`: the goals of a store, the newest first.
import { type Command, Option } from 'commander';
import type { GoalStatus, GoalSummary } from '../../../index.js';
import { clean, clockTime, count, fit, glyph, padded, painted, percent } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { type Output, printable } from '../output.js';
import { readCount } from '../plan-file.js';
import { type Binder, type Session, withStore } from '../session.js';
import { type SharedOptions, withSharedOptions } from '../settings.js';

interface ListOptions extends SharedOptions {
  readonly status?: GoalStatus | 'open';
  readonly limit?: string;
}

const statuses = [
  'open',
  'ready',
  'executing',
  'blocked',
  'verifying',
  'recovering',
  'succeeded',
  'partial',
  'failed',
  'aborted',
];
const usualLimit = 50;

export function addList(program: Command, bind: Binder): void {
  const command = program
    .command('list')
    .alias('ls')
    .summary('list the goals')
    .description('Lists the goals of the store, the newest first.')
    .addOption(
      new Option('--status <status>', "only these; 'open' for all that have not ended").choices(statuses),
    )
    .option('--limit <n>', `at most so many [${usualLimit}]`);
  withSharedOptions(command).addHelpText(
    'after',
    examples(['list --status open', 'what has not ended'], ['list --json | jq -r .id', 'ids for a script']),
  );
  bind<ListOptions>(command, list);
}

async function list(session: Session, _args: readonly string[], options: ListOptions): Promise<number> {
  const { output } = session;
  const limit = options.limit === undefined ? usualLimit : readCount(options.limit, '--limit', 1);
  const goals = await withStore(session, ({ engine }) =>
    engine.goals({ limit: limit + 1, ...(options.status === undefined ? {} : { status: options.status }) }),
  );
  const shown = goals.slice(0, limit);
  for (const goal of shown) output.record({ type: 'goal', ...printable(goal, ['blockage']) });
  printTable(shown, output);
  if (shown.length === 0)
    output.text(options.status === undefined ? 'There are no goals yet.' : `No goal is ${options.status}.`);
  if (goals.length > limit) output.note(`… there are more; --limit shows them.`);
  return exitCode.succeeded;
}

function printTable(goals: readonly GoalSummary[], output: Output): void {
  const idColumns = Math.min(32, Math.max(4, ...goals.map(({ id }) => id.length)));
  for (const goal of goals) {
    const { id, name, status, completion, counts, createdAt } = goal;
    const why = goal.fault ?? (status === 'blocked' ? goal.blockage?.detail : undefined);
    const state =
      goal.fault === undefined
        ? painted(status, padded(status, 10))
        : painted('failed', padded('set aside', 10));
    output.text(
      `${glyph(goal.fault === undefined ? status : 'failed')} ${padded(fit(clean(id), idColumns), idColumns)}  ${state}` +
        ` ${percent(completion).padStart(5)}  ${count(counts.total, 'task').padStart(10)}  ${clockTime(createdAt)}  ${clean(name)}` +
        `${why === undefined ? '' : painted('blocked', `  ${clean(why)}`)}`,
    );
  }
}
