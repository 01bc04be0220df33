// `run`: takes a goal and carries it out, here or in the engine that has the store.
import { type Command, Option } from 'commander';
import type { GoalHandle, Json, RemoteEngine } from '../../../index.js';
import { exitCode } from '../exit-code.js';
import { findGoal, freeName } from '../goal-name.js';
import { examples } from '../help.js';
import { type Holder, holdStore } from '../holder.js';
import { standsStill, isPaused } from '../attention.js';
import { createInterrupts, type Interrupts } from '../interrupts.js';
import { collectInput, readRequest, type Request } from '../plan-file.js';
import type { Binder, Session } from '../session.js';
import { hint, quoted, type SharedOptions, withSharedOptions } from '../settings.js';
import { detachEngine } from '../detached.js';
import { follow, type FollowFlags, letGo, tellResult, withFollowOptions } from './follow-goal.js';

interface RunOptions extends SharedOptions, FollowFlags {
  readonly input: Record<string, Json>;
  readonly goalId?: string;
  readonly approval?: boolean;
  readonly detach?: boolean;
}

export function addRun(program: Command, bind: Binder): void {
  const command = program
    .command('run')
    .summary('carry out a plan document, or a goal in words')
    .description(
      'Carries out a plan document, or a goal in words, until it has ended. Ctrl-C pauses it; the same --goal-id again continues it.',
    )
    .argument('<words or file...>', "a plan document, '-' for standard input, or a goal in words")
    .addOption(
      new Option('-i, --input <name=value>', 'an input of the plan; may be repeated')
        .argParser(collectInput)
        .default({}, 'none'),
    )
    .option('-g, --goal-id <id>', 'id of the goal; one that exists is continued, or its result printed')
    .option('-a, --approval', 'ask for approval of the whole plan before it runs')
    .option('-d, --detach', 'leave it to an engine in the background and return at once');
  withSharedOptions(withFollowOptions(command)).addHelpText(
    'after',
    examples(
      ['run report.yaml --input out=./june', 'carry out a plan'],
      ['run report.yaml --goal-id june --yes', 'approve everything; again: continue, or print the result'],
      ['run report.yaml --detach', 'in the background'],
      ['run report.yaml --json | jq .type', 'for programs'],
    ),
  );
  bind<RunOptions>(command, run);
}

async function run(session: Session, words: readonly string[], options: RunOptions): Promise<number> {
  const since = Date.now();
  const request = await readRequest(words);
  if (options.detach === true) return runDetached(session, request, options);
  const interrupts = createInterrupts();
  const holder = await holdStore(session.settings);
  try {
    // With the id known beforehand, submitting again after a lost connection is the same submission.
    const { goal, existing } = await holder.steadily(async (engine) => {
      const found = options.goalId === undefined ? undefined : await findGoal(engine, options.goalId);
      return { goal: options.goalId ?? (await freeName(engine, request.file)), existing: found };
    });
    if (existing !== undefined) return await goOn(session, holder, interrupts, existing, options, since);
    await holder.steadily((engine) => engine.submit(request.request, submitOptions(request, options, goal)));
    announce(session, holder, goal);
    return await follow(session, holder, interrupts, options, { goal, isNew: true });
  } finally {
    await letGo(session, holder, interrupts);
    interrupts.dispose();
  }
}

function submitOptions(
  { file }: Request,
  { input, approval }: RunOptions,
  goalId: string,
): Parameters<RemoteEngine['submit']>[1] {
  return {
    goalId,
    inputs: input,
    ...(file === undefined ? {} : { file }),
    ...(approval === undefined ? {} : { approval }),
  };
}

function announce({ output, settings }: Session, holder: Holder, goal: string): void {
  if (output.canDraw || output.json) return;
  const where = holder.isOwn() ? '' : ', in the engine of another process';
  output.note(`Goal ${goal}${where}. Look at it with: ${hint(settings, `show ${quoted(goal)}`)}`);
}

/** Continues a goal that is there, or prints its result when it has ended. */
async function goOn(
  session: Session,
  holder: Holder,
  interrupts: Interrupts,
  handle: GoalHandle,
  flags: FollowFlags,
  since: number,
): Promise<number> {
  const { output } = session;
  const result = await handle.snapshot();
  if (result.endedAt !== undefined) {
    output.note(
      `Goal ${handle.id} has ended before; this is its result. Another --goal-id runs the plan again.`,
    );
    return tellResult(result, session);
  }
  output.note(
    `Goal ${handle.id} was begun before; it goes on where it was. The plan given now is not looked at.`,
  );
  return continueGoal(session, holder, interrupts, handle, flags, since);
}

/** Wakes a goal that was paused, and follows it. */
export async function continueGoal(
  session: Session,
  holder: Holder,
  interrupts: Interrupts,
  handle: GoalHandle,
  flags: FollowFlags,
  since: number,
  isOneOfSeveral = false,
): Promise<number> {
  const explanation = await handle.explain();
  if (standsStill(explanation) && isPaused(explanation)) await handle.resume({ by: 'command line' });
  return follow(session, holder, interrupts, flags, { goal: handle.id, isNew: false, since, isOneOfSeveral });
}

/** Hands the goal to an engine in the background, which is started when none has the store. */
async function runDetached(session: Session, request: Request, options: RunOptions): Promise<number> {
  const { output, settings } = session;
  const detached = await detachEngine(settings);
  try {
    const { engine } = detached;
    const goal = options.goalId ?? (await freeName(engine, request.file));
    const handle = await engine.submit(request.request, submitOptions(request, options, goal));
    output.record({ type: 'detached', goal: handle.id, pid: detached.pid });
    output.text(handle.id);
    if (!output.json)
      output.note(
        `It runs in the background. Follow it with: ${hint(settings, `events ${quoted(handle.id)} --follow`)}`,
      );
    return exitCode.succeeded;
  } finally {
    await detached.release();
  }
}
