// `gc`: deletes ended goals that are over age or count, and gives their space back.
import type { Command } from 'commander';
import { count } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { readCount, readDuration } from '../plan-file.js';
import { type Binder, type Session, withStore } from '../session.js';
import { type SharedOptions, withSharedOptions } from '../settings.js';

interface GcOptions extends SharedOptions {
  readonly olderThan?: string;
  readonly keep?: string;
  readonly dryRun?: boolean;
}

export function addGc(program: Command, bind: Binder): void {
  const command = program
    .command('gc')
    .summary('delete old goals that have ended')
    .description(
      'Deletes goals that have ended and are over the age, the number or the bytes to keep, at once; an engine that runs ' +
        'does so by itself now and then. What has not ended stays.',
    )
    .option('--older-than <duration>', 'age, such as 12h or 30d [as configured]')
    .option('--keep <n>', 'how many ended goals stay at the most [as configured]')
    .option('-n, --dry-run', 'only say what would be deleted');
  withSharedOptions(command).addHelpText(
    'after',
    examples(['gc --dry-run', 'what would go'], ['gc --older-than 7d', 'all that ended a week ago']),
  );
  bind<GcOptions>(command, gc);
}

async function gc(session: Session, _args: readonly string[], options: GcOptions): Promise<number> {
  const { output } = session;
  const { dryRun = false } = options;
  const asked = {
    dryRun,
    ...(options.olderThan === undefined
      ? {}
      : { olderThanMs: readDuration(options.olderThan, '--older-than') }),
    ...(options.keep === undefined ? {} : { keep: readCount(options.keep, '--keep') }),
  };
  const { goals, bytes } = await withStore(session, ({ engine }) => engine.collect(asked));
  output.record({ type: 'gc', dryRun, goals, bytes });
  for (const goal of goals) output.text(goal);
  output.text(`${count(goals.length, 'goal')}, ${size(bytes)} ${dryRun ? 'would be deleted' : 'deleted'}.`);
  return exitCode.succeeded;
}

function size(bytes: number): string {
  if (bytes < 1024) return count(bytes, 'byte');
  const mib = bytes / 1024 / 1024;
  return mib < 1 ? `${(bytes / 1024).toFixed(1)} KiB` : `${mib.toFixed(1)} MiB`;
}
