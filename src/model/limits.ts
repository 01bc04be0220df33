// Limits: how large things may be. Each is enforced with a message that says what to do, and tested at its figure
// (test/limits; docs/limits.md). Lengths of names stand with their schemas.
export const limits = {
  /** Tasks of a plan. */
  tasks: 100_000,
  /** Items of a loop. */
  rounds: 100_000,
  /** Characters of a plan document as text. */
  documentLength: 32 * 1024 * 1024,
  /** Characters of a failure's message; the rest is cut off. */
  failureMessage: 16 * 1024,
  /** Characters of a failure's details as JSON; longer ones are left out. */
  failureDetails: 64 * 1024,
} as const;
