// Runs commands as the engine does.
import { beforeEach } from 'vitest';
import { SystemCommand } from '#src/model/action.js';
import { createCommandRunner, type RunCommand } from '#src/services/tools/command.js';
import type { CommandOptions, CommandOutput } from '#src/services/tools/command-request.js';
import { contextOf, newFolder } from './calling.js';

/** The working directory of the commands of a test. */
export let root: string;
beforeEach(async () => {
  root = await newFolder();
});

type Input = Partial<SystemCommand> & { script?: string };

/** Runs `node -e script`, or the command given. */
export function run(
  input: Input,
  context = contextOf(),
  options: CommandOptions = {},
): Promise<CommandOutput> {
  const { script, ...rest } = input;
  const node =
    script === undefined ? {} : { command: process.execPath, args: ['-e', script, ...(rest.args ?? [])] };
  const runCommand: RunCommand = createCommandRunner({ cwd: root, ...options });
  const { kind: _, ...command } = SystemCommand.parse({ kind: 'system_cmd', ...rest, ...node });
  return runCommand(command, context);
}
