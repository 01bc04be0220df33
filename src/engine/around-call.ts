// Around call: lets a host stand around every call that the engine makes of the outside world: tools (its own and
// built-in ones, also as checks, probes and compensations) and commands.
import type { EffectClass } from '../model/action.js';
import type { RunCommand } from '../services/tools/performer.js';
import type { Tool, ToolCallContext } from '../services/tools/tool.js';

/** A call that is about to be made. */
export interface OutsideCall {
  /** The tool's name, or `command`. */
  readonly tool: string;
  readonly input: unknown;
  /** How the tool says that the call may be repeated; its task may say otherwise. */
  readonly effect: EffectClass;
  readonly context: ToolCallContext;
}

/** Makes a call, by `make`, and gives what came of it. */
export type AroundCall = (call: OutsideCall, make: () => Promise<unknown>) => Promise<unknown>;

/** Puts `around` around the calls of tools. */
export function aroundTools(tools: readonly Tool[], around: AroundCall | undefined): readonly Tool[] {
  if (around === undefined) return tools;
  return tools.map((tool) => ({
    ...tool,
    run: (input, context) =>
      around({ tool: tool.name, input, effect: effectOf(tool, input), context }, async () =>
        tool.run(input, context),
      ),
  }));
}

/** Puts `around` around the calls of commands. */
export function aroundCommands(runCommand: RunCommand, around: AroundCall | undefined): RunCommand {
  if (around === undefined) return runCommand;
  return (command, context) =>
    around({ tool: 'command', input: command, effect: 'once', context }, () =>
      runCommand(command, context),
    ) as ReturnType<RunCommand>;
}

function effectOf({ effect = 'once' }: Tool, input: unknown): EffectClass {
  return typeof effect === 'function' ? effect(input) : effect;
}
