// Config: every setting of an engine, with its default, in one place.
import { z } from 'zod';
import { EngineError } from '../errors.js';

const day = 86_400_000;

export const Config = z.strictObject({
  /** Folders that built-in file tools may touch [the working directory]. */
  roots: z.array(z.string()).optional().describe('folders that file tools may touch'),
  /** Programs that commands may start; without it any. */
  allowCommands: z.array(z.string()).optional().describe('programs that commands may start'),
  /** Whether http tools may reach private and loopback addresses. */
  allowPrivateAddresses: z.boolean().default(false).describe('let http tools reach private addresses'),
  /** How long an approval, a signal or an answer is waited for, in milliseconds. */
  patienceMs: z.number().int().positive().default(day).describe('how long a person is waited for'),
  /** How long a task that was tried before waits for a lock or resource, in milliseconds. */
  resourceWaitMs: z
    .number()
    .int()
    .positive()
    .default(600_000)
    .describe('how long a reservation is waited for'),
  /** How long an effect that was told to stop may take, in milliseconds. */
  stopGraceMs: z.number().int().nonnegative().default(5_000).describe('how long an effect may take to stop'),
  /** The largest value that a task may give, in bytes. */
  maxValueBytes: z
    .number()
    .int()
    .positive()
    .default(16 * 1024 * 1024)
    .describe('the largest output of a task'),
  /** After what time a goal that only waits is kept on disk only, in milliseconds; goals with a nearer deadline stay. */
  passivateAfterMs: z
    .number()
    .int()
    .positive()
    .default(60_000)
    .describe('when a goal that only waits leaves memory'),
  monitor: z
    .strictObject({
      /** How often monitors look, in milliseconds. */
      intervalMs: z.number().int().positive().default(5_000),
      /** How long a suspicion must hold, in milliseconds. */
      windowMs: z.number().int().positive().default(5_000),
      /** An attempt is stalled after its expected time times this. */
      stalledFactor: z.number().positive().default(2),
    })
    .prefault({}),
  /** Shares of the machine that are left to others. */
  buffers: z
    .strictObject({
      cpuPercent: z.number().min(0).max(99).default(20),
      memoryMb: z.number().nonnegative().default(1024),
    })
    .prefault({}),
  /** Which ended goals are deleted: those over any of the limits, the oldest first. */
  retention: z
    .strictObject({
      /** Whether they are deleted in the background; if not, only when it is asked for. */
      automatic: z.boolean().default(true),
      /** How long ended goals are kept, in milliseconds. */
      maxAgeMs: z
        .number()
        .int()
        .positive()
        .default(90 * day),
      /** Ended goals that are kept at the most. */
      maxGoals: z.number().int().nonnegative().default(10_000),
      /** What the database may take on the disk before ended goals are deleted, in bytes. */
      maxBytes: z
        .number()
        .int()
        .nonnegative()
        .default(4 * 1024 ** 3),
      /** How often it is looked, in milliseconds. */
      intervalMs: z.number().int().positive().default(3_600_000),
    })
    .prefault({}),
});
export type Config = z.infer<typeof Config>;

/**
 * Checks settings and fills in the defaults.
 *
 * @throws EngineError `INPUT_INVALID` naming each unknown or ill-typed setting.
 */
export function readConfig(given: unknown): Config {
  const parsed = Config.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    path: `config${issue.path.map((key) => `.${String(key)}`).join('')}`,
    message: issue.message,
  }));
  throw new EngineError('INPUT_INVALID', `The configuration is not valid: ${problems[0]?.message}`, {
    problems,
  });
}
