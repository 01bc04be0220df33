// Answers: what people are asked about a goal's tasks, in full, and the answers to questions.
import { addressOf } from '../model/address.js';
import type { Json } from '../model/scalars.js';
import { asksOf, type Asks } from '../machines/approval.js';
import { didYouMean } from '../services/nearest.js';
import type { CommandOptions, PendingApproval } from './api.js';
import type { Awake } from './awake.js';
import { live } from './standing.js';
import { questionOf, whyNoAnswerTo } from './questions.js';
import type { Runtime } from './runtime-types.js';

/** Why a task takes no answer: it has ended, has not begun, or is not in the plan. */
export function whyNoTask(runtime: Runtime, goalId: string, taskId: string): string | undefined {
  if (live(runtime, goalId, taskId) !== undefined) return undefined;
  const record = runtime.book.record(goalId, taskId);
  if (record?.endedAt !== undefined)
    return `task '${taskId}' of goal '${goalId}' has ended ${record.status}; what has ended takes no answers`;
  const reader = runtime.frontiers.find(goalId)?.reader;
  if (reader === undefined) return `the plan of goal '${goalId}' does not run now`;
  if (reader.indexOf(taskId) !== undefined)
    return `task '${taskId}' of goal '${goalId}' has not begun; nothing is asked about it yet`;
  const hint = didYouMean(taskId, reader.graph.ids.slice(0, 10_000));
  return `goal '${goalId}' has no task '${taskId}'${hint === undefined ? '' : `. ${hint.replace(/\.$/, '')}`}`;
}

/** What is shown to those who are asked about a task; undefined when it waits for no approval. */
export function pendingApproval(
  runtime: Runtime,
  goalId: string,
  taskId: string,
): PendingApproval | undefined {
  const now = live(runtime, goalId, taskId);
  if (now?.state !== 'blocked.approval.asking' || now.context.approval === null) return undefined;
  const { asked, votes } = now.context.approval;
  const { digest, quorum, approvers } = asked;
  const asks: Asks = asksOf(now.context.awaits);
  const shown = runtime.approvals.shown(goalId, taskId, asks) ?? {};
  const { since, deadlineAt } = now.context;
  return { subject: taskId, asks, digest, shown, quorum, approvers, votes, since, deadlineAt };
}

/** Gives an answer to a task that asks; resolves with the reason when it does not count, else when it is on disk. */
export async function answerQuestion(
  runtime: Runtime,
  { goalId, taskId, awake }: { goalId: string; taskId: string; awake: Awake },
  value: Json,
  options: CommandOptions,
): Promise<string | undefined> {
  const { book } = runtime;
  let reason = tooLarge(runtime, value);
  if (reason !== undefined) return reason;
  await awake.perform((turn) => {
    const address = addressOf.task(goalId, taskId);
    const state = live(runtime, goalId, taskId)?.state;
    const question = questionOf(runtime, goalId, taskId);
    if (state === undefined || question === undefined || state !== 'blocked.ambiguity') {
      reason =
        state === undefined
          ? whyNoTask(runtime, goalId, taskId)
          : `${address} is ${state} and asks no question`;
      return;
    }
    reason = whyNoAnswerTo(question, value);
    if (reason !== undefined) return;
    const output = book.store(turn.changes, value);
    book.note(turn.changes, goalId, taskId, { status: 'verifying', output });
    turn.fact(address, 'task.answered', { taskId, ...options });
    turn.mail('', address, { type: 'task.answer' });
  });
  return reason;
}

/** Why a value cannot be taken in: a turn must not find out. */
export function tooLarge(runtime: Runtime, value: Json): string | undefined {
  const limit = runtime.options.config.maxValueBytes;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= limit) return undefined;
  return `a value of ${bytes} bytes is over the limit of ${limit}; write it to a file and pass its path`;
}
