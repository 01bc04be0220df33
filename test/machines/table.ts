// The table of transitions between top states (spec/statecharts.md), and the places where a chart goes beyond it.
import type { ActorKind } from '#src/model/address.js';

const table: Readonly<Record<ActorKind, Readonly<Record<string, readonly string[]>>>> = {
  goal: {
    ready: ['executing', 'failed'],
    executing: ['blocked', 'verifying', 'recovering', 'failed'],
    blocked: ['executing', 'recovering', 'failed'],
    verifying: ['succeeded', 'partial', 'recovering', 'failed'],
    recovering: ['executing', 'blocked', 'partial', 'failed'],
  },
  plan: {
    ready: ['executing'],
    executing: ['blocked', 'verifying', 'recovering'],
    blocked: ['executing', 'recovering'],
    verifying: ['succeeded', 'partial', 'recovering', 'failed'],
    recovering: ['executing', 'blocked', 'superseded', 'partial', 'failed'],
  },
  task: {
    ready: ['executing', 'blocked', 'skipped'],
    blocked: ['ready', 'executing', 'verifying', 'recovering', 'failed', 'skipped'],
    executing: ['verifying', 'recovering', 'blocked'],
    verifying: ['succeeded', 'recovering', 'blocked'],
    recovering: ['ready', 'executing', 'blocked', 'failed', 'skipped'],
  },
  monitor: {
    ready: ['executing'],
    executing: ['verifying', 'blocked', 'succeeded'],
    verifying: ['executing', 'recovering', 'blocked'],
    recovering: ['executing', 'blocked', 'succeeded'],
    blocked: ['executing', 'succeeded'],
  },
  contingency: {
    ready: ['blocked', 'executing'],
    blocked: ['executing', 'ready', 'failed'],
    executing: ['verifying', 'recovering'],
    verifying: ['succeeded', 'recovering'],
    recovering: ['executing', 'blocked', 'failed'],
  },
};

const supersede =
  'a person may ask for a failed task again at any time; the goal then replaces the plan at once';

/** Moves that the charts make beyond the table, each with its reason. The only list of deviations. */
export const deviations: Readonly<Record<string, string>> = {
  'plan: ready → recovering': '`plan.abort` with `compensate` goes by way of `recovering` from every state',
  'plan: ready → superseded': supersede,
  'plan: executing → superseded': supersede,
  'plan: blocked → superseded': supersede,
  'plan: verifying → superseded': supersede,
  'monitor: verifying → succeeded': 'what it watches can end during the window of a suspicion, too',
};

/** Moves that neither the table nor the list of deviations knows. Any state that is not an end may go to `aborted`. */
export function outsideTheTable(moves: Iterable<string>): string[] {
  return [...moves].filter((move) => {
    const [kind = '', from = '', to = ''] = move.split(/: | → /);
    const known = table[kind as ActorKind][from];
    if (known === undefined) return true;
    return !known.includes(to) && to !== 'aborted' && deviations[move] === undefined;
  });
}
