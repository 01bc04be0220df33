// Plan goal: plans a goal that came in words, with the host's planner.
import { EngineError } from '../errors.js';
import type { StepResult, GoalKey } from '../actors/goal-steps.js';
import { keys } from '../persistence/keys.js';
import type { Planner } from './api.js';
import type { Runtime } from './runtime-types.js';
import { parse, preparePlan, storePlan, type Checks } from './submit.js';
import { readGoal } from './views.js';

/**
 * Asks the planner, checks what it gives as strictly as a document of a person, and stores it in the turn that
 * goes on with the goal.
 */
export async function planGoal(
  runtime: Runtime,
  planner: Planner | undefined,
  checks: Checks,
  key: GoalKey,
  signal: AbortSignal,
): Promise<() => StepResult> {
  const { spec } = readGoal(runtime, key.goalId);
  if (planner === undefined) {
    const message =
      'This engine has no planner, so it cannot plan a goal from words. Submit a plan document, or give createEngine a planner.';
    return () => ({
      kind: 'failed',
      failure: { code: 'no-planner', class: 'logic', message, retryable: false },
    });
  }
  const plan = await planner.plan(spec, { signal });
  try {
    const parsed = parse({ version: 1, goal: { name: spec.name }, ...plan }, {}, checks);
    const prepared = preparePlan(parsed, {}, checks.config);
    return () => {
      storePlan(key.goalId, 1, prepared, planner.name, runtime.system.current());
      const record = readGoal(runtime, key.goalId);
      const counts = { ...record.counts, total: prepared.graph.ids.length };
      runtime.system
        .current()
        .changes.put('goal', keys.goal(key.goalId), { ...record, planVersion: 1, counts });
      return { kind: 'done', planVersion: 1 };
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const failure = {
      code: 'plan-refused',
      class: 'logic',
      message: error.message,
      retryable: false,
    } as const;
    return () => ({ kind: 'failed', failure: { ...failure, details: [...error.problems] as never } });
  }
}
