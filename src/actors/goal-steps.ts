// Goal steps: the ports of a goal that prepare its plan, mend it and look back at it.
import type { Failure } from '../model/failure.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { RepairOutcome, StepOutcome } from '../machines/protocol.js';
import type { TurnContext } from './turn.js';
import type { ActorSystem } from './system-types.js';

export interface GoalKey {
  readonly goalId: string;
  readonly planVersion: number;
}

type Unstamped<T> = T extends unknown ? Omit<T, 'at' | 'random'> : never;
export type StepResult = Unstamped<StepOutcome>;
export type RepairResult = Unstamped<RepairOutcome>;

/** A step: what it found at once, or a promise of what to do in the turn in which it is settled. */
export type Step<I, R> = (
  input: I,
  turn: TurnContext,
  signal: AbortSignal,
) => R | Promise<(turn: TurnContext) => R>;

/** Makes a port from a step. A step that rejects is settled by `onError`. */
export function stepPort<I extends { goalId: string }, R extends object, O>(
  system: () => ActorSystem,
  step: Step<I, R>,
  onError: (error: unknown) => R,
): PortLogic<I, O> {
  const running = new Map<object, AbortController>();
  const settle = (ref: PortCall<I, O>['ref'], result: R, turn: TurnContext): void =>
    system().settleNow(ref, { ...result, ...turn.stamp() });
  return portLogic<I, O>({
    start: ({ input, ref }) => {
      const turn = system().current();
      const controller = new AbortController();
      const attempt = (): R | Promise<(turn: TurnContext) => R> => {
        try {
          return step(input, turn, controller.signal);
        } catch (error) {
          return onError(error);
        }
      };
      const result = attempt();
      if (!(result instanceof Promise)) return settle(ref, result, turn);
      running.set(ref, controller);
      void result
        .catch((error: unknown) => () => onError(error))
        .then((finish) => {
          running.delete(ref);
          if (controller.signal.aborted) return;
          system().run(input.goalId, (now) => settle(ref, finish(now), now));
        });
    },
    stop: (ref) => {
      running.get(ref)?.abort();
      running.delete(ref);
    },
  });
}

/** What a step that threw says. */
export function stepFailure(error: unknown): { kind: 'failed'; failure: Failure } {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', failure: { code: 'step-failed', class: 'logic', message, retryable: false } };
}
