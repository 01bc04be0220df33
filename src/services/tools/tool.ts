// Tool: what a task can call. Local functions and (later) other processes' tools have this one shape.
import type { z } from 'zod';
import type { EffectClass } from '../../model/action.js';
import type { Failure } from '../../model/failure.js';
import type { Json } from '../../model/scalars.js';

/** What a tool is told with each call. */
export interface ToolCallContext {
  /** Aborted when the attempt times out, is aborted, or the engine stops. */
  readonly signal: AbortSignal;
  /** The same for every attempt of one task: a receiver can remove doubles by it. */
  readonly idempotencyKey: string;
  readonly goalId: string;
  readonly taskId: string;
  /** From 1. */
  readonly attempt: number;
  /** The instant at which the attempt times out, in epoch milliseconds. */
  readonly deadlineAt: number;
  /** Says how far it is, 0 to 1, with a few words. May be called often; it is thinned out. */
  progress(share: number, message?: string): void;
  /** Writes to the engine's log (not to the journal). */
  log(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/**
 * A tool. `run` gets the parsed input and gives the output; it reports trouble by throwing a
 * {@link ToolFailure} (or by any other error, which counts as a `logic` failure that is not retryable).
 */
export interface Tool<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  /** `domain.tool`. */
  readonly name: string;
  /** One sentence for people and for planners. */
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** How it may be repeated [once]. A function decides by the input. */
  readonly effect?: EffectClass | ((input: z.output<Input>) => EffectClass);
  /** How long one attempt may take when its task does not say, in milliseconds [5 minutes]. */
  readonly timeoutMs?: number;
  /** `read` looks only, `write` changes things, `destroy` can lose them [write]. */
  readonly safety?: 'read' | 'write' | 'destroy';
  /** Not offered to planners [false]. */
  readonly excludedFromPlanning?: boolean;
  run(input: z.output<Input>, context: ToolCallContext): Promise<z.input<Output>> | z.input<Output>;
}

/** A tool's failure: what went wrong, of which class, and whether another try can help. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  readonly failure: Omit<Failure, 'taskId' | 'attempt'>;

  constructor(failure: {
    code: string;
    class: Failure['class'];
    message: string;
    retryable?: boolean;
    /** `none` when nothing was changed in the outside world. */
    effect?: 'none' | 'unknown';
    details?: Json;
    cause?: unknown;
  }) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    const { cause, retryable, ...rest } = failure;
    this.failure = {
      ...rest,
      retryable: retryable ?? failure.class === 'transient',
      ...(cause === undefined ? {} : { cause: cause instanceof Error ? cause.message : String(cause) }),
    };
  }
}

/** Helps TypeScript infer a tool's types. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}
