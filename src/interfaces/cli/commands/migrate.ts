// `migrate`: takes a store that another version has written to this version, or says what that would do.
import type { Command } from 'commander';
import { EngineError } from '../../../errors.js';
import { connectEngine, migrate } from '../../../index.js';
import { clean, count, glyph } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import type { Binder, Session } from '../session.js';
import { requireStore, type SharedOptions, withSharedOptions } from '../settings.js';

interface MigrateOptions extends SharedOptions {
  readonly check?: boolean;
}

export function addMigrate(program: Command, bind: Binder): void {
  const command = program
    .command('migrate')
    .summary('take a store to this version')
    .description(
      'Rewrites what an older version has stored as this one reads it. Opening a store does the same as it is needed; ' +
        'here it is done at once, and --check says before what would be refused. Exit code 6 when something is refused.',
    )
    .option('--check', 'only say what would be done');
  withSharedOptions(command).addHelpText(
    'after',
    examples(['migrate --check', 'before an update is put to use'], ['migrate', 'all at once']),
  );
  bind<MigrateOptions>(command, run);
}

async function run(
  { output, settings }: Session,
  _args: readonly string[],
  { check = false }: MigrateOptions,
): Promise<number> {
  requireStore(settings);
  const remote = await connectEngine(settings.store);
  if (remote !== undefined) {
    await remote.close();
    throw new EngineError(
      'STORE_IN_USE',
      `An engine of this version has the store ${settings.store}: what it reads is migrated already. Stop it to look at the rest.`,
    );
  }
  const onProgress = (seen: number): void => output.note(`${count(seen, 'record')} looked at`);
  const found = await migrate(settings.store, { check, onProgress });
  output.record({ type: 'migrate', check, ...found });
  const { format, records, actors, refused } = found;
  output.text(
    format.from === format.to
      ? `format ${format.to}, as this version writes it`
      : `format ${format.from} ${check ? 'would become' : 'became'} ${format.to}: ${count(records, 'record')}`,
  );
  for (const { chart, from, to, count: n } of actors)
    output.text(`${chart} chart ${from} ${check ? 'would become' : 'became'} ${to}: ${count(n, 'actor')}`);
  for (const { subject, message } of refused)
    output.text(`${glyph('failed')} ${clean(subject)}: ${clean(message)}`);
  const isIdle = format.from === format.to && records === 0 && actors.length === 0;
  if (refused.length === 0)
    output.text(
      isIdle ? `${glyph('succeeded')} Nothing to migrate.` : `${glyph('succeeded')} Nothing is refused.`,
    );
  return refused.length === 0 ? exitCode.succeeded : exitCode.store;
}
