// Parsed plan: what comes of reading a plan document.
import type { GoalSpecInput } from '../../../model/goal.js';
import type { PlanGraph } from '../../../model/graph.js';
import type { PlanSpecInput } from '../../../model/plan.js';

/** A goal and its plan, in the long form. What was not written is not there: the model's defaults hold. */
export interface PlanDocument {
  readonly version: 1;
  readonly goal: GoalSpecInput;
  readonly plan: PlanSpecInput;
}

/** A document that can be used, with the graph that was built to check it. */
export interface ParsedPlan {
  readonly document: PlanDocument;
  readonly graph: PlanGraph;
}
