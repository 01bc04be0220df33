// Planning: a planner whose plans come when the test gives them.
import type { Planner } from '#src/engine/api.js';
import type { PlanSpecInput } from '#src/model/plan.js';

export interface Planning {
  readonly planner: Planner;
  /** Gives the plan for the goal of this name, or says why there is none. */
  give(name: string, plan: PlanSpecInput | Error): void;
}

/** Makes a planner that waits. */
export function createPlanning(): Planning {
  const asked = new Map<string, (plan: PlanSpecInput | Error) => void>();
  return {
    planner: {
      name: 'by hand',
      plan: (goal) =>
        new Promise((resolve, reject) => {
          asked.set(goal.name, (plan) => (plan instanceof Error ? reject(plan) : resolve(plan)));
        }),
    },
    give: (name, plan) => asked.get(name)?.(plan),
  };
}
