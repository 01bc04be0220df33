// The public API of statewright.
export { createEngine } from './engine.js';
export { EngineError, type EngineErrorCode, type Problem } from './errors.js';
export type {
  AnswerOptions,
  CommandOptions,
  Diagnosis,
  Engine,
  EngineOptions,
  Explanation,
  GoalHandle,
  GoalRequest,
  GoalSummary,
  PendingApproval,
  PlanPreview,
  Planner,
  StoreTrouble,
  SubmitOptions,
  TaskView,
  Telemetry,
} from './engine/api.js';
export { repairStore, type RepairReport } from './engine/salvage.js';
export type { AroundCall, OutsideCall } from './engine/around-call.js';
export { Config } from './engine/config.js';
export { migrate } from './engine/migrate.js';
export { connectEngine, type RemoteEngine } from './engine/remote.js';
export { parsePlanDocument } from './services/planning/document/plan-document.js';
export { defineTool, ToolFailure, type Tool, type ToolCallContext } from './services/tools/tool.js';
export type { EffectClass } from './model/action.js';
export type { Fact } from './model/fact.js';
export type { Failure } from './model/failure.js';
export type { GoalSpec, GoalStatus } from './model/goal.js';
export type { PlanSpecInput } from './model/plan.js';
export type { Result, TaskResult } from './model/result.js';
export type { Json } from './model/scalars.js';
export type { TaskStatus } from './model/task.js';
export type { FactPage, FactPageOptions } from './persistence/fact-pages.js';
export type { Migration } from './persistence/migrate.js';
export type { Database, Durability } from './persistence/ledger.js';
export type { Clock } from './services/clock.js';
export type { Ids } from './services/ids.js';
export {
  and,
  arithmetic,
  change,
  compare,
  different,
  every,
  forEvery,
  implies,
  not,
  or,
  same,
  some,
  when,
} from './services/planning/htn/builder/builder-conditions.js';
export {
  checkMethods,
  withMethods,
  type MethodCheckOptions,
  type MethodFinding,
} from './services/planning/htn/methods/check-methods.js';
export {
  decompositionLines,
  type DecompositionTextOptions,
} from './services/planning/htn/output/decomposition-text.js';
export { achieve, defineDomain, type DomainBuilder } from './services/planning/htn/builder/define-domain.js';
export type {
  Domain as HtnDomain,
  Method as HtnMethod,
  Operator as HtnOperator,
  Problem as HtnProblem,
} from './services/planning/htn/domain.js';
export {
  readDomainDocument,
  readMethodsDocument,
  readProblemDocument,
  type DomainDocument,
  type ProblemDocument,
} from './services/planning/htn/language/domain-document.js';
export {
  toEnginePlan,
  type EnginePlan,
  type EnginePlanOptions,
} from './services/planning/htn/output/engine-plan.js';
export { readHddl, type HddlReader } from './services/planning/htn/hddl/read-problem.js';
export { createHtnSearch, planHtn, type HtnSearch } from './services/planning/htn/plan-htn.js';
export { readHtnPlan, writeHtnPlan } from './services/planning/htn/validation/read-plan.js';
export type {
  SearchOptions as HtnSearchOptions,
  SearchOutcome as HtnSearchOutcome,
} from './services/planning/htn/search-outcome.js';
export type { DecompositionNode, HtnPlan, PlanStep } from './services/planning/htn/solution.js';
export { validatePlan, type PlanVerdict } from './services/planning/htn/validate.js';
export {
  explainFailure,
  failureLines,
  type FailureExplanation,
} from './services/planning/htn/explanation/explain-failure.js';
export {
  explainPlan,
  explanationLines,
  type NodeExplanation,
  type PlanExplainer,
} from './services/planning/htn/explanation/explain-plan.js';
export type { Miss } from './services/planning/htn/explanation/misses.js';
export {
  repairPlan,
  type Departure,
  type RepairOptions,
  type RepairOutcome,
} from './services/planning/htn/repair/repair-plan.js';
