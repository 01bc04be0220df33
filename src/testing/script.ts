// Script: tools whose calls wait until the test says how they come out.
import { z } from 'zod';
import type { EffectClass } from '../model/action.js';
import { defineTool, ToolFailure, type Tool, type ToolCallContext } from '../services/tools/tool.js';

/** What a scripted tool can be told to fail with. */
export type Trouble = ConstructorParameters<typeof ToolFailure>[0];

/** A call that has not been answered. */
export interface Call {
  readonly tool: string;
  readonly context: ToolCallContext;
  readonly effect: EffectClass;
  succeed(output?: unknown): void;
  fail(trouble?: Partial<Trouble>): void;
}

export interface Script {
  readonly tools: readonly Tool[];
  /** Calls that wait for an answer, the oldest first. */
  readonly calls: readonly Call[];
  /** The oldest call of a tool for a task. */
  find(tool: string, goalId: string, taskId?: string): Call | undefined;
}

/** The tools that a script has: for tasks, checks, probes, contingency actions and compensations. */
export const scripted = ['script.act', 'script.check', 'script.probe', 'script.step', 'script.undo'] as const;

/** What `script.act` takes: its effect class is its input, so that each task can have its own. */
const Input = z.object({ effect: z.enum(['idempotent', 'keyed', 'once']).default('idempotent') });

/** Makes the tools. `onCall` is told of each call as it begins. */
export function createScript(onCall: (call: Call) => void = () => {}): Script {
  const calls: Call[] = [];

  const begin = (tool: string, effect: EffectClass, context: ToolCallContext): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const take = (): void => {
        const at = calls.indexOf(call);
        if (at >= 0) calls.splice(at, 1);
      };
      const call: Call = {
        tool,
        effect,
        context,
        succeed: (output = {}) => {
          take();
          resolve(output);
        },
        fail: (trouble = {}) => {
          take();
          reject(
            new ToolFailure({ code: 'scripted', class: 'transient', message: 'as written', ...trouble }),
          );
        },
      };
      calls.push(call);
      onCall(call);
    });

  const tools = scripted.map((name) =>
    defineTool({
      name,
      description: 'Waits until the test says how it comes out.',
      input: Input,
      output: z.unknown(),
      effect: ({ effect }): EffectClass => effect,
      run: ({ effect }, context) => begin(name, effect, context),
    }),
  );

  return {
    tools: tools as readonly unknown[] as readonly Tool[],
    calls,
    find: (tool, goalId, taskId) =>
      calls.find(
        (call) =>
          call.tool === tool &&
          call.context.goalId === goalId &&
          (taskId === undefined || call.context.taskId === taskId),
      ),
  };
}
