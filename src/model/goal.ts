// Goal: what the user wants.
import { z } from 'zod';
import { Criterion } from './criterion.js';
import { DurationMs, Expression, Id, Instant, Json, Metadata, Rank, Share } from './scalars.js';

/** A constraint in words, with how it is checked. */
export const Constraint = z.strictObject({
  id: Id,
  kind: z.string(),
  description: z.string(),
  source: z.enum(['explicit', 'implicit']).default('explicit'),
  priority: Rank.default(5),
  verification: z.string().default(''),
  /** For safety: a regular expression that no output may contain. */
  prohibit: z.string().optional(),
});
export type Constraint = z.infer<typeof Constraint>;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day from 00:00 to 23:59');
const TimeZone = z.string().refine(isTimeZone, 'expected the name of a time zone, such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const Constraints = z.strictObject({
  time: z
    .strictObject({
      maxDurationMs: DurationMs.optional(),
      window: z
        .strictObject({
          from: TimeOfDay,
          to: TimeOfDay,
          timeZone: TimeZone.default('UTC'),
        })
        .optional(),
      deadlineAt: Instant.optional(),
      minStartDelayMs: DurationMs.default(0),
    })
    .prefault({}),
  resource: z
    .strictObject({
      maxCpuPercent: z.number().positive().max(100).default(100),
      maxMemoryMb: z.number().positive().default(8192),
      maxDiskMb: z.number().positive().default(10_240),
      maxNetworkMbps: z.number().positive().optional(),
      requiredTools: z.array(z.string()).default([]),
      networkRequired: z.boolean().optional(),
      budget: z
        .strictObject({
          dollars: z.number().nonnegative().optional(),
          tokens: z.number().int().nonnegative().optional(),
          modelCalls: z.number().int().nonnegative().optional(),
        })
        .prefault({}),
    })
    .prefault({}),
  quality: z
    .strictObject({
      minAccuracy: Share.default(0.8),
      maxErrorRate: Share.default(0.1),
      verificationRequired: z.boolean().default(false),
      humanApprovalRequired: z.boolean().default(false),
    })
    .prefault({}),
  functional: z.array(Constraint).default([]),
  nonFunctional: z.array(Constraint).default([]),
  safety: z.array(Constraint).default([]),
  contextual: z.array(Constraint).default([]),
});
export type Constraints = z.infer<typeof Constraints>;

/** A condition that fails the goal when it holds: an expression over `tasks` and `inputs`. */
export const FailureCondition = z.strictObject({
  id: Id,
  description: z.string().default(''),
  expression: Expression,
});

/** What analysis found out about a goal. */
export const Analysis = z.object({
  intent: z.string(),
  entities: z.array(Json).default([]),
  relations: z.array(Json).default([]),
  complexity: z
    .object({
      decompositionDepth: z.enum(['simple', 'moderate', 'complex', 'very_complex']),
      uncertainty: z.enum(['deterministic', 'low', 'moderate', 'high']),
      interdependence: z.enum(['independent', 'sequential', 'tree', 'graph']),
      risk: z.enum(['none', 'low', 'medium', 'high']),
      novelty: z.enum(['routine', 'familiar', 'novel', 'unprecedented']),
      overall: z.enum(['simple', 'structured', 'exploratory', 'verified']),
      score: Share,
    })
    .optional(),
  confidence: Share,
  ambiguities: z.array(z.string()).default([]),
  assumptions: z.array(z.string()).default([]),
});
export type Analysis = z.infer<typeof Analysis>;

export const GoalType = z.enum([
  'atomic',
  'sequential',
  'parallel',
  'conditional',
  'iterative',
  'hierarchical',
  'adaptive',
]);

/** What a host says of a goal. */
export const GoalSpec = z.strictObject({
  name: z.string().min(1).max(500),
  description: z.string().default(''),
  rawInput: z.string().default(''),
  role: z.enum(['primary', 'secondary', 'constraint']).default('primary'),
  type: GoalType.default('atomic'),
  parentGoalId: Id.optional(),
  subGoals: z.array(Id).default([]),
  dependsOn: z.array(Id).default([]),
  domain: z.string().default('general'),
  requiredCapabilities: z.array(z.string()).default([]),
  priority: Rank.default(5),
  urgency: Rank.default(5),
  deadlineAt: Instant.optional(),
  estimatedDurationMs: DurationMs.optional(),
  constraints: Constraints.prefault({}),
  successCriteria: z.array(Criterion).default([]),
  failureConditions: z.array(FailureCondition).default([]),
  metadata: Metadata.optional(),
});
export type GoalSpec = z.infer<typeof GoalSpec>;
export type GoalSpecInput = z.input<typeof GoalSpec>;

export const GoalStatus = z.enum([
  'ready',
  'executing',
  'blocked',
  'verifying',
  'recovering',
  'succeeded',
  'partial',
  'failed',
  'aborted',
]);
export type GoalStatus = z.infer<typeof GoalStatus>;

export const goalEnds: ReadonlySet<GoalStatus> = new Set(['succeeded', 'partial', 'failed', 'aborted']);
