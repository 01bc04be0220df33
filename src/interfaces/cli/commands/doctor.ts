// `doctor`: reads everything in a store and says what cannot be trusted; and `revive`, for what was set aside.
import type { Command } from 'commander';
import pc from 'picocolors';
import { clean, count, glyph } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { type Binder, type Session, withStore } from '../session.js';
import { hint, quoted, type SharedOptions, withSharedOptions } from '../settings.js';

export function addDoctor(program: Command, bind: Binder): void {
  const doctorCommand = program
    .command('doctor')
    .summary('check the store')
    .description(
      'Reads everything in the store and checks it. Exit code 6 when something is wrong. Nothing is changed.',
    );
  withSharedOptions(doctorCommand).addHelpText(
    'after',
    examples(['doctor', 'is all well?'], ['doctor --json', 'for monitoring']),
  );
  bind<SharedOptions>(doctorCommand, doctor);

  const reviveCommand = program
    .command('revive')
    .summary('set a goal going again that was set aside')
    .description('Sets a goal going again that a bug or damage has stopped, for when its cause is mended.')
    .argument('<goal>', 'id of the goal');
  withSharedOptions(reviveCommand).addHelpText('after', examples(['revive june', 'after an update, say']));
  bind<SharedOptions>(reviveCommand, revive);
}

async function doctor(session: Session): Promise<number> {
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

async function revive(session: Session, [goal = '']: readonly string[]): Promise<number> {
  const { output, settings } = session;
  await withStore(session, ({ engine }) => engine.revive(goal));
  output.record({ type: 'done', command: 'revive', goal });
  output.text('It can go on.');
  output.note(`Carry it on with: ${hint(settings, `resume ${quoted(goal)}`)}`);
  return exitCode.succeeded;
}
