// Asking: what a task asks for, and what the journal says of the answers.
import type { GoalHandle, PendingApproval } from '#src/index.js';
import { factsOf } from './workbench.js';

/** What a task asks for now. */
export async function asked(goal: GoalHandle, subject?: string): Promise<PendingApproval> {
  const found = await goal.approval(subject);
  if (found === undefined) throw new Error(`nothing is asked about ${subject ?? 'the goal'}`);
  return found;
}

/** The data of a goal's facts of one type. */
export const dataOf = async (goal: GoalHandle, type: string) =>
  (await factsOf(goal)).filter((fact) => fact.type === type).map(({ data }) => data);
