// Graph: the order of a plan's tasks as it is stored with the plan. Tasks are known by their index in `ids`.
//
// G1 every index is smaller than `ids.length`, and the lists by task are as many as `ids`.
// G2 `before`, `data` and the ordering `special` edges together have no cycle.
import { z } from 'zod';
import { DurationMs, Expression } from './scalars.js';

const Index = z.number().int().nonnegative();

/** Bits of a task's entry in {@link PlanGraph.flags}. */
export const graphFlags = { optional: 1, critical: 2, loop: 4, needsApproval: 8, waits: 16 } as const;

/** An edge that is neither sequential nor data: it has a condition, a wish or a lag. */
export const SpecialEdge = z.strictObject({
  from: Index,
  to: Index,
  type: z.enum(['preferred', 'temporal', 'on_success', 'on_failure', 'on_condition']),
  when: Expression.optional(),
  minLagMs: DurationMs.optional(),
  maxLagMs: DurationMs.optional(),
});
export type SpecialEdge = z.infer<typeof SpecialEdge>;

/**
 * One list of indices for each task, packed, because most are short: the list of task `i` is `items[starts[i]]` up to,
 * not including, `items[starts[i + 1]]`.
 */
export const Lists = z.strictObject({ starts: z.array(Index).min(1), items: z.array(Index) });
export type Lists = z.infer<typeof Lists>;

/** Packs one list for each task. */
export function packLists(lists: readonly (readonly number[])[]): Lists {
  const starts = [0];
  for (const list of lists) starts.push((starts.at(-1) ?? 0) + list.length);
  return { starts, items: lists.flat() };
}

/** The list of one task. */
export function listOf({ starts, items }: Lists, index: number): number[] {
  return items.slice(starts[index], starts[index + 1]);
}

/**
 * The graph of a plan. A skipped task satisfies those that come after it by `before`, but a task that needs
 * its output (`data`) is skipped too. An edge that is both is kept in `data` only.
 */
export const PlanGraph = z.strictObject({
  /** Task ids in the order of the document. */
  ids: z.array(z.string()),
  /** For each task, the tasks that must have ended well before it. */
  before: Lists,
  /** For each task, the tasks whose output it reads. */
  data: Lists,
  special: z.array(SpecialEdge),
  /** Pairs that must not overlap, the smaller index first. */
  exclusions: z.array(z.tuple([Index, Index])),
  /** The expected duration of each task. */
  estimateMs: z.array(DurationMs),
  priority: z.array(z.number().int()),
  /** The longest path from the start of each task to the end of the plan. The larger, the less slack. */
  tailMs: z.array(DurationMs),
  /** A sum of {@link graphFlags} for each task. */
  flags: z.array(Index),
});
export type PlanGraph = z.infer<typeof PlanGraph>;
