// The public API of the planner that stands alone: statewright/planning.
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
export { writeHddlDomain, writeHddlProblem } from './services/planning/htn/hddl/write.js';
export { createHtnSearch, planHtn, planHtnNow, type HtnSearch } from './services/planning/htn/plan-htn.js';
export { readHtnPlan, writeHtnPlan } from './services/planning/htn/validation/read-plan.js';
export type {
  MemoryReading as HtnMemoryReading,
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
