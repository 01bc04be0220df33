// Random plans: small plans that use everything that can go wrong together: every type of dependency and effect class,
// probes, locks and resources shared between goals, retries, contingencies, approvals, signals, waits, loops,
// criteria, compensation, time limits, values that are large.
import type { Dice } from './dice.js';

export const locks = ['L1', 'L2'] as const;
export const attemptMs = 10_000;
/** How much of the consumable there is at first. */
export const coins = 30;

/** A plan document, as far as the checker looks at it. */
export interface Document {
  readonly version: 1;
  readonly goal: {
    readonly name: string;
    readonly dependsOn?: readonly string[];
    readonly constraints?: {
      readonly time?: { readonly maxDurationMs?: number; readonly minStartDelayMs?: number };
    };
  };
  readonly resources: Readonly<Record<string, { readonly kind: string; readonly capacity?: number }>>;
  readonly strategy: Readonly<Record<string, unknown>> & {
    readonly maxParallelTasks: number;
    readonly retry: { readonly maxRetries: number };
  };
  readonly contingencies: readonly { readonly id: string; readonly maxUses?: number }[];
  readonly tasks: Readonly<Record<string, TaskPart>>;
  readonly dependencies: readonly {
    readonly from: string;
    readonly to: string;
    readonly type: string;
    readonly minLagMs?: number;
  }[];
}

export interface TaskPart {
  readonly action: Readonly<Record<string, unknown>>;
  readonly after: readonly string[];
  readonly approval?: 'required';
  readonly optional?: boolean;
  readonly compensate?: object;
  readonly requires?: {
    readonly locks: readonly { readonly name: string; readonly mode: string }[];
    readonly resources: readonly { readonly name: string; readonly when?: string }[];
  };
}

type Part = Record<string, unknown>;

const act = (dice: Dice): Part => ({
  tool: 'script.act',
  input: {
    effect: dice.pick(['idempotent', 'keyed', 'once', 'once']),
    ...(dice.chance(0.03) ? { large: true } : {}),
  },
});

function action(dice: Dice): Part {
  const kind = dice.below(14);
  if (kind === 0) return { wait: { signal: 'go' } };
  if (kind === 1) return { wait: { approval: 'go on?' } };
  if (kind === 2) return { wait: { durationMs: 1_000 * dice.below(20) } };
  if (kind === 3) return { forEach: [1, 2, 3], width: 1 + dice.below(3), do: act(dice) };
  return act(dice);
}

function requirements(dice: Dice): Part {
  const wanted = dice
    .some(locks, 0.35)
    .map((name) => ({ name, mode: dice.pick(['exclusive', 'exclusive', 'shared']) }));
  const resources = [
    ...(dice.chance(0.2) ? [{ name: 'seat' }] : []),
    ...(dice.chance(0.15) ? [{ name: 'coin', when: 'start' }] : []),
  ];
  return { locks: wanted, resources };
}

function task(dice: Dice, before: readonly string[]): Part {
  const what = action(dice);
  const isWork = 'tool' in what;
  return {
    action: what,
    after: dice.some(before, 0.25),
    timeoutMs: attemptMs,
    ...('wait' in what ? {} : { requires: requirements(dice) }),
    ...(isWork && dice.chance(0.4) ? { probe: { tool: 'script.probe' } } : {}),
    ...(dice.chance(0.3) && !('wait' in what) ? { compensate: { tool: 'script.undo' } } : {}),
    ...(dice.chance(0.1) ? { critical: true } : {}),
    ...(dice.chance(0.1) ? { optional: true } : {}),
    ...(isWork && dice.chance(0.15) ? { approval: 'required' } : {}),
    ...(dice.chance(0.05) ? { when: 'false' } : {}),
    ...(isWork && dice.chance(0.15)
      ? { successCriteria: [{ id: 'good', check: { tool: 'script.check' } }] }
      : {}),
  };
}

const otherTypes = [
  'data',
  'on_success',
  'on_failure',
  'on_condition',
  'temporal',
  'preferred',
  'conflict',
  'resource',
] as const;

/** Dependencies beside `after`, at most one for each pair. What reads another's output comes after it. */
function dependencies(dice: Dice, tasks: Record<string, Part>): Part[] {
  const all = Object.entries(tasks);
  const found: Part[] = [];
  for (const [i, [to, later]] of all.entries()) {
    for (const [from, earlier] of all.slice(0, i)) {
      if ((later['after'] as string[]).includes(from) || !dice.chance(0.12)) continue;
      const type = dice.pick(otherTypes);
      if (type === 'data') {
        const input = (later['action'] as Part)['input'] as Part | undefined;
        const isRead = 'tool' in (earlier['action'] as Part);
        if (input === undefined || !isRead || 'read' in input) continue;
        input['read'] = `{{ tasks.${from}.output.call }}`;
        input['of'] = from;
        continue;
      }
      const more =
        type === 'on_condition'
          ? { when: `tasks.${from}.status == "${dice.pick(['succeeded', 'failed'])}"` }
          : type === 'temporal'
            ? { minLagMs: 3_000 }
            : {};
      found.push({ from, to, type, ...more });
    }
  }
  return found;
}

function contingencies(dice: Dice): Part[] {
  if (dice.chance(0.5)) return [];
  const step = (id: string): Part => ({
    id,
    do: dice.pick<Part>([
      { retry: { delayMs: 1_000 * dice.below(5) } },
      { retry: {} },
      { skip: true },
      { escalate: 'too hard' },
      { action: { tool: 'script.step', input: { effect: dice.pick(['idempotent', 'once']) } } },
    ]),
  });
  const one = (id: string, more: Part): Part => ({
    id,
    maxDurationMs: 120_000,
    actions: dice.chance(0.5) ? [step('s0')] : [step('s0'), step('s1')],
    ...(dice.chance(0.25) ? { approval: 'required' } : {}),
    ...more,
  });
  return [one('c', dice.chance(0.5) ? { fallback: 'd' } : {}), one('d', { maxUses: 2 })];
}

/** Makes a plan document; `others` are the goals that it may depend on. */
export function randomPlan(dice: Dice, others: readonly string[]): Document {
  const tasks: Record<string, Part> = {};
  const ids: string[] = [];
  for (let i = 0; i < 2 + dice.below(5); i++) {
    tasks[`t${i}`] = task(dice, ids);
    ids.push(`t${i}`);
  }
  const time = {
    ...(dice.chance(0.2) ? { maxDurationMs: 600_000 } : {}),
    ...(dice.chance(0.1) ? { minStartDelayMs: 20_000 } : {}),
  };
  return {
    version: 1,
    goal: {
      name: 'simulated',
      constraints: { time },
      ...(dice.chance(0.15) ? { dependsOn: dice.some(others, 0.5) } : {}),
      ...(dice.chance(0.2) ? { successCriteria: [{ id: 'good', check: { tool: 'script.check' } }] } : {}),
    },
    resources: { seat: { kind: 'reusable', capacity: 1 }, coin: { kind: 'consumable', initial: coins } },
    strategy: {
      maxParallelTasks: 1 + dice.below(3),
      compensateOnFailure: dice.chance(0.3),
      onFailure: dice.chance(0.2) ? 'ask' : 'continue',
      retry: { maxRetries: dice.below(3), backoff: { kind: 'fixed', baseMs: 500 } },
    },
    contingencies: contingencies(dice),
    tasks,
    dependencies: dependencies(dice, tasks),
  } as unknown as Document;
}
