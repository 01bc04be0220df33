// Attention: which waits of a goal need somebody, and how they are answered.
import type { Explanation, Fact, GoalHandle } from '../../index.js';
import { shortDigest, standing } from './approval-view.js';
import { clean } from './display.js';
import type { Wait } from './live/task-tree.js';
import { hint, quoted, type Settings } from './settings.js';

const needPerson: ReadonlySet<string> = new Set(['approval', 'ambiguity', 'interrupted', 'error', 'paused']);

/** Whether a wait ends only when somebody does something: not one for an instant, or for another task. */
export function needsSomebody(wait: Wait): boolean {
  // What waits for a signal can be unblocked by a command; what waits for an instant by none.
  return needPerson.has(wait.kind) || (wait.kind === 'external' && wait.unblock.length > 0);
}

export const isPaused = ({ waits }: Explanation): boolean =>
  waits.some(({ kind, subject }) => kind === 'paused' && subject === '');

/** Whether a goal would stand still for good: it is paused, or all that is left of it waits for somebody. */
export function standsStill(explanation: Explanation): boolean {
  const { status, waits } = explanation;
  if (status !== 'blocked' || waits.length === 0) return false;
  return isPaused(explanation) || waits.every(needsSomebody);
}

/** What something waits for, in words. */
export function waitWords({ kind, detail, approval, question }: Wait): string {
  if (kind === 'paused') return 'is paused';
  if (kind === 'interrupted') return `was interrupted: ${detail}`;
  if (kind === 'error') return `has failed, and you decide: ${detail}`;
  if (kind === 'external') return detail.startsWith('until ') ? `waits ${detail}` : `waits for ${detail}`;
  if (kind === 'ambiguity') {
    const choices = question?.choices?.map((one) => JSON.stringify(one)).join(', ');
    return `asks: ${detail}${choices === undefined ? '' : ` (one of ${choices})`}`;
  }
  const digest =
    approval === undefined ? '' : `, digest ${shortDigest(approval.digest)}${standing(approval)}`;
  return `waits for ${kind}: ${detail}${digest}`;
}

/** The commands that answer a wait, to be typed as they are, each with what it means where that is known. */
export function answers(
  wait: Wait,
  settings: Settings,
): { readonly command: string; readonly meaning: string }[] {
  if (!needsSomebody(wait)) return [];
  return wait.unblock.map((each) => {
    const match = /^(.*?)(?: \((.*)\))?$/.exec(each);
    const words = (match?.[1] ?? each).split(' ').map(quoted).join(' ');
    return { command: hint(settings, words), meaning: match?.[2] ?? '' };
  });
}

/** The first command that answers a wait. */
export const firstAnswer = (wait: Wait, settings: Settings): string | undefined =>
  answers(wait, settings)[0]?.command;

/** What a goal waits for and how it is answered, in lines. */
export function waitingLines(explanation: Explanation, settings: Settings): string[] {
  // How a pause ends is said below them all.
  return explanation.waits.flatMap((wait) => {
    if (wait.kind === 'paused' && wait.subject === '') return [];
    const subject = wait.subject === '' ? explanation.goal : wait.subject;
    const commands = answers(wait, settings).map(
      ({ command, meaning }) => `    ${command}${meaning === '' ? '' : `   # ${meaning}`}`,
    );
    return [`  ${clean(subject)} ${clean(waitWords(wait))}`, ...commands];
  });
}

/** A wait that is asked about once: what it is about, since when, and what is shown. */
export const waitKey = ({ subject, since, kind, approval }: Wait): string =>
  `${kind}/${subject}/${since}/${approval?.digest ?? ''}`;

/** Approves what waits for an approval; `done` says what was approved before. One that is refused is left open. */
export async function approveAll(
  handle: GoalHandle,
  waits: readonly Wait[],
  done: Set<string>,
  isRefusal: (error: unknown) => boolean,
): Promise<void> {
  for (const wait of waits) {
    const key = waitKey(wait);
    if (wait.kind !== 'approval' || done.has(key)) continue;
    try {
      const { subject, approval } = wait;
      const digest = approval === undefined ? {} : { digest: approval.digest };
      await handle.approve(subject === '' ? undefined : subject, { by: '--yes', ...digest });
      done.add(key);
    } catch (error) {
      // Somebody else was faster, or it cannot be approved: the next look tells.
      if (!isRefusal(error)) throw error;
    }
  }
}

/** The subject that approves a contingency which has just asked for it; nothing for other facts. */
export function contingencyThatAsks({ type, actor, goal }: Fact): string | undefined {
  const prefix = `contingency/${goal}/`;
  return type === 'contingency.blocked' && actor.startsWith(prefix)
    ? `contingency:${actor.slice(prefix.length)}`
    : undefined;
}
