// Projection: keeps the records of goals and tasks in step with their actors, in the turn of each change.
import { parseAddress } from '../model/address.js';
import { goalEnds, type GoalStatus } from '../model/goal.js';
import type { TaskStatus } from '../model/task.js';
import type { GoalContext } from '../machines/goal.setup.js';
import type { TaskContext } from '../machines/task.setup.js';
import { keys } from '../persistence/keys.js';
import type { Ledger } from '../persistence/ledger.js';
import { countOpenGoal } from '../persistence/open-goals.js';
import type { GoalRecord } from '../persistence/records.js';
import type { Frontier } from './frontier.js';
import type { ActorChange } from './system-types.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';

export interface ProjectionOptions {
  readonly ledger: Ledger;
  readonly book: TaskBook;
  readonly frontier: (goalId: string) => Frontier | undefined;
  /** Called in the turn in which a goal has ended. */
  readonly onGoalEnded: (goalId: string, status: GoalStatus) => void;
}

/** Makes the listener that the actor system calls with each change. */
export function createProjection(
  options: ProjectionOptions,
): (change: ActorChange, turn: TurnContext) => void {
  const { ledger, book } = options;

  function onTask(change: ActorChange, turn: TurnContext): void {
    const { goalId, name } = parseAddress(change.address);
    const context = change.snapshot.context as TaskContext;
    const status = change.to as TaskStatus;
    book.note(turn.changes, goalId, name, {
      status,
      attempts: context.attempt,
      ...(context.startedAt > 0 ? { startedAt: context.startedAt } : {}),
      endedAt: turn.at,
      ...(status === 'failed' && context.failure !== null ? { failure: context.failure } : {}),
      ...(status === 'skipped' || status === 'aborted' ? { reason: context.detail } : {}),
    });
  }

  function onGoal(change: ActorChange, turn: TurnContext): void {
    const { goalId } = parseAddress(change.address);
    const record = ledger.read('goal', keys.goal(goalId));
    if (record === undefined) return;
    const context = change.snapshot.context as GoalContext;
    const status = change.to.split('.')[0] as GoalStatus;
    const { blockage, ...rest } = record;
    const survey = options.frontier(goalId)?.survey();
    const next: GoalRecord = {
      ...rest,
      status,
      planVersion: context.planVersion,
      ...(rest.startedAt === undefined && status !== 'ready' ? { startedAt: turn.at } : {}),
      ...(status === 'blocked' ? { blockage: blockageOf(context, change.to, turn.at) } : {}),
      ...(survey === undefined ? {} : { completion: survey.completion, counts: countsOf(survey) }),
    };
    if (goalEnds.has(status)) {
      const whole = status === 'succeeded' ? { completion: 1 } : {};
      const failure = context.failure === null ? {} : { failure: context.failure };
      turn.changes.put('goal', keys.goal(goalId), {
        ...next,
        ...whole,
        ...failure,
        reason: context.reason,
        endedAt: turn.at,
      });
      countOpenGoal(ledger, turn.changes, -1);
      turn.changes.remove(keys.goalIndex('open', record.createdAt, goalId));
      turn.changes.putText(keys.goalIndex(status, record.createdAt, goalId), '');
      options.onGoalEnded(goalId, status);
    } else turn.changes.put('goal', keys.goal(goalId), next);
  }

  return (change, turn) => {
    if (change.kind === 'task' && change.ended) onTask(change, turn);
    else if (change.kind === 'goal' && isNews(change)) onGoal(change, turn);
  };
}

/** Of a goal's states only the first level is recorded, but within `blocked` also what it is blocked by. */
const isNews = ({ from, to }: ActorChange): boolean =>
  topOf(from) !== topOf(to) || (to.startsWith('blocked') && from !== to);

const topOf = (state: string): string => state.split('.')[0] ?? state;

function blockageOf(context: GoalContext, state: string, since: number): NonNullable<GoalRecord['blockage']> {
  if (state === 'blocked.paused') return { kind: 'paused', since, detail: "paused; 'resume' goes on" };
  const { kind, detail } = context.blockage ?? { kind: 'external' as const, detail: 'waits' };
  return { kind, since, detail, ...(state === 'blocked.waiting' ? {} : { deadlineAt: context.deadlineAt }) };
}

function countsOf(survey: ReturnType<Frontier['survey']>): GoalRecord['counts'] {
  const { total, succeeded, failed, skipped, aborted } = survey;
  return { total, succeeded, failed, skipped, aborted };
}
