// What the runner of commands is set up with, what it is told, and what it answers.
import { z } from 'zod';
import type { SystemCommand } from '../../model/action.js';
import type { Clock } from '../clock.js';

/** Settings of commands, with their defaults. */
export const CommandSettings = z.strictObject({
  /** The programs that may be started, exactly as tasks name them; without it, any. */
  allow: z.array(z.string().min(1)).optional(),
  /** The working directory of tasks that name none, and the base of relative ones [the process's]. */
  cwd: z.string().min(1).optional(),
  /** How long a program may take to end after SIGTERM before SIGKILL, in milliseconds. */
  graceMs: z.number().int().nonnegative().default(2000),
});
/** Settings of commands. The clock waits for the grace [the system's]. */
export type CommandOptions = z.input<typeof CommandSettings> & { clock?: Clock | undefined };

/** A command; its kind may be left out. */
export type CommandRequest = Omit<SystemCommand, 'kind'>;

/** What a command came to. */
export const CommandOutput = z.object({
  exitCode: z.number().int().nullable(),
  /** The signal that ended it. */
  signal: z.string().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  /** One of the two was longer than `maxOutputBytes`; the first bytes are kept. */
  truncated: z.boolean(),
});
export type CommandOutput = z.infer<typeof CommandOutput>;
