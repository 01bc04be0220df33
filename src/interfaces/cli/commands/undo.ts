// `undo`: runs the compensations of a goal that has ended, as a goal of its own.
import type { Command } from 'commander';
import { examples } from '../help.js';
import { holdStore } from '../holder.js';
import { createInterrupts } from '../interrupts.js';
import type { Binder, Session } from '../session.js';
import { requireStore, type SharedOptions, withSharedOptions } from '../settings.js';
import { follow, type FollowFlags, letGo, withFollowOptions } from './follow-goal.js';

interface UndoOptions extends SharedOptions, FollowFlags {
  readonly goalId?: string;
}

export function addUndo(program: Command, bind: Binder): void {
  const command = program
    .command('undo')
    .summary('undo a goal that has ended, in reverse order')
    .description(
      'Undoes what a goal did that has ended: its compensations run in reverse order, as a new goal.',
    )
    .argument('<goal>', 'id of the goal that is undone')
    .option('-g, --goal-id <id>', 'id of the new goal');
  withSharedOptions(withFollowOptions(command)).addHelpText(
    'after',
    examples(['undo june', 'undo what june did']),
  );
  bind<UndoOptions>(command, undo);
}

async function undo(session: Session, [goal = '']: readonly string[], options: UndoOptions): Promise<number> {
  requireStore(session.settings);
  const since = Date.now();
  const interrupts = createInterrupts();
  const holder = await holdStore(session.settings);
  try {
    const handle = await holder.engine().goal(goal);
    const undoing = await handle.undo(options.goalId === undefined ? {} : { goalId: options.goalId });
    return await follow(session, holder, interrupts, options, { goal: undoing.id, isNew: false, since });
  } finally {
    await letGo(session, holder, interrupts);
    interrupts.dispose();
  }
}
