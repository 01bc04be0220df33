// Performer: does one tool call or command and says as data how it came out. The one place where what a tool
// throws becomes a Failure.
import type { EffectClass, StepAction, SystemCommand } from '../../model/action.js';
import type { Failure } from '../../model/failure.js';
import type { Json } from '../../model/scalars.js';
import { ExpressionError } from '../expression/expression-error.js';
import type { ToolRegistry } from './registry.js';
import { type ToolCallContext, ToolFailure } from './tool.js';

/** How an action came out. */
export type Performed = { ok: true; output: Json } | { ok: false; failure: Failure };

export interface Performer {
  /** Does an action whose references are resolved. Never rejects. */
  perform(action: StepAction, context: ToolCallContext): Promise<Performed>;
  /** How an action may be repeated. */
  effectOf(action: StepAction): EffectClass;
  /** What the tool of an action allows one attempt, in milliseconds. */
  timeoutOf(action: StepAction): number | undefined;
  /** What an error is as a failure; `effect: 'none'` when it came before anything was done. */
  failureOf(error: unknown): Failure;
}

/** Runs a program. */
export type RunCommand = (command: Omit<SystemCommand, 'kind'>, context: ToolCallContext) => Promise<Json>;

/** Makes a performer from the tools and the command runner. */
export function createPerformer(options: { tools: ToolRegistry; runCommand: RunCommand }): Performer {
  const { tools, runCommand } = options;

  async function call(name: string, input: Json, context: ToolCallContext): Promise<Performed> {
    const tool = tools.get(name);
    if (tool === undefined) {
      return failed(
        'tool-unknown',
        'external',
        `There is no tool '${name}' here. Register it with the engine.`,
      );
    }
    const parsed = await tool.input.safeParseAsync(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const place =
        issue === undefined || issue.path.length === 0 ? 'its input' : `input.${issue.path.join('.')}`;
      return failed(
        'input-invalid',
        'logic',
        `${name}: ${place}: ${issue?.message ?? 'is not what it takes'}`,
      );
    }
    const output = (await tool.run(parsed.data, context)) as Json | undefined;
    return { ok: true, output: output ?? null };
  }

  return {
    async perform(action, context) {
      try {
        if (action.kind === 'tool_call') return await call(action.tool, action.input, context);
        const { kind, ...command } = action;
        return { ok: true, output: await runCommand(command, context) };
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },
    effectOf: (action) => (action.kind === 'tool_call' ? tools.effectOf(action.tool, action.input) : 'once'),
    timeoutOf: (action) => (action.kind === 'tool_call' ? tools.get(action.tool)?.timeoutMs : undefined),
    failureOf,
  };
}

function failureOf(error: unknown): Failure {
  if (error instanceof ToolFailure) return { ...error.failure };
  if (error instanceof ExpressionError) {
    return { code: error.code, class: 'logic', message: error.message, retryable: false, effect: 'none' };
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && error.name === 'AbortError' ? 'aborted' : 'threw';
  return { code, class: 'logic', message: message === '' ? code : message, retryable: false };
}

function failed(code: string, kind: Failure['class'], message: string): Performed {
  return { ok: false, failure: { code, class: kind, message, retryable: false, effect: 'none' } };
}
