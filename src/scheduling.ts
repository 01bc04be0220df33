// The public API of the scheduler that stands alone: statewright/scheduling.
export { durationsFromPlan, type UncertainDuration } from './services/scheduling/uncertainty/durations.js';
export {
  explainInfeasible,
  type ExplainOptions,
  type Infeasibility,
} from './services/scheduling/explain/explain-infeasible.js';
export type { Relaxation } from './services/scheduling/explain/relaxations.js';
export {
  type FromPlanOptions,
  type PlanScheduleProblem,
  problemFromPlan,
} from './services/scheduling/from-plan.js';
export { type ScheduleWorth, worthOf } from './services/scheduling/objective.js';
export { paretoFront, type ParetoFront, type ParetoOptions } from './services/scheduling/pareto.js';
export { scheduleSvg, type SvgOptions } from './services/scheduling/picture/svg-gantt.js';
export { scheduleText, type TextOptions } from './services/scheduling/picture/text-gantt.js';
export type { ScheduleProblem, ScheduleProblemInput } from './services/scheduling/problem.js';
export { parseProblemDocument, type ProblemTextOptions } from './services/scheduling/problem-document.js';
export { readProblem } from './services/scheduling/read-problem.js';
export type { RepairChanges } from './services/scheduling/repair/progress.js';
export { repair, type RepairOptions, type RepairResult } from './services/scheduling/repair/repair.js';
export type { Shift, ShiftCause } from './services/scheduling/repair/shifts.js';
export type {
  Improvement,
  Schedule,
  ScheduledTask,
  ScheduleResult,
  ScheduleStatus,
  Violation,
} from './services/scheduling/schedule.js';
export type { SolveOptions } from './services/scheduling/search.js';
export { slackOf } from './services/scheduling/slack.js';
export { solve, solveNow } from './services/scheduling/solve.js';
export {
  type Simulation,
  type SimulationOptions,
  simulateSchedule,
  type TaskOutlook,
} from './services/scheduling/uncertainty/simulate.js';
export { validateSchedule } from './services/scheduling/validate.js';
export { type PriorityRule, scheduleByRule } from './services/scheduling/generation/priority-rules.js';
