// Explain: why a goal is where it is, and what would let it go on.
import { goalEnds } from '../model/goal.js';
import type { ApprovalStanding } from '../model/approval.js';
import type { Approval } from '../machines/approval.js';
import type { GoalRecord } from '../persistence/records.js';
import type { Explanation } from './api.js';
import { questionOf } from './questions.js';
import type { Runtime } from './runtime-types.js';
import type { Standing } from './standing.js';

/** Why a goal is where it is. */
export function explanationOf(runtime: Runtime, record: GoalRecord, standing: Standing): Explanation {
  const { id, status } = record;
  const waits: Explanation['waits'][number][] = [];
  if (record.blockage !== undefined && record.blockage.kind === 'paused') {
    waits.push({ ...record.blockage, subject: '', unblock: [`resume ${id}`] });
  } else if (record.blockage?.kind === 'approval' && record.blockage.deadlineAt !== undefined) {
    waits.push({ ...record.blockage, subject: '', unblock: [`approve ${id}`, `reject ${id}`] });
  }
  for (const taskId of standing.taskIds()) {
    const now = standing.task(taskId);
    if (now?.blocked === undefined) continue;
    const { blocked } = now;
    const { since, deadlineAt } = now.context;
    const { approval } = now.context;
    const question = blocked.kind === 'ambiguity' ? questionOf(runtime, id, taskId) : undefined;
    waits.push({
      kind: blocked.kind,
      detail: blocked.detail,
      since,
      ...(deadlineAt > 0 ? { deadlineAt } : {}),
      ...(blocked.kind === 'approval' && approval !== null ? { approval: standingOf(approval) } : {}),
      ...(question === undefined ? {} : { question }),
      subject: taskId,
      unblock: unblockOf(blocked.kind, id, taskId, blocked.detail),
    });
  }
  waits.push(...contingencyWaits(standing, id));
  if (waits.length === 0 && record.blockage !== undefined) {
    waits.push({ ...record.blockage, subject: '', unblock: [] });
  }
  const fault = record.fault?.message ?? runtime.faults.get(id);
  const first = waits[0];
  const more = waits.length > 1 ? ` (and ${waits.length - 1} more)` : '';
  const summary =
    fault !== undefined
      ? `It was set aside: ${fault}`
      : first !== undefined
        ? `It waits for ${first.kind}: ${first.subject === '' ? '' : `${first.subject}: `}${first.detail}${more}`
        : goalEnds.has(status)
          ? `It has ended ${status}${record.reason ? `: ${record.reason}` : ''}`
          : `It is ${status}`;
  return { goal: id, status, summary, waits };
}

const standingOf = ({ asked, votes }: Approval): ApprovalStanding => ({
  digest: asked.digest,
  quorum: asked.quorum,
  approvers: [...asked.approvers],
  votes: [...votes],
});

function unblockOf(kind: string, goalId: string, taskId: string, detail: string): string[] {
  if (kind === 'approval') return [`approve ${goalId} ${taskId}`, `reject ${goalId} ${taskId}`];
  if (kind === 'ambiguity') return [`answer ${goalId} ${taskId} VALUE`];
  if (kind === 'interrupted') {
    return [
      `approve ${goalId} ${taskId} (it happened)`,
      `retry ${goalId} ${taskId} (do it again)`,
      `reject ${goalId} ${taskId} (give it up)`,
    ];
  }
  if (kind === 'error')
    return [`retry ${goalId} ${taskId}`, `skip ${goalId} ${taskId}`, `reject ${goalId} ${taskId}`];
  const signal = /^the signal '(.*)'$/.exec(detail)?.[1];
  if (signal !== undefined) return [`signal ${goalId} ${signal}`];
  return kind === 'resource' ? ['another task gives back what it holds'] : [];
}

/** Contingencies that a person has to approve before they act. */
function contingencyWaits(standing: Standing, goalId: string): Explanation['waits'][number][] {
  return standing.contingencies().map(({ name, context }) => {
    const { taskId, contingencyId, deadlineAt, maxDurationMs } = context;
    const subject = `contingency:${name}`;
    return {
      kind: 'approval' as const,
      detail: `approval of the contingency ${contingencyId} for ${taskId}`,
      since: deadlineAt - maxDurationMs,
      deadlineAt,
      subject,
      unblock: [`approve ${goalId} ${subject}`, `reject ${goalId} ${subject}`],
    };
  });
}
