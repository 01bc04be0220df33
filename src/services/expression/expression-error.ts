// ExpressionError: what is wrong with an expression or template, and where in its text.

/** Stable codes of {@link ExpressionError}; they are usable as codes of failures. */
export type ExpressionErrorCode =
  | 'expression-syntax'
  | 'function-unknown'
  | 'reference-missing'
  | 'type-mismatch'
  | 'value-invalid'
  | 'limit-exceeded';

/**
 * Trouble with an expression: found when it is compiled (`expression-syntax`, `function-unknown`) or when
 * it is evaluated (the others). `message` is complete; `summary` leaves out the text and the position.
 */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly code: ExpressionErrorCode;
  /** The expression or template as it was written. */
  readonly text: string;
  /** 0-based offset in `text`. */
  readonly position: number;
  readonly summary: string;
  /** The next step, such as the nearest known name. */
  readonly hint: string | undefined;

  constructor(
    code: ExpressionErrorCode,
    summary: string,
    where: { text: string; position: number; hint?: string | undefined; cause?: unknown },
  ) {
    const shown = where.text.length > 120 ? `${where.text.slice(0, 117)}...` : where.text;
    const hint = where.hint === undefined ? '' : ` ${where.hint}`;
    super(
      `${summary} (in \`${shown}\`, at character ${where.position + 1}).${hint}`,
      where.cause === undefined ? undefined : { cause: where.cause },
    );
    this.code = code;
    this.text = where.text;
    this.position = where.position;
    this.summary = summary;
    this.hint = where.hint;
  }
}
