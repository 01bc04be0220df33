// Calls: tools that wait until the adversary says how they come out.
import { z } from 'zod';
import type { EffectClass } from '#src/model/action.js';
import { defineTool, ToolFailure, type Tool, type ToolCallContext } from '#src/services/tools/tool.js';

/** What a call can be told to fail with. */
export type Trouble = ConstructorParameters<typeof ToolFailure>[0];

/** A call that has not been answered. */
export interface Call {
  readonly number: number;
  readonly tool: string;
  readonly context: ToolCallContext;
  readonly effect: EffectClass;
  readonly input: Readonly<Record<string, unknown>>;
  /** Never answers, however long one waits. */
  readonly hangs: boolean;
  succeed(output?: unknown): void;
  fail(trouble: Partial<Trouble>): void;
}

const Input = z.looseObject({ effect: z.enum(['idempotent', 'keyed', 'once']).default('idempotent') });
const names = ['script.act', 'script.check', 'script.probe', 'script.step', 'script.undo'] as const;

/** Makes the tools of one process. `begin` is told of each call; `open` are those that wait for an answer. */
export function createCalls(
  begin: (call: Omit<Call, 'number' | 'hangs'>) => Pick<Call, 'number' | 'hangs'>,
): { tools: readonly Tool[]; open: Call[] } {
  const open: Call[] = [];
  const wait = (tool: string, input: z.infer<typeof Input>, context: ToolCallContext): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const take = (): void => {
        const at = open.indexOf(call);
        if (at >= 0) open.splice(at, 1);
      };
      const { effect } = input;
      const known = {
        tool,
        input,
        effect,
        context,
        succeed: (output: unknown = {}) => {
          take();
          resolve(output);
        },
        fail: (trouble: Partial<Trouble>) => {
          take();
          reject(
            new ToolFailure({ code: 'scripted', class: 'transient', message: 'as written', ...trouble }),
          );
        },
      };
      const call: Call = Object.assign(known, begin(known));
      open.push(call);
    });
  const tools = names.map((name) =>
    defineTool({
      name,
      description: 'Waits until the adversary says how it comes out.',
      input: Input,
      output: z.unknown(),
      effect: ({ effect }): EffectClass => effect,
      run: (input, context) => wait(name, input, context),
    }),
  );
  return { tools: tools as readonly unknown[] as readonly Tool[], open };
}
