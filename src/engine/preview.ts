// Preview: what a plan would do, without running anything.
import { EngineError } from '../errors.js';
import type { Json } from '../model/scalars.js';
import { describePlan } from '../services/planning/dry-run.js';
import { expandPlanDocument } from '../services/planning/document/plan-document.js';
import type { GoalRequest, PlanPreview, SubmitOptions } from './api.js';
import { parse, preparePlan, type Checks } from './submit.js';

/** Describes a plan document. @throws EngineError `INPUT_INVALID` with all problems */
export function preview(request: GoalRequest, options: SubmitOptions, checks: Checks): PlanPreview {
  if (typeof request === 'string') {
    throw new EngineError(
      'INPUT_INVALID',
      'Only a plan document can be looked at: this engine cannot plan from words yet.',
    );
  }
  const parsed = parse(request, options, checks);
  preparePlan(parsed, options, checks.config);
  const { document, graph } = parsed;
  const about = describePlan(document.plan, graph);
  return {
    name: document.goal.name,
    problems: about.problems,
    levels: about.levels,
    criticalPath: about.criticalPath,
    estimates: about.estimates,
    width: about.width,
    widest: about.widest,
    locks: about.locks,
    resources: about.resources,
    tasks: about.tasks,
    expanded: expandPlanDocument(document) as Json,
  };
}
