// `htn`: plans a domain hierarchically, checks domains and plans, and explains why a plan is as it is or why there
// is none. Nothing is stored, nothing is executed.
import { type Command, Option } from 'commander';
import { examples } from '../help.js';
import type { ExplainFlags, PlanFlags } from '../htn.js';
import type { Binder } from '../session.js';
import { type SharedOptions, withSharedOptions } from '../settings.js';

const domainHelp = 'a planning domain: a YAML document, or HDDL';
const problemHelp = "its problem [the domain's own]";

export function addHtn(program: Command, bind: Binder): void {
  const htn = program
    .command('htn')
    .summary('plan known jobs by their methods')
    .description(
      'The hierarchical planner: makes plans from a domain of operators and methods, checks and explains them.',
    );
  addPlan(htn, bind);
  addValidate(htn, bind);
  addExplain(htn, bind);
}

function withSearch(command: Command): Command {
  return withSharedOptions(command)
    .option('--time <duration>', 'how long it may search', '60s')
    .option('--memory <MiB>', 'how much memory the search may take', '2048')
    .option('--seed <number>', 'seed of the search', '1');
}

function addPlan(htn: Command, bind: Binder): void {
  const command = htn
    .command('plan')
    .summary('make a plan')
    .description(
      'Searches for a plan, checks it, and prints it. Exit code 1 when there is none, or none was found.',
    )
    .argument('<domain>', domainHelp)
    .argument('[problem]', problemHelp)
    .addOption(
      new Option(
        '--as <form>',
        'the tree, its steps, the text of the competitions, or a plan document of the engine',
      )
        .choices(['tree', 'steps', 'text', 'plan'])
        .default('tree'),
    )
    .addOption(
      new Option(
        '--order <kind>',
        'order of a plan document: what the methods say, or only what causes ask for',
      )
        .choices(['methods', 'causal'])
        .default('methods'),
    )
    .option('--improve', 'go on for cheaper plans until the time is over')
    .option('--depth <levels>', 'levels of the tree [all]')
    .option('--width <tasks>', 'subtasks of a task that are shown', '12');
  withSearch(command).addHelpText(
    'after',
    examples(
      ['htn plan parcels.yaml', "plan the domain's own problem"],
      ['htn plan domain.hddl p01.hddl --as text', 'in the form of the competitions'],
      ['htn plan parcels.yaml --as plan > parcels.plan.yaml', 'for `statewright run`'],
    ),
  );
  bind<PlanFlags>(command, async (...call) => (await import('../htn.js')).makePlan(...call));
}

function addValidate(htn: Command, bind: Binder): void {
  const command = htn
    .command('validate')
    .summary('check a domain, a problem, a plan')
    .description(
      'Checks documents, and with a plan in the form of the competitions whether it is a solution.',
    )
    .argument('<domain>', domainHelp)
    .argument('[problem]', problemHelp)
    .argument('[plan]', 'a plan: `==> … root … <==`');
  withSharedOptions(command).addHelpText(
    'after',
    examples(
      ['htn validate parcels.yaml', 'check the documents'],
      ['htn validate domain.hddl p01.hddl p01.plan', 'check a plan'],
    ),
  );
  bind<SharedOptions>(command, async (session, words) =>
    (await import('../htn.js')).validateFiles(session, words),
  );
}

function addExplain(htn: Command, bind: Binder): void {
  const command = htn
    .command('explain')
    .summary('say why a plan is as it is, or why there is none')
    .description(
      'Plans, and says of each task why its method was chosen and what the others lacked; or, without a plan, the nearest misses.',
    )
    .argument('<domain>', domainHelp)
    .argument('[problem]', problemHelp)
    .option('--limit <tasks>', 'tasks that are explained', '40');
  withSearch(command).addHelpText('after', examples(['htn explain parcels.yaml', 'why this plan']));
  bind<ExplainFlags>(command, async (...call) => (await import('../htn.js')).explainFiles(...call));
}
