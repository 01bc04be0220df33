// Decisions: approve and reject. What they are about is looked up and shown by its digest, so that a decision is
// never taken for anything else than what was seen.
import { canonicalText, shortDigest } from '../model/approval.js';
import { addressOf } from '../model/address.js';
import type { Json } from '../model/scalars.js';
import type { Mail } from '../machines/protocol.js';
import type { ContingencyContext } from '../machines/contingency.setup.js';
import { digested, type Shown } from '../actors/approvals.js';
import { contentHash } from '../persistence/codec.js';
import { EngineError } from '../errors.js';
import type { AnswerOptions, PendingApproval } from './api.js';
import { pendingApproval } from './answers.js';
import type { Awake } from './awake.js';
import { explanationOf } from './explain.js';
import type { Runtime } from './runtime-types.js';
import { live, standingOf } from './standing.js';
import { readGoal, readPlan } from './views.js';

/** Tasks of a plan whose definitions are shown when the plan is to be approved; of more, their number and digest. */
const mostShown = 500;

const contingencyPrefix = 'contingency:';

export interface Decisions {
  decide(verb: 'approve' | 'reject', subject: string | undefined, options?: AnswerOptions): Promise<void>;
  /** What is asked; undefined when nothing is asked about the subject. */
  pending(subject: string | undefined): Promise<PendingApproval | undefined>;
}

interface Commands {
  /** Gives a command to an actor of the goal; resolves when it is on disk. */
  command(to: string, event: Mail): Promise<void>;
  /** @throws EngineError `COMMAND_REFUSED` when the goal takes no commands any more. */
  refuseUnlessOpen(): void;
  readonly awake: Awake;
}

interface AskedFor {
  readonly shown: Shown;
  readonly since: number;
  readonly deadlineAt: number;
}

/** Makes the decisions about one goal. */
export function createDecisions(
  runtime: Runtime,
  goalId: string,
  { command, refuseUnlessOpen, awake }: Commands,
): Decisions {
  const { system } = runtime;
  const record = () => readGoal(runtime, goalId);

  /** The one thing that waits for a decision when none is named; undefined for the goal itself. */
  async function named(subject: string | undefined): Promise<string | undefined> {
    if (subject !== undefined) return subject;
    const { waits } = explanationOf(runtime, record(), await standingOf(runtime, goalId));
    const open = waits.filter(
      ({ kind }) => kind === 'approval' || kind === 'interrupted' || kind === 'error',
    );
    if (open.length > 1 && !open.some((one) => one.subject === '')) {
      const names = open.map((one) => one.subject).join(', ');
      throw refused(`${open.length} tasks of goal '${goalId}' wait for a decision: name one of ${names}`);
    }
    const only = open.length === 1 ? open[0]?.subject : undefined;
    return only === '' ? undefined : only;
  }

  async function decide(
    verb: 'approve' | 'reject',
    subject: string | undefined,
    options: AnswerOptions = {},
  ): Promise<void> {
    const { by, reason, digest } = options;
    refuseUnlessOpen();
    const about = await named(subject);
    const given = {
      ...(by === undefined ? {} : { by }),
      ...(reason === undefined ? {} : { reason }),
      ...(digest === undefined ? {} : { digest }),
    };
    if (about !== undefined && !about.startsWith(contingencyPrefix)) {
      // Whether it would be shown the same now is found out before the answer is counted.
      await awake.perform((turn) => runtime.approvals.look(goalId, turn, about));
      return command(addressOf.task(goalId, about), { type: `task.${verb}`, ...given });
    }
    await awake.wake();
    const seen = shown(about)?.digest;
    if (digest !== undefined && digest !== seen) {
      const now = seen === undefined ? 'nothing is asked for now' : `${shortDigest(seen)} is asked for now`;
      throw refused(`the answer is for the digest ${shortDigest(digest)}, but ${now}; look at it again`);
    }
    const event = { ...given, ...(seen === undefined ? {} : { digest: seen }) };
    if (about === undefined) return command(addressOf.goal(goalId), { type: `goal.${verb}`, ...event });
    const address = addressOf.contingency(goalId, about.slice(contingencyPrefix.length));
    return command(address, { type: `contingency.${verb}`, ...event });
  }

  /** What is asked about the plan, or about a contingency. One person decides. */
  function shown(about: string | undefined): PendingApproval | undefined {
    const asked = about === undefined ? plan() : contingency(about);
    if (asked === undefined) return undefined;
    const { shown: what, since, deadlineAt } = asked;
    const { digest } = digested(what);
    const rule = { quorum: 1, approvers: [], votes: [] };
    const asks = about === undefined ? 'plan' : 'contingency';
    return { subject: about ?? '', asks, digest, shown: what, ...rule, since, deadlineAt };
  }

  function plan(): AskedFor | undefined {
    const goal = record();
    const { blockage } = goal;
    if (blockage?.kind !== 'approval' || blockage.deadlineAt === undefined) return undefined;
    const reader = readPlan(runtime, goal);
    if (reader === undefined) return undefined;
    const { ids } = reader.graph;
    const entries = ids.map((id, index) => [id, reader.task(index)] as const);
    const tasks: Json =
      ids.length <= mostShown
        ? (Object.fromEntries(entries) as unknown as Json)
        : { count: ids.length, digest: contentHash(entries.map(textOf).join('\n')) };
    const { values, version } = reader.plan;
    const name = goal.spec.name;
    const what = { asks: 'plan', goal: goalId, name, planVersion: version, inputs: values, tasks };
    return { shown: what, since: blockage.since, deadlineAt: blockage.deadlineAt };
  }

  function contingency(subject: string): AskedFor | undefined {
    const address = addressOf.contingency(goalId, subject.slice(contingencyPrefix.length));
    const snapshot = system.snapshot(address);
    if (snapshot?.value !== 'blocked') return undefined;
    const { contingencyId, taskId, deadlineAt, maxDurationMs } = snapshot.context as ContingencyContext;
    const { plan: of } = runtime.frontiers.get(goalId).reader;
    const what = of.contingencies.find(({ id }) => id === contingencyId);
    const failure = live(runtime, goalId, taskId)?.context.failure ?? null;
    const shown = {
      asks: 'contingency',
      goal: goalId,
      task: taskId,
      planVersion: of.version,
      contingency: (what ?? contingencyId) as unknown as Json,
      failure: failure as unknown as Json,
    };
    return { shown, since: deadlineAt - maxDurationMs, deadlineAt };
  }

  async function pending(subject: string | undefined): Promise<PendingApproval | undefined> {
    const about = await named(subject);
    if (about === undefined || about.startsWith(contingencyPrefix)) {
      await awake.wake();
      return shown(about);
    }
    await awake.perform((turn) => runtime.approvals.look(goalId, turn, about));
    return pendingApproval(runtime, goalId, about);
  }

  return { decide, pending };
}

const textOf = (entry: readonly [string, unknown]): string => canonicalText(entry as unknown as Json);

/** The error of a command that is not allowed now. */
export const refused = (why: string): EngineError =>
  new EngineError('COMMAND_REFUSED', `${why.charAt(0).toUpperCase()}${why.slice(1)}.`);
