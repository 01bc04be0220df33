// `doctor`: reads everything in a store and says what cannot be trusted; and `revive`, for what was set aside.
import type { Command } from 'commander';
import { join } from 'node:path';
import pc from 'picocolors';
import { repairStore } from '../../../index.js';
import { clean, count, glyph } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { type Binder, type Session, withStore } from '../session.js';
import { hint, quoted, requireStore, type SharedOptions, withSharedOptions } from '../settings.js';

interface DoctorOptions extends SharedOptions {
  readonly repair?: boolean;
}

export function addDoctor(program: Command, bind: Binder): void {
  const doctorCommand = program
    .command('doctor')
    .summary('check the store')
    .description(
      'Reads everything in the store and checks it. Exit code 6 when something is wrong. Nothing is changed without --repair.',
    )
    .option('--repair', 'save what can be saved of a store that no engine has, and say what was lost');
  withSharedOptions(doctorCommand).addHelpText(
    'after',
    examples(
      ['doctor', 'is all well?'],
      ['doctor --json', 'for monitoring'],
      ['doctor --repair', 'mend a damaged store'],
    ),
  );
  bind<DoctorOptions>(doctorCommand, doctor);

  const reviveCommand = program
    .command('revive')
    .summary('set a goal going again that was set aside')
    .description('Sets a goal going again that a bug or damage has stopped, for when its cause is mended.')
    .argument('<goal>', 'id of the goal');
  withSharedOptions(reviveCommand).addHelpText('after', examples(['revive june', 'after an update, say']));
  bind<SharedOptions>(reviveCommand, revive);
}

async function doctor(session: Session, _args: readonly string[], options: DoctorOptions): Promise<number> {
  if (options.repair === true) return repair(session);
  const { output, settings, version } = session;
  const { diagnosis, isOwn } = await withStore(session, async ({ engine, own }) => ({
    diagnosis: await engine.diagnose(),
    isOwn: own !== undefined,
  }));
  output.record({ type: 'doctor', version, node: process.version, engineRuns: !isOwn, ...diagnosis });
  const { healthy, store, goals, findings } = diagnosis;
  output.text(`statewright ${version}, Node ${process.version}, ${process.platform} ${process.arch}`);
  output.text(
    `store ${clean(store.folder)}: format ${store.format}, ${count(store.commits, 'commit')}, ${count(store.facts, 'fact')}`,
  );
  output.text(isOwn ? 'no engine runs on it now' : 'an engine runs on it in another process');
  const parts = Object.entries(goals).map(([status, n]) => `${n} ${status}`);
  output.text(`goals: ${parts.length === 0 ? 'none' : parts.join(', ')}`);
  for (const { severity, message, goal } of findings) {
    const mark = severity === 'error' ? glyph('failed') : severity === 'warning' ? pc.yellow('!') : '·';
    output.text(`${mark} ${goal === undefined ? '' : `${clean(goal)}: `}${clean(message)}`);
  }
  const aside = findings.find(({ goal }) => goal !== undefined)?.goal;
  if (aside !== undefined)
    output.text(`Set it going again, once the cause is mended: ${hint(settings, `revive ${quoted(aside)}`)}`);
  output.text(
    healthy
      ? `${glyph('succeeded')} All is well.`
      : `${glyph('failed')} Something is wrong; the other goals are not hurt by it.`,
  );
  return healthy ? exitCode.succeeded : exitCode.store;
}

async function repair({ output, settings }: Session): Promise<number> {
  requireStore(settings);
  const report = await repairStore(settings.store);
  output.record({ type: 'repair', ...report });
  const { steps, left, salvaged, folder } = report;
  for (const step of steps) output.text(`· ${clean(step)}`);
  for (const message of left) output.text(`${glyph('failed')} ${clean(message)}`);
  if (salvaged !== undefined)
    output.text(`What was taken out of the store is in ${clean(join(folder, salvaged))}.`);
  const done = steps.length === 0 ? 'There was nothing to mend.' : `${count(steps.length, 'repair')}.`;
  output.text(
    left.length === 0 ? `${glyph('succeeded')} ${done}` : `${done} What is listed with a cross is left.`,
  );
  return left.length === 0 ? exitCode.succeeded : exitCode.store;
}

async function revive(session: Session, [goal = '']: readonly string[]): Promise<number> {
  const { output, settings } = session;
  await withStore(session, ({ engine }) => engine.revive(goal));
  output.record({ type: 'done', command: 'revive', goal });
  output.text('It can go on.');
  output.note(`Carry it on with: ${hint(settings, `resume ${quoted(goal)}`)}`);
  return exitCode.succeeded;
}
