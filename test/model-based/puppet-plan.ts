// Puppet plan: a plan that can be made to block, to go on and to end in each way whenever a test wants it.
//
// `k` (critical) and `f` run from the start; `q0` waits for a signal, then `r0` (critical) runs, then `q1` waits, and so
// on. A criterion of the plan waits to be checked, so that there is time between the end of its tasks and its own.
import type { GoalHandle } from '#src/engine/api.js';
import type { PlanSpecInput } from '#src/model/plan.js';
import type { RealEngine } from './real-engine.js';
import type { Call } from '#src/testing/script.js';

const forever = 1_000_000_000_000;
const links = 4;
const act = { kind: 'tool_call', tool: 'script.act', input: { effect: 'idempotent' } } as const;
const undo = { kind: 'tool_call', tool: 'script.undo' } as const;

function makeTasks(): PlanSpecInput['tasks'] {
  const tasks: PlanSpecInput['tasks'] = {
    k: { action: act, critical: true, timeoutMs: forever, compensate: undo },
    f: { action: act, timeoutMs: forever },
  };
  for (let i = 0; i < links; i++) {
    const wait = { kind: 'wait', for: { signal: `go${i}` }, timeoutMs: forever } as const;
    tasks[`q${i}`] = { action: wait, after: i === 0 ? [] : [`r${i - 1}`] };
    tasks[`r${i}`] = { action: act, critical: true, timeoutMs: forever, after: [`q${i}`] };
  }
  return tasks;
}

/** The plan, without a goal. */
export const planTasks: PlanSpecInput = {
  planCriteria: [{ id: 'whole', check: { tool: 'script.check', input: {} } }],
  tasks: makeTasks(),
};

export interface Puppet {
  /** Lets all end well that runs, so that only tasks that wait are left. */
  block(): Promise<void>;
  /** Lets the task that waits go on. */
  unblock(): Promise<void>;
  /** Lets all tasks end well; the plan then waits for its criterion. */
  finishTasks(): Promise<void>;
  end(status: 'succeeded' | 'partial' | 'failed'): Promise<void>;
  /** Lets what runs end, and what is undone be undone. */
  finishUndoing(): Promise<void>;
  /** Makes sure that a task has failed, and names it. */
  prepareRetry(): Promise<string>;
}

/** Takes the strings of a goal's plan. */
export function createPuppet(world: RealEngine, goal: GoalHandle): Puppet {
  const { script } = world;
  const find = (tool: string): Call | undefined => script.find(tool, goal.id);
  const check = (): Call | undefined => script.find('script.check', goal.id, '');

  async function succeedAll(tool: string): Promise<void> {
    for (let call = find(tool); call !== undefined; call = find(tool)) {
      call.succeed();
      await world.quiet();
    }
  }

  async function unblock(): Promise<void> {
    const waiting = [...Array(links).keys()].find(
      (i) => world.state(`task/${goal.id}/q${i}`) === 'blocked.external',
    );
    if (waiting === undefined) throw new Error('No task of the plan waits for a signal.');
    await goal.signal(`go${waiting}`, {});
    await world.quiet();
  }

  async function finishTasks(): Promise<void> {
    await succeedAll('script.act');
    while (check() === undefined) {
      await unblock();
      await succeedAll('script.act');
    }
  }

  async function end(status: 'succeeded' | 'partial' | 'failed'): Promise<void> {
    if (status === 'failed' && check() === undefined) {
      const critical = script.calls.find(
        ({ context }) => context.goalId === goal.id && /^[kr]/.test(context.taskId),
      );
      critical?.fail({ class: 'logic' });
      await world.quiet();
      return succeedAll('script.act');
    }
    await finishTasks();
    if (status === 'succeeded') check()?.succeed();
    else check()?.fail({ class: 'logic' });
  }

  return {
    block: () => succeedAll('script.act'),
    unblock,
    finishTasks,
    end,
    finishUndoing: async () => {
      await succeedAll('script.act');
      await succeedAll('script.undo');
    },
    prepareRetry: async () => {
      const call = script.calls.find(
        ({ context }) => context.goalId === goal.id && context.taskId.startsWith('f'),
      );
      call?.fail({ class: 'logic' });
      await world.quiet();
      return call?.context.taskId ?? 'f';
    },
  };
}
