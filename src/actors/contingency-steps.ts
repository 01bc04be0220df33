// Contingency steps: the port that does one action of a contingency.
import type { StepAction } from '../model/action.js';
import { addressOf } from '../model/address.js';
import type { ContingencyStep } from '../model/contingency.js';
import type { Json } from '../model/scalars.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { ContingencyStepInput } from '../machines/contingency.setup.js';
import type { ContingencyStepOutcome } from '../machines/protocol.js';
import { keys } from '../persistence/keys.js';
import type { Ledger } from '../persistence/ledger.js';
import type { Performer } from '../services/tools/performer.js';
import type { Alarm } from './deadlines.js';
import type { Frontier } from './frontier.js';
import type { Scopes } from './scopes.js';
import type { ActorSystem } from './system-types.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';

export interface ContingencyStepOptions {
  readonly system: () => ActorSystem;
  readonly frontier: (goalId: string) => Frontier;
  readonly ledger: Ledger;
  readonly scopes: Scopes;
  readonly performer: Performer;
  readonly alarm: Alarm;
  readonly book: TaskBook;
  /** The engine only looks in: no action is begun. */
  readonly idle: boolean;
  /** The idempotency key of what a goal does under a name. */
  readonly keyOf: (goalId: string, name: string) => string;
}

type Call = PortCall<ContingencyStepInput, ContingencyStepOutcome>;
type Result = Omit<ContingencyStepOutcome, 'at' | 'random'>;

/** Makes the step port. */
export function createContingencyStepPort(
  options: ContingencyStepOptions,
): PortLogic<ContingencyStepInput, ContingencyStepOutcome> {
  const { system, ledger } = options;
  const running = new Map<object, () => void>();

  const settle = (ref: Call['ref'], result: Result, turn: TurnContext): void =>
    system().settleNow(ref, { ...result, ...turn.stamp() });

  function stepsOf({ goalId, contingencyId }: ContingencyStepInput): readonly ContingencyStep[] {
    const { contingencies } = options.frontier(goalId).reader.plan;
    return contingencies.find(({ id }) => id === contingencyId)?.actions ?? [];
  }

  /** What follows on a step: the one it names, else the next in the list. */
  function nextOf(
    steps: readonly ContingencyStep[],
    step: ContingencyStep,
    well: boolean,
  ): { next?: string } {
    const named = well ? step.onSuccess : step.onFailure;
    const following = well ? steps[steps.indexOf(step) + 1]?.id : undefined;
    const next = named ?? following;
    return next === undefined ? {} : { next };
  }

  function start({ input, ref }: Call): void {
    const turn = system().current();
    const steps = stepsOf(input);
    const step = steps.find(({ id }) => id === input.step);
    if (step === undefined)
      return settle(ref, { kind: 'failed', detail: `there is no step '${input.step}'` }, turn);
    const { do: what } = step;
    if ('retry' in what) return retry(input, ref, what.retry.delayMs);
    if ('skip' in what) return tell(input, ref, 'task.skip', turn);
    if ('escalate' in what) return settle(ref, { kind: 'failed', detail: what.escalate }, turn);
    act(input, ref, steps, step, turn);
  }

  function retry(input: ContingencyStepInput, ref: Call['ref'], delayMs: number): void {
    const again = (): void => system().run(input.goalId, (now) => tell(input, ref, 'task.retry', now));
    running.set(ref, options.alarm.at(input.at + delayMs, again));
  }

  /** The step is settled before the task is told, so that the contingency is ready for what the task says. */
  function tell(input: ContingencyStepInput, ref: Call['ref'], type: string, turn: TurnContext): void {
    settle(ref, { kind: 'succeeded', detail: type }, turn);
    const from = addressOf.contingency(input.goalId, `${input.contingencyId}/${input.taskId}`);
    turn.mail(from, addressOf.task(input.goalId, input.taskId), {
      type,
      by: input.contingencyId,
      automatic: true,
    });
  }

  function resolve(input: ContingencyStepInput, action: StepAction): StepAction | Error {
    const { plan } = options.frontier(input.goalId).reader;
    try {
      return options.scopes.resolve(plan, action as unknown as Json) as unknown as StepAction;
    } catch (error) {
      return error as Error;
    }
  }

  /** Each use of a contingency for a task has a key of its own. */
  function keyOf({ goalId, taskId, contingencyId }: ContingencyStepInput, step: string): string {
    const uses = options.book.record(goalId, taskId)?.contingencies?.filter((id) => id === contingencyId);
    return options.keyOf(goalId, `${taskId}/${contingencyId}#${uses?.length ?? 1}/${step}`);
  }

  function act(
    input: ContingencyStepInput,
    ref: Call['ref'],
    steps: readonly ContingencyStep[],
    step: ContingencyStep,
    turn: TurnContext,
  ): void {
    if (!('action' in step.do)) return;
    const address = addressOf.contingency(input.goalId, `${input.contingencyId}/${input.taskId}`);
    const key = keys.effect(`${address}#${step.id}`);
    const effect = options.performer.effectOf(step.do.action);
    const begun = ledger.read('effect', key) !== undefined;
    const fail = (detail: string): void =>
      settle(ref, { kind: 'failed', detail, ...nextOf(steps, step, false) }, turn);
    if (begun && effect === 'once') {
      turn.changes.remove(key);
      return fail('it was under way when the engine stopped');
    }
    const action = resolve(input, step.do.action);
    if (action instanceof Error) return fail(action.message);
    const idempotencyKey = keyOf(input, step.id);
    const about = { address, invoke: 'step', attempt: 1, effect, at: turn.at, key: idempotencyKey };
    if (!begun) turn.changes.create('effect', key, { state: 'intended', ...about });
    const controller = new AbortController();
    running.set(ref, () => {
      controller.abort();
      system().currentOrNone()?.changes.remove(key);
    });
    turn.changes.afterCommit(() => {
      if (controller.signal.aborted || options.idle) return;
      const context = {
        signal: controller.signal,
        idempotencyKey,
        goalId: input.goalId,
        taskId: input.taskId,
        attempt: 1,
        deadlineAt: Number.MAX_SAFE_INTEGER,
        progress: () => {},
        log: () => {},
      };
      void options.performer.perform(action, context).then((performed) => {
        if (controller.signal.aborted) return;
        running.delete(ref);
        system().run(input.goalId, (now) => {
          now.changes.remove(key);
          const detail = performed.ok ? step.id : performed.failure.message;
          const kind = performed.ok ? 'succeeded' : 'failed';
          settle(ref, { kind, detail, ...nextOf(steps, step, performed.ok) }, now);
        });
      });
    });
  }

  return portLogic({
    start,
    stop: (ref) => {
      running.get(ref)?.();
      running.delete(ref);
    },
  });
}
