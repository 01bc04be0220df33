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
