// Verification: the ports that look at results: a task's output, an interrupted effect, a plan's end, a goal's.
import { parseTaskId } from '../model/address.js';
import type { Criterion, Finding } from '../model/criterion.js';
import type { Constraint } from '../model/goal.js';
import type { Json } from '../model/scalars.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { ProbeOutcome, VerifyOutcome, WeighOutcome } from '../machines/protocol.js';
import type { AttemptKey } from '../machines/task.setup.js';
import type { VerifyInput } from '../machines/task-inputs.js';
import type { Approvals } from './approvals.js';
import type { StepAction } from '../model/action.js';
import type { Clock } from '../services/clock.js';
import type { Performed, Performer } from '../services/tools/performer.js';
import type { ToolCallContext } from '../services/tools/tool.js';
import type { CheckCall, Verifier } from '../services/verification/verifier.js';
import type { Definition } from './definitions.js';
import type { Frontier } from './frontier.js';
import { stepPort } from './goal-steps.js';
import { asProbe, happenedBy, probedOutput } from './probe-answers.js';
import type { Scopes } from './scopes.js';
import type { ActorSystem } from './system-types.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';

export interface VerificationOptions {
  readonly system: () => ActorSystem;
  readonly frontier: (goalId: string) => Frontier;
  readonly book: TaskBook;
  readonly scopes: Scopes;
  readonly approvals: Approvals;
  readonly performer: Performer;
  readonly verifier: Verifier;
  readonly clock: Clock;
  /** How long one check by a tool, or a probe, may take, in milliseconds. */
  readonly checkTimeoutMs: number;
  /** The engine only looks in: nothing that touches the outside world is begun. */
  readonly idle: boolean;
  /** Safety constraints of a goal: what no output may hold. */
  readonly safety: (goalId: string) => readonly Constraint[];
}

type Verdict = Exclude<WeighOutcome, { kind: 'open' }> | { kind: 'review'; detail: string };

/** Calls an action for a check: with a deadline, an abort signal, and no idempotency of its own. */
function createChecker(options: Pick<VerificationOptions, 'performer' | 'clock' | 'checkTimeoutMs'>) {
  return async (action: StepAction, goalId: string, taskId: string, signal: AbortSignal) => {
    const { clock } = options;
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', stop);
    const deadlineAt = clock.now() + options.checkTimeoutMs;
    const cancel = clock.at(deadlineAt, () =>
      controller.abort(new Error(`it took over ${options.checkTimeoutMs} ms`)),
    );
    const context: ToolCallContext = {
      signal: controller.signal,
      idempotencyKey: `${goalId}/${taskId}/check`,
      goalId,
      taskId,
      attempt: 1,
      deadlineAt,
      progress: () => {},
      log: () => {},
    };
    // What does not heed its signal is left behind: nobody waits for it.
    const left = new Promise<Performed>((resolve) => {
      controller.signal.addEventListener('abort', () => resolve(leftBehind(controller.signal.reason)));
    });
    try {
      return await Promise.race([options.performer.perform(action, context), left]);
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  };
}

function leftBehind(reason: unknown): Performed {
  const message = reason instanceof Error ? reason.message : String(reason);
  return { ok: false, failure: { code: 'timed-out', class: 'transient', message, retryable: true } };
}

/** Looks at outputs of tasks, cheapest level first. Checks by tools run only when the rest has passed. */
export interface Verification {
  readonly port: PortLogic<VerifyInput, VerifyOutcome>;
  /** Says in the attempt's own turn what can be said without an effect, so that most tasks need no port for it. */
  weigh(key: AttemptKey, turn: TurnContext): WeighOutcome;
}

const nothing: readonly Criterion[] = [];

export function createVerification(options: VerificationOptions): Verification {
  const { book, verifier } = options;

  function conclude(
    input: VerifyInput,
    definition: Definition,
    findings: readonly Finding[],
    turn: TurnContext,
  ): Verdict {
    if (findings.length > 0) book.note(turn.changes, input.goalId, input.taskId, { findings: [...findings] });
    const wrong = findings.find(({ passed, required }) => required && !passed);
    if (wrong === undefined) {
      if (!options.approvals.isToBeReviewed(input, definition)) return { kind: 'passed' };
      return { kind: 'review', detail: 'approval of its result' };
    }
    const message = `${wrong.level} check '${wrong.id}' failed: ${wrong.message ?? 'it does not hold'}`;
    const retryable = wrong.level === 'constraint' || wrong.level === 'functional';
    const failure = { code: `${wrong.level}-rejected`, class: 'quality', message, retryable } as const;
    return { kind: 'rejected', failure: { ...failure, taskId: input.taskId, attempt: input.attempt } };
  }

  /** What is verified of a task, or undefined when nothing is. */
  function examine({ goalId, taskId }: AttemptKey) {
    const found = options.frontier(goalId).definition(taskId);
    if (found === undefined || parseTaskId(taskId).undo) return undefined;
    const output = book.output(goalId, taskId) ?? null;
    const subject = {
      // A loop's criteria are for the loop as a whole; its rounds are checked by their tools' schemas.
      criteria: parseTaskId(taskId).round === undefined ? found.task.successCriteria : nothing,
      tool: found.action.kind === 'tool_call' ? found.action.tool : undefined,
      safety: options.safety(goalId),
    };
    const scope = subject.criteria.length === 0 ? {} : scopeOf(found, output);
    return { definition: found, subject, output, scope };
  }

  function weigh(key: AttemptKey, turn: TurnContext): WeighOutcome {
    try {
      const found = examine(key);
      if (found === undefined) return { kind: 'passed' };
      const { definition, subject, output, scope } = found;
      const findings = verifier.verifyNow(subject, output, scope);
      const failed = findings.some(({ passed, required }) => required && !passed);
      if (!failed && verifier.needsEffect(subject)) return { kind: 'open' };
      const verdict = conclude(key, definition, findings, turn);
      return verdict.kind === 'review' ? { kind: 'open' } : verdict;
    } catch (error) {
      return cannotTell(error);
    }
  }

  function verify(input: VerifyInput, turn: TurnContext, signal: AbortSignal) {
    const found = examine(input);
    if (found === undefined) return { kind: 'passed' } as const;
    const { definition, subject, output, scope } = found;
    const first = verifier.verifyNow(subject, output, scope);
    const failed = first.some(({ passed, required }) => required && !passed);
    if (failed || !verifier.needsEffect(subject)) return conclude(input, definition, first, turn);
    return mayBegin(options, turn, signal)
      .then(() =>
        verifier.verifyTools(subject, output, scope, caller(options, input.goalId, input.taskId, signal)),
      )
      .then((more) => (now: TurnContext) => conclude(input, definition, [...first, ...more], now));
  }

  /** What a task's criteria can see: all that its templates can, and its own output. */
  function scopeOf(found: Definition, output: Json) {
    const criteria = found.task.successCriteria as unknown as Json;
    const texts = expressionsIn(found.task.successCriteria);
    return options.scopes.forTemplates(found.plan, [criteria, ...texts], { ...found.own, output });
  }

  /** A check that cannot be made counts as failed. */
  const cannotTell = (error: unknown): Extract<Verdict, { kind: 'rejected' }> => ({
    kind: 'rejected',
    failure: { ...options.performer.failureOf(error), class: 'quality' },
  });

  return { port: stepPort<VerifyInput, Verdict, VerifyOutcome>(options.system, verify, cannotTell), weigh };
}

/** The port that finds out whether an interrupted effect happened. */
export function createProbePort(options: VerificationOptions): PortLogic<AttemptKey, ProbeOutcome> {
  const check = createChecker(options);
  const running = new Map<object, AbortController>();

  function start({ input, ref }: PortCall<AttemptKey, ProbeOutcome>): void {
    const found = options.frontier(input.goalId).definition(input.taskId);
    const controller = new AbortController();
    running.set(ref, controller);
    const tell = (happened: 'yes' | 'no' | 'unknown', detail: string, output?: Json): void => {
      running.delete(ref);
      if (controller.signal.aborted) return;
      options.system().run(input.goalId, (turn) => {
        if (happened === 'yes' && output !== undefined) {
          const stored = options.book.store(turn.changes, output);
          options.book.note(turn.changes, input.goalId, input.taskId, {
            status: 'verifying',
            output: stored,
          });
        }
        options.system().settleNow(ref, { happened, detail, ...turn.stamp() });
      });
    };
    const probe = found?.task.probe;
    if (found === undefined || probe === undefined) return tell('unknown', 'it has no probe');
    let action: StepAction;
    try {
      action = options.scopes.resolve(found.plan, asProbe(probe), found.own) as unknown as StepAction;
    } catch (error) {
      return tell('unknown', (error as Error).message);
    }
    const ask = async () => {
      await mayBegin(options, options.system().current(), controller.signal);
      return check(action, input.goalId, input.taskId, controller.signal);
    };
    void ask().then((performed) => {
      if (!performed.ok) return tell('unknown', `the probe failed: ${performed.failure.message}`);
      const happened = happenedBy(performed.output);
      tell(happened, `the probe said ${happened}`, probedOutput(performed.output));
    });
  }

  return portLogic({
    start,
    stop: (ref) => {
      running.get(ref)?.abort();
      running.delete(ref);
    },
  });
}

/** Calls tools for the checks of one task or goal. */
function caller(options: VerificationOptions, goalId: string, taskId: string, signal: AbortSignal) {
  const check = createChecker(options);
  return async (_criterion: string, tool: string, input: Json): Promise<CheckCall> => {
    const performed = await check({ kind: 'tool_call', tool, input }, goalId, taskId, signal);
    return performed.ok ? performed : { ok: false, message: performed.failure.message };
  };
}

/** Checks criteria that stand for themselves: those of a plan or a goal. Their `output` is null. */
export async function checkCriteria(
  options: VerificationOptions,
  subjectOf: { goalId: string; criteria: readonly Criterion[]; signal: AbortSignal; turn: TurnContext },
): Promise<Finding[]> {
  const { goalId, criteria, signal, turn } = subjectOf;
  const { verifier } = options;
  const subject = { criteria, safety: [] };
  const leave = verifier.needsEffect(subject) ? mayBegin(options, turn, signal) : Promise.resolve();
  const { plan } = options.frontier(goalId).reader;
  const texts = expressionsIn(criteria);
  const scope = options.scopes.forTemplates(plan, [criteria as unknown as Json, ...texts]);
  const ids = new Set(criteria.map(({ id }) => id));
  // There is no output here whose size could matter.
  const now = verifier.verifyNow(subject, null, scope).filter(({ id }) => ids.has(id));
  if (now.some(({ passed, required }) => required && !passed)) return now;
  await leave;
  return [...now, ...(await verifier.verifyTools(subject, null, scope, caller(options, goalId, '', signal)))];
}

/** The expressions of criteria, as templates, so that what they refer to is looked up with the rest. */
function expressionsIn(criteria: readonly Criterion[]): string[] {
  return criteria.flatMap(({ check }) => {
    const text = 'expression' in check ? check.expression : 'expect' in check ? check.expect : undefined;
    return text === undefined ? [] : [`{{ ${text} }}`];
  });
}

/**
 * Resolves when the turn that asks for something outside is on disk, and nothing may begin before that; never
 * when it is not wanted any more by then, and never in an engine that only looks in.
 */
function mayBegin(
  options: Pick<VerificationOptions, 'idle'>,
  turn: TurnContext,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (options.idle) return;
    turn.changes.afterCommit(() => {
      if (!signal.aborted) resolve();
    });
  });
}
