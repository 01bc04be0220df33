// Organise: the project's main job, as a command. `npm start -- --help` says what it can do.
import { EngineError } from 'statewright';
import { runJob } from './job.js';
import { help, readOptions, UsageError } from './options.js';
import type { Screen } from './progress.js';

const { stdout } = process;
const screen: Screen = {
  isTerminal: stdout.isTTY === true,
  get columns() {
    return stdout.columns || 80;
  },
  write: (text) => void stdout.write(text),
};

/** The exit code that an error stands for. */
function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  if (!(error instanceof EngineError)) return 70;
  if (error.code.startsWith('STORE_') || error.code === 'GOAL_SET_ASIDE') return 6;
  return error.code.startsWith('ENGINE_') || error.code === 'GOAL_FAULTED' ? 70 : 2;
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (!options.help) return await runJob(options, screen);
    screen.write(help);
    return 0;
  } catch (error) {
    const code = exitCodeOf(error);
    const text =
      error instanceof Error ? (code === 70 ? (error.stack ?? error.message) : error.message) : String(error);
    console.error(text);
    if (error instanceof EngineError) {
      for (const { file, line, path, message } of error.problems.slice(0, 20)) {
        console.error(`  ${file ?? ''}${line === undefined ? '' : `:${line}`} ${path}: ${message}`);
      }
    }
    return code;
  }
}

process.exitCode = await main(process.argv.slice(2));
