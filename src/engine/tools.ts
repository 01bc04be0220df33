// Tools: what the engine itself brings for actions; each is loaded with its first use.
import type { Clock } from '../services/clock.js';
import type { RunCommand } from '../services/tools/performer.js';
import type { Config } from './config.js';

/** The built-in tools, as the configuration bounds them. */
export async function builtinTools(config: Config, clock: Clock) {
  const { createBuiltinTools } = await import('../services/tools/builtin.js');
  return createBuiltinTools({
    roots: config.roots ?? [process.cwd()],
    http: { allowPrivateAddresses: config.allowPrivateAddresses },
    clock,
  });
}

/** Runs commands; what that takes is loaded with the first one. */
export function commandRunner(config: Config, clock: Clock): RunCommand {
  const commands = config.allowCommands === undefined ? {} : { allow: config.allowCommands };
  let runner: Promise<RunCommand> | undefined;
  const load = async (): Promise<RunCommand> => {
    const { createCommandRunner } = await import('../services/tools/command.js');
    return createCommandRunner({ ...commands, clock }) as unknown as RunCommand;
  };
  return async (command, context) => {
    runner ??= load();
    return (await runner)(command, context);
  };
}
