// `schedule`: solves a scheduling problem and shows the schedule. No store is touched.
import { type Command, Option } from 'commander';
import { examples } from '../help.js';
import type { Binder } from '../session.js';
import { withSharedOptions } from '../settings.js';
import type { ObjectiveFlag, ScheduleOptions } from '../solve-schedule.js';

const objectives: readonly ObjectiveFlag[] = ['makespan', 'cost', 'tardiness', 'levelling'];

export function addSchedule(program: Command, bind: Binder): void {
  const command = program
    .command('schedule')
    .summary('solve a scheduling problem')
    .description(
      'Finds a schedule for tasks with resources, lags, calendars and deadlines, and draws it. Nothing is stored.',
    )
    .argument('<file>', "a scheduling problem in YAML or JSON, or '-' for standard input")
    .addOption(
      new Option('--objective <kind>', "what is to be small [the problem's own]").choices(objectives),
    )
    .option('-t, --time <duration>', 'how long to look for a better schedule', '10s')
    .option('--schedules <n>', 'stop after so many schedules: the same seed then gives the same schedule')
    .option('--seed <n>', 'seed of the search', '1')
    .option('--workers <n>', 'threads that search beside this one', '0')
    .option('--unit <duration>', 'how long a unit of time is, such as 1h: times are then told so')
    .option('--svg <file>', 'write a picture of the schedule')
    .option(
      '--explain',
      'of a problem without a schedule: say which constraints are in conflict, and what would help',
    );
  withSharedOptions(command).addHelpText(
    'after',
    examples(
      ['schedule site.yaml --time 2s --svg site.svg', 'solve it and draw it'],
      ['schedule site.yaml --explain', 'why is there none?'],
    ),
  );
  bind<ScheduleOptions>(command, async (...call) =>
    (await import('../solve-schedule.js')).solveSchedule(...call),
  );
}
