// The public API of statewright/testing: what proves that plans and tools go on after a crash.
export { createManualClock, type ManualClock } from './testing/manual-clock.js';
export { createScript, type Call, type Script, type Trouble } from './testing/script.js';
export {
  createScriptedTools,
  type Behaviour,
  type Scripted,
  type ScriptedRun,
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
