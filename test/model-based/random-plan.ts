// Random plans: small plans that use everything that can go wrong together: effect classes, probes, locks and resources
// shared between goals, retries, contingencies, approvals, signals, loops, criteria, compensation, time limits.
import type { Dice } from './dice.js';

export const locks = ['L1', 'L2'] as const;
export const attemptMs = 10_000;

type Part = Record<string, unknown>;

const act = (dice: Dice): Part => ({
  tool: 'script.act',
  input: { effect: dice.pick(['idempotent', 'keyed', 'once', 'once']) },
});

function action(dice: Dice): Part {
  const kind = dice.below(12);
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
    after: dice.some(before, 0.3),
    timeoutMs: attemptMs,
    ...('wait' in what ? {} : { requires: requirements(dice) }),
    ...(isWork && dice.chance(0.4) ? { probe: { tool: 'script.probe' } } : {}),
    ...(dice.chance(0.3) && !('wait' in what) ? { compensate: { tool: 'script.undo' } } : {}),
    ...(dice.chance(0.1) ? { critical: true } : {}),
    ...(dice.chance(0.1) ? { optional: true } : {}),
    ...(isWork && dice.chance(0.1) ? { approval: 'required' } : {}),
    ...(dice.chance(0.05) ? { when: 'false' } : {}),
    ...(isWork && dice.chance(0.15)
      ? { successCriteria: [{ id: 'good', check: { tool: 'script.check' } }] }
      : {}),
  };
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
      { action: { tool: 'script.step' } },
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

/** Makes a plan document. */
export function randomPlan(dice: Dice): Record<string, unknown> {
  const tasks: Record<string, unknown> = {};
  const ids: string[] = [];
  for (let i = 0; i < 2 + dice.below(5); i++) {
    tasks[`t${i}`] = task(dice, ids);
    ids.push(`t${i}`);
  }
  return {
    version: 1,
    goal: {
      name: 'explored',
      ...(dice.chance(0.2) ? { constraints: { time: { maxDurationMs: 600_000 } } } : {}),
      ...(dice.chance(0.2) ? { successCriteria: [{ id: 'good', check: { tool: 'script.check' } }] } : {}),
    },
    resources: { seat: { kind: 'reusable', capacity: 1 }, coin: { kind: 'consumable', initial: 30 } },
    strategy: {
      maxParallelTasks: 1 + dice.below(3),
      compensateOnFailure: dice.chance(0.3),
      onFailure: dice.chance(0.2) ? 'ask' : 'continue',
      retry: { maxRetries: dice.below(3), backoff: { kind: 'fixed', baseMs: 500 } },
    },
    contingencies: contingencies(dice),
    tasks,
  };
}
