// Records: the shapes of what is stored, and typed reading and writing of them. Each is checked by its
// schema on read and before write.
import { z } from 'zod';
import { Blockage } from '../model/blockage.js';
import { Adaptation } from '../model/adaptation.js';
import { EffectClass } from '../model/action.js';
import { Failure } from '../model/failure.js';
import { Finding } from '../model/criterion.js';
import { type Fact, FactData } from '../model/fact.js';
import { GoalSpec, GoalStatus } from '../model/goal.js';
import { PlanGraph } from '../model/graph.js';
import { Plan } from '../model/plan.js';
import { Id, Instant, Json } from '../model/scalars.js';
import { TaskRecord } from '../model/task.js';
import { damaged } from './codec.js';
import { keys } from './keys.js';

/** A goal: what was asked, where it is, and how it ended. */
export const GoalRecord = z.object({
  id: Id,
  spec: GoalSpec,
  status: GoalStatus,
  planVersion: z.number().int().nonnegative(),
  /** What its plan gets as inputs. */
  inputs: z.record(z.string(), Json),
  createdAt: Instant,
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  reason: z.string().optional(),
  completion: z.number().min(0).max(1),
  findings: z.array(Finding).default([]),
  adaptations: z.array(Adaptation).default([]),
  blockage: Blockage.optional(),
  failure: Failure.optional(),
  counts: z.object({
    total: z.number().int(),
    succeeded: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
    aborted: z.number().int(),
  }),
  /** A bug or damage: the goal is set aside until somebody has looked. */
  fault: z.object({ at: Instant, message: z.string() }).optional(),
});
export type GoalRecord = z.infer<typeof GoalRecord>;

/** An actor: the statechart it runs, that chart's version, and its snapshot. */
export const ActorRecord = z.object({
  machine: z.enum(['goal', 'plan', 'task', 'monitor', 'contingency']),
  version: z.number().int().positive(),
  snapshot: z.custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null,
    'expected a snapshot',
  ),
});
export type ActorRecord = z.infer<typeof ActorRecord>;

/**
 * What is known of an effect beyond the snapshot of its actor. A step of a contingency is `intended` from before it
 * begins to the turn that its outcome causes; an attempt of a task, whose actor in `executing` is its intent, is
 * `withdrawn` when an engine that closed had not begun it.
 */
export const EffectRecord = z.object({
  state: z.enum(['intended', 'withdrawn']),
  /** What the effect belongs to: the actor and the id of the invoke. */
  address: z.string(),
  invoke: z.string(),
  attempt: z.number().int().nonnegative(),
  effect: EffectClass,
  at: Instant,
  key: z.string(),
});
export type EffectRecord = z.infer<typeof EffectRecord>;

/** A fact as it lies in a journal record: `[at, goal, actor, type, data, from, to, cause]`. */
export const StoredFact = z.tuple([
  Instant,
  z.string(),
  z.string(),
  z.string(),
  FactData,
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
]);
export type StoredFact = z.infer<typeof StoredFact>;

/** A fact as it is stored. */
export const toStored = (fact: Fact): StoredFact => [
  fact.at,
  fact.goal,
  fact.actor,
  fact.type,
  fact.data,
  fact.from ?? null,
  fact.to ?? null,
  fact.cause ?? null,
];

/** What one batch says: its number, and its facts with the sequence number of the first. */
export const JournalRecord = z.object({
  commit: z.number().int().positive(),
  seq: z.number().int().positive(),
  facts: z.array(StoredFact),
  /** Facts that were deleted with their goals: how many stood before the fact at a place. */
  removed: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().positive()])).optional(),
});
export type JournalRecord = z.infer<typeof JournalRecord>;

/** Commits whose journal records were deleted because no goal has facts in them any more. */
export const GapRecord = z.object({ from: z.number().int().positive(), to: z.number().int().positive() });
export type GapRecord = z.infer<typeof GapRecord>;

/** A goal that is being deleted: what has gone so far. It is there until the last of it has gone. */
export const RemovalRecord = z.object({
  at: Instant,
  bytes: z.number().int().nonnegative(),
  facts: z.number().int().nonnegative(),
});
export type RemovalRecord = z.infer<typeof RemovalRecord>;

export const FormatRecord = z.object({ format: z.number().int().positive(), createdAt: Instant });
/** What was lost and has been told; `at` is when it was noticed. */
export const LossesRecord = z.object({
  losses: z.array(
    z.object({
      from: z.number().int().positive(),
      to: z.number().int().positive(),
      end: z.boolean(),
      at: Instant,
    }),
  ),
});
export type LossesRecord = z.infer<typeof LossesRecord>;
/** How many goals have not ended. */
export const OpenCount = z.object({ count: z.number().int().nonnegative() });
export const PlanPart = z.record(z.string(), z.record(z.string(), z.unknown()));
export const SignalRecord = z.object({
  name: z.string(),
  payload: Json,
  at: Instant,
  by: z.string().optional(),
});
export type SignalRecord = z.infer<typeof SignalRecord>;
export const BlobCount = z.object({ bytes: z.number().int().nonnegative(), count: z.number().int() });

/** The schema of each kind of record, by the sublevel it lies in. */
export const schemas = {
  goal: GoalRecord,
  plan: Plan,
  planGraph: PlanGraph,
  planPart: PlanPart,
  task: TaskRecord,
  actor: ActorRecord,
  effect: EffectRecord,
  journal: JournalRecord,
  gap: GapRecord,
  removal: RemovalRecord,
  format: FormatRecord,
  losses: LossesRecord,
  openCount: OpenCount,
  signal: SignalRecord,
  blobCount: BlobCount,
} as const;
export type RecordKind = keyof typeof schemas;

/**
 * The schemas of what is written. What was checked when it came in and never changes is not walked through again
 * each time its record is written.
 */
export const writtenSchemas: Readonly<Record<RecordKind, z.ZodType>> = {
  ...schemas,
  goal: GoalRecord.extend({ spec: z.custom<GoalSpec>(isObject), inputs: z.custom<Json>(isObject) }),
};

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
export type RecordOf<K extends RecordKind> = z.infer<(typeof schemas)[K]>;

const kinds: readonly [prefix: string, kind: RecordKind][] = [
  ['!meta!format', 'format'],
  ['!goals!', 'goal'],
  ['!tasks!', 'task'],
  ['!actors!', 'actor'],
  ['!effects!', 'effect'],
  ['!journal!', 'journal'],
  ['!journalGaps!', 'gap'],
  ['!removals!', 'removal'],
  ['!signals!', 'signal'],
  ['!blobCounts!', 'blobCount'],
  [keys.format, 'format'],
  [keys.losses, 'losses'],
  [keys.openCount, 'openCount'],
];

/** The kind of the record under a key; undefined for index entries and blobs, which are text. */
export function kindOfKey(key: string): RecordKind | undefined {
  if (key.startsWith('!plans!')) {
    return key.endsWith('/head') ? 'plan' : key.endsWith('/graph') ? 'planGraph' : 'planPart';
  }
  return kinds.find(([prefix]) => key.startsWith(prefix))?.[1];
}

/**
 * Checks a value that was read against the schema of its kind.
 *
 * @throws EngineError `STORE_DAMAGED` naming the key and the first field that does not fit.
 */
export function parseRecord<K extends RecordKind>(kind: K, key: string, value: unknown): RecordOf<K> {
  const parsed = schemas[kind].safeParse(value);
  if (parsed.success) return parsed.data as RecordOf<K>;
  const issue = parsed.error.issues[0];
  throw damaged(key, `${issue?.path.join('.') || 'the value'}: ${issue?.message ?? 'unreadable'}`);
}
