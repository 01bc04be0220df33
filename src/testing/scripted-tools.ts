// Scripted tools: tools that do by themselves, attempt by attempt, what a test wrote down: give a value, fail, take
// their time, come back too late, or never. What they did is counted in a log that lies outside the store, as the
// outside world would count it.
import { z } from 'zod';
import type { EffectClass } from '../model/action.js';
import type { Json } from '../model/scalars.js';
import type { Clock } from '../services/clock.js';
import { defineTool, ToolFailure, type Tool, type ToolCallContext } from '../services/tools/tool.js';
import type { Trouble } from './script.js';

/** What a scripted tool does in one attempt. */
export interface Behaviour {
  /** What it gives [null]; a function of its input and the attempt. */
  readonly give?: Json | ((input: Json, context: ToolCallContext) => Json);
  /** It fails; class `transient` unless said otherwise. */
  readonly fail?: Partial<Trouble>;
  /** How long it takes by the clock, in milliseconds [0]. */
  readonly takesMs?: number;
  /** It never answers. */
  readonly hangs?: boolean;
  /** Told to stop, it goes on all the same: what it gives may come too late [false]. */
  readonly ignoresSignal?: boolean;
}

/** A scripted tool. */
export interface Scripted {
  /** [once] */
  readonly effect?: EffectClass;
  readonly timeoutMs?: number;
  /** What it does in each attempt of a task; the last holds for all that follow [gives null]. */
  readonly does?: readonly Behaviour[];
}

/** One call as the outside world saw it. */
export interface ScriptedRun {
  readonly tool: string;
  readonly goalId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly input: Json;
  /** `begun` while it is under way, and for ever when its process died. */
  outcome: 'begun' | 'gave' | 'failed' | 'stopped';
}

/** A tool of this file: it waits by a clock that a test moves, so nobody has to wait for it in real time. */
export type ScriptedTool = Tool & { readonly isScripted: true };

export interface ScriptedToolsOptions {
  /** By which they take their time. */
  readonly clock: Clock;
  /** Gets each call; keep it outside, to count over the lives of an engine. */
  readonly runs?: ScriptedRun[];
}

/**
 * Makes tools from what they shall do.
 *
 * @example
 * ```ts
 * const tools = createScriptedTools(
 *   { 'shop.pay': { effect: 'keyed', does: [{ fail: { message: 'busy' } }, { give: { paid: true } }] } },
 *   { clock, runs },
 * );
 * ```
 */
export function createScriptedTools(
  script: Readonly<Record<string, Scripted>>,
  { clock, runs = [] }: ScriptedToolsOptions,
): ScriptedTool[] {
  return Object.entries(script).map(([name, one]) => ({
    ...defineTool({
      name,
      description: 'Does what a test wrote down.',
      input: z.json().default({}),
      output: z.unknown(),
      effect: one.effect ?? 'once',
      ...(one.timeoutMs === undefined ? {} : { timeoutMs: one.timeoutMs }),
      run: (input, context) => {
        const { goalId, taskId, attempt, idempotencyKey } = context;
        const run: ScriptedRun = {
          tool: name,
          goalId,
          taskId,
          attempt,
          idempotencyKey,
          input: input as Json,
          outcome: 'begun',
        };
        runs.push(run);
        return act(behaviourOf(one, attempt), run, context, clock);
      },
    }),
    isScripted: true,
  })) as readonly unknown[] as ScriptedTool[];
}

function behaviourOf({ does = [{}] }: Scripted, attempt: number): Behaviour {
  return does[Math.min(attempt, does.length) - 1] ?? {};
}

async function act(
  behaviour: Behaviour,
  run: ScriptedRun,
  context: ToolCallContext,
  clock: Clock,
): Promise<Json> {
  const { give = null, fail, takesMs = 0, hangs = false, ignoresSignal = false } = behaviour;
  if (takesMs > 0 || hangs) {
    const instant = hangs ? undefined : clock.now() + takesMs;
    const end = await pass(clock, instant, ignoresSignal ? undefined : context.signal);
    if (end === 'stopped') {
      run.outcome = 'stopped';
      throw new ToolFailure({ code: 'stopped', class: 'transient', message: 'It was told to stop.' });
    }
  }
  if (fail !== undefined) {
    run.outcome = 'failed';
    throw new ToolFailure({ code: 'scripted', class: 'transient', message: 'as written', ...fail });
  }
  run.outcome = 'gave';
  return typeof give === 'function' ? give(run.input, context) : give;
}

/** Waits for an instant, or for ever, or until the signal is aborted. */
function pass(
  clock: Clock,
  instant: number | undefined,
  signal: AbortSignal | undefined,
): Promise<'passed' | 'stopped'> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve('stopped');
    const callOff = instant === undefined ? () => {} : clock.at(instant, () => resolve('passed'));
    signal?.addEventListener(
      'abort',
      () => {
        callOff();
        resolve('stopped');
      },
      { once: true },
    );
  });
}
