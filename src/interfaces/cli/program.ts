// Program: the command line as a whole: its commands, its help, and how wrong usage is answered.
import { Command, CommanderError } from 'commander';
import { addDoctor } from './commands/doctor.js';
import { addEvents } from './commands/events.js';
import { addGc } from './commands/gc.js';
import { addHost } from './commands/host.js';
import { addHtn } from './commands/htn.js';
import { addList } from './commands/list.js';
import { addMigrate } from './commands/migrate.js';
import { addPlan } from './commands/plan.js';
import { addResume } from './commands/resume.js';
import { addRun } from './commands/run.js';
import { addShow } from './commands/show.js';
import { addSteering } from './commands/steer.js';
import { addUndo } from './commands/undo.js';
import { exitCode } from './exit-code.js';
import { exitCodeHelp } from './help.js';
import { createOutput } from './output.js';
import { reportError } from './problems.js';
import { createBinder } from './session.js';

/**
 * Runs a command line.
 *
 * @param words - The arguments, without the program's name.
 * @returns the exit code.
 */
export async function runProgram(words: readonly string[], version: string): Promise<number> {
  let code: number = exitCode.succeeded;
  const bind = createBinder(version, (result) => {
    code = result;
  });
  const program = new Command('statewright')
    .description('Carries out goals, plans and tasks, and loses nothing when it is killed.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('(--help tells more)')
    .showSuggestionAfterError()
    .addHelpText('after', exitCodeHelp)
    // Thrown instead of ending the process: output is flushed and one place decides on the exit code.
    .exitOverride();
  for (const add of [
    addRun,
    addPlan,
    addResume,
    addList,
    addShow,
    addEvents,
    addSteering,
    addUndo,
    addGc,
    addDoctor,
    addMigrate,
    addHost,
    addHtn,
  ]) {
    add(program, bind);
  }
  // What is set on the program holds for its commands only when it is copied.
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    for (const inner of command.commands) inner.copyInheritedSettings(program);
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.succeeded : exitCode.badInput;
    return reportError(error, createOutput(words.includes('--json')), version);
  }
  return code;
}
