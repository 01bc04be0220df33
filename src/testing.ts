// The public API of statewright/testing: what proves that plans and tools go on after a crash.
export type { ResumePromise } from './testing/judge.js';
export { createManualClock, type ManualClock } from './testing/manual-clock.js';
export type { ResumeProblem, ResumeReport } from './testing/report.js';
export type { Kill } from './testing/run.js';
export type { End, Moment, Scenario, VerifyOptions, Waiting } from './testing/scenario.js';
export { createScript, type Call, type Script, type Trouble } from './testing/script.js';
export {
  createScriptedTools,
  type Behaviour,
  type Scripted,
  type ScriptedRun,
  type ScriptedTool,
  type ScriptedToolsOptions,
} from './testing/scripted-tools.js';
export {
  createTestLevel,
  type LevelOperation,
  type LevelWrite,
  type TestLevel,
  type TestLevelOptions,
  type WriteFault,
} from './testing/test-level.js';
export { createSeededIds } from './testing/seeded-ids.js';
export { assertResumes, verifyResume } from './testing/verify-resume.js';
