// `resume`: carries on what is in the store: one goal, or all that have not ended.
import type { Command } from 'commander';
import { exitCode, worstExitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { holdStore } from '../holder.js';
import { createInterrupts } from '../interrupts.js';
import type { Binder, Session } from '../session.js';
import { requireStore, type SharedOptions, withSharedOptions } from '../settings.js';
import { type FollowFlags, letGo, tellResult, withFollowOptions } from './follow-goal.js';
import { continueGoal } from './run.js';

export function addResume(program: Command, bind: Binder): void {
  const command = program
    .command('resume')
    .summary('carry on a goal that was paused or cut off, or all of them')
    .description(
      'Carries on one goal, or every goal in the store that has not ended, and follows until the end.',
    )
    .argument('[goal]', 'id of the goal [all that have not ended]');
  withSharedOptions(withFollowOptions(command)).addHelpText(
    'after',
    examples(['resume june', 'go on with one goal'], ['resume', 'go on with all that have not ended']),
  );
  bind<FollowFlags & SharedOptions>(command, resume);
}

async function resume(session: Session, [goal]: readonly string[], flags: FollowFlags): Promise<number> {
  requireStore(session.settings);
  const since = Date.now();
  const interrupts = createInterrupts();
  const holder = await holdStore(session.settings);
  try {
    if (goal !== undefined) {
      const handle = await holder.engine().goal(goal);
      const result = await handle.snapshot();
      if (result.endedAt !== undefined) return tellResult(result, session);
      return await continueGoal(session, holder, interrupts, handle, flags, since);
    }
    const open = (await holder.engine().goals({ status: 'open' })).filter(({ fault }) => fault === undefined);
    if (open.length === 0) session.output.note('Nothing is left to do: every goal in this store has ended.');
    const codes = await Promise.all(
      open.map(async ({ id }) => {
        const handle = await holder.engine().goal(id);
        return continueGoal(session, holder, interrupts, handle, flags, since, open.length > 1);
      }),
    );
    return codes.length === 0 ? exitCode.succeeded : worstExitCode(codes);
  } finally {
    await letGo(session, holder, interrupts);
    interrupts.dispose();
  }
}
