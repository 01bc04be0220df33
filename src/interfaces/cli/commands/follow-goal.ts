// Follow a goal as `run`, `resume` and `undo` do: with the view that fits the output, to an exit code.
import { type Option, Option as CommandOption, type Command } from 'commander';
import type { Durability, Result } from '../../../index.js';
import { exitCode, exitCodeOfStatus } from '../exit-code.js';
import { firstAnswer } from '../attention.js';
import { followGoal } from '../follow.js';
import type { Outcome } from '../following.js';
import type { Holder } from '../holder.js';
import type { Interrupts } from '../interrupts.js';
import { createJsonView } from '../live/json-view.js';
import { createPlainView } from '../live/plain-view.js';
import { createTreeView } from '../live/tree-view.js';
import type { View } from '../live/view.js';
import type { Output } from '../output.js';
import type { Session } from '../session.js';
import { hint, quoted, type Settings } from '../settings.js';
import { printResult } from '../summary.js';

export interface FollowFlags {
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly durability?: Durability;
}

/** Options of all commands that carry a goal on. */
export function withFollowOptions(command: Command): Command {
  return command
    .option('-y, --yes', 'approve whatever asks for approval, as it comes up')
    .option('-w, --wait', 'go on waiting when all that is left waits for somebody [on a terminal]')
    .addOption(durabilityOption());
}

export const durabilityOption = (): Option =>
  new CommandOption('--durability <mode>', 'how sure a commit is on disk')
    .choices(['sync', 'relaxed', 'memory'])
    .default(undefined, 'sync');

function createView(output: Output, settings: Settings, interrupts: Interrupts, canDraw: boolean): View {
  if (output.json) return createJsonView(output);
  return canDraw
    ? createTreeView((wait) => firstAnswer(wait, settings), interrupts)
    : createPlainView(output);
}

export interface Followed {
  readonly goal: string;
  readonly isNew: boolean;
  readonly since?: number;
  /** One of several that are followed at a time: lines instead of a tree, and no questions. */
  readonly isOneOfSeveral?: boolean;
}

/** Follows one goal and says how it stands in the end. */
export async function follow(
  { output, settings }: Session,
  holder: Holder,
  interrupts: Interrupts,
  flags: FollowFlags,
  followed: Followed,
): Promise<number> {
  const isAlone = followed.isOneOfSeveral !== true;
  const view = createView(output, settings, interrupts, output.canDraw && isAlone);
  let outcome: Outcome;
  try {
    outcome = await followGoal({
      ...followed,
      holder,
      view,
      interrupts,
      yes: flags.yes === true,
      wait: flags.wait === true,
      canAsk: output.canAsk && isAlone,
    });
  } finally {
    view.close();
  }
  if (outcome.kind === 'halted') {
    output.note(
      `Stopped at once. Nothing is lost; go on with: ${hint(settings, `resume ${quoted(followed.goal)}`)}`,
    );
    return exitCode.stopped;
  }
  return tellResult(outcome.result, { output, settings }, outcome.kind === 'stopped' ? outcome : undefined);
}

/** Prints a result and gives its exit code. */
export function tellResult(
  result: Result,
  { output, settings }: Pick<Session, 'output' | 'settings'>,
  stopped?: Extract<Outcome, { kind: 'stopped' }>,
): number {
  printResult(result, settings, output, stopped?.explanation);
  return exitCodeOfStatus(result.status);
}

/** How long an engine may take to stop what runs when there is no time left, in milliseconds. */
const haltMs = 2_000;

/** Lets go of the store. What still runs for other goals is waited for, unless the person will not. */
export async function letGo({ output }: Session, holder: Holder, interrupts: Interrupts): Promise<void> {
  const hurry = new Promise<void>((resolve) => {
    const now = (): void => {
      void holder.close(0).catch(() => undefined);
      setTimeout(resolve, haltMs);
    };
    if (interrupts.halt.aborted) now();
    else interrupts.halt.addEventListener('abort', now, { once: true });
  });
  const slow = setTimeout(() => {
    output.note('Waiting for what still runs to end; Ctrl-C twice stops it at once, and nothing is lost.');
  }, haltMs);
  await Promise.race([holder.close(), hurry]);
  clearTimeout(slow);
}
