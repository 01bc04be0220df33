// Only waits: whether a goal does nothing but wait for somebody or for an instant, and until when at the most. Such
// a goal can be taken from memory, as if the engine had been killed and had not come to it yet.
import { stateName } from '../actors/state-name.js';
import { addressOf, parseAddress } from '../model/address.js';
import { neverWakes } from '../persistence/wakes.js';
import type { Runtime } from './runtime-types.js';

type Waiting = Pick<Runtime, 'system' | 'frontiers' | 'gates' | 'faults'>;

interface Actor {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly context: { readonly deadlineAt?: number; readonly rules?: { readonly limitAt?: number } };
}

/** States of tasks that something else in this process ends, or that may do something. */
const busyBlocks: ReadonlySet<string> = new Set([
  'blocked.interrupted.deciding',
  'blocked.interrupted.probing',
]);

/**
 * The instant until which a goal only waits; undefined when it does more than that. What waits for a lock, a
 * resource or a lag is told by what is in memory, so it stays there.
 */
export function waitsUntil(runtime: Waiting, goalId: string): number | undefined {
  if (runtime.faults.has(goalId)) return undefined;
  const addresses = runtime.system.addressesOf(goalId);
  const goal = runtime.system.snapshot(addressOf.goal(goalId));
  const plan = runtime.system.snapshot(addressOf.plan(goalId));
  if (goal === undefined || (plan !== undefined && !stateName(plan.value).startsWith('blocked')))
    return undefined;
  const isPaused = plan !== undefined && stateName(plan.value) === 'blocked.paused';
  let until = neverWakes;
  let blocked = 0;
  for (const address of addresses) {
    const { kind, name } = parseAddress(address);
    const snapshot = runtime.system.snapshot(address);
    if (snapshot === undefined) return undefined;
    const state = stateName(snapshot.value);
    const context = snapshot.context as Actor['context'];
    const at = actorWaitsUntil(runtime, goalId, { kind, name, state, context }, isPaused);
    if (at === undefined) return undefined;
    if (kind === 'task' && state.startsWith('blocked')) blocked += 1;
    until = Math.min(until, at);
  }
  // More than what has an actor waits: for a lock or a lag. While it is paused none of that goes on.
  const parked = (runtime.frontiers.find(goalId)?.survey().waiting ?? 0) - blocked;
  return parked > 0 && !isPaused ? undefined : until;
}

function actorWaitsUntil(
  runtime: Waiting,
  goalId: string,
  { kind, name, state, context }: Actor,
  isPaused: boolean,
): number | undefined {
  const deadline = instant(context.deadlineAt);
  switch (kind) {
    case 'goal': {
      const limit = instant(context.rules?.limitAt);
      if (state === 'ready.waiting') return earlier(limit, runtime.gates.opensAt(goalId));
      if (!state.startsWith('blocked')) return undefined;
      return state === 'blocked.paused' || state === 'blocked.waiting' ? limit : Math.min(limit, deadline);
    }
    case 'plan':
      return state === 'blocked.paused' ? neverWakes : deadline;
    case 'monitor':
      return state === 'executing' ? neverWakes : undefined;
    case 'contingency':
      return state === 'blocked' ? deadline : undefined;
    default:
      if (state === 'executing')
        return runtime.frontiers.find(goalId)?.loopSize(name) === undefined ? undefined : neverWakes;
      if (!state.startsWith('blocked') || busyBlocks.has(state)) return undefined;
      return state === 'blocked.resource' && !isPaused ? undefined : deadline;
  }
}

/** Deadlines of 0 never come. */
const instant = (at: number | undefined): number => (at === undefined || at === 0 ? neverWakes : at);

const earlier = (one: number, other: number | undefined): number | undefined =>
  other === undefined ? undefined : Math.min(one, other);
