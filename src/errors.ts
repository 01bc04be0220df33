// Errors of the engine: EngineError for misuse and environment, invariant() for bugs.
// A failure of a task is not an error: it is data (model/failure.ts).

/** Stable codes of {@link EngineError}. The part before the first underscore groups them. */
export type EngineErrorCode =
  | 'INPUT_INVALID'
  | 'INPUT_UNREADABLE'
  | 'PLAN_REFUSED'
  | 'COMMAND_REFUSED'
  | 'GOAL_UNKNOWN'
  | 'GOAL_EXISTS'
  | 'GOAL_FAULTED'
  | 'GOAL_SET_ASIDE'
  | 'STORE_IN_USE'
  | 'STORE_NEWER'
  | 'STORE_OLDER'
  | 'STORE_DAMAGED'
  | 'STORE_UNREADABLE'
  | 'STORE_WRITE_FAILED'
  | 'ENGINE_CLOSED'
  | 'ENGINE_PORT_OPEN'
  | 'ENGINE_INVARIANT';

/** One finding in bad input: where it is, what is wrong and, where it can be told, what to do. */
export interface Problem {
  /** Path of the value, such as `tasks.fetch.action.tool`. */
  readonly path: string;
  /** What was expected and what came. */
  readonly message: string;
  /** The file it was read from, when there is one. */
  readonly file?: string;
  /** 1-based line in the file. */
  readonly line?: number;
  /** 1-based column in the line. */
  readonly column?: number;
  /** The next step, such as the nearest known name. */
  readonly hint?: string;
}

/**
 * Misuse of the engine or trouble with its environment. Failures of goals and tasks are
 * data ({@link Failure}), never thrown.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  /** The findings behind the message; empty when there is only the message. */
  readonly problems: readonly Problem[];

  constructor(
    code: EngineErrorCode,
    message: string,
    options: { cause?: unknown; problems?: readonly Problem[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

/**
 * States what must be true whatever a user or the environment does.
 *
 * @param rule - The rule with its number, such as `T1 an ended task never runs`.
 * @throws EngineError with code `ENGINE_INVARIANT` when the condition is false.
 */
export function invariant(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new EngineError('ENGINE_INVARIANT', `Broken invariant: ${rule}. This is a bug.`);
}
