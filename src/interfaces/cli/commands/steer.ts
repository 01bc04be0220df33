// Steering: the commands that are given to a goal or a task and are over at once. Each is on disk before the
// command says so; one that the statechart does not allow is refused with the reason.
import type { Command } from 'commander';
import type { GoalHandle, PendingApproval } from '../../../index.js';
import { approvalLines } from '../approval-view.js';
import { count } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { type Output, printable } from '../output.js';
import type { Access } from '../access.js';
import { type Binder, type Session, whoever, withStore } from '../session.js';
import { readValue } from '../plan-file.js';
import { hint, quoted, type SharedOptions, withSharedOptions } from '../settings.js';

interface SteerOptions extends SharedOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly compensate?: boolean;
  readonly digest?: string;
}

interface Order {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Name and meaning of the arguments; the goal is always the first. */
  readonly args: readonly (readonly [name: string, meaning: string])[];
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  readonly examples: readonly (readonly [words: string, meaning: string])[];
  /** What has happened, in words. */
  readonly done: string;
  /** Whether the goal now has to be carried on by somebody. */
  readonly goesOn: boolean;
  act(
    handle: GoalHandle,
    args: readonly string[],
    options: { by: string; reason?: string; compensate?: boolean; digest?: string },
    output: Output,
  ): Promise<string | void>;
}

const digestOption = [
  '--digest <digest>',
  'only if this is still what is asked for: the digest that show prints [what is asked for now]',
] as const;
const task = ['<task>', 'id of the task'] as const;
const subject = [
  '[subject]',
  'id of the task, or contingency:<id>/<task> [what waits, when it is one thing]',
] as const;

const orders: readonly Order[] = [
  {
    name: 'approve',
    summary: 'approve what waits for an approval',
    description:
      'Approves a task, a contingency or the plan; of an interrupted task: says that it has happened.',
    args: [subject],
    examples: [
      ['approve june publish', 'a task'],
      ['approve june', 'the plan, or the one task that waits'],
      ['approve june publish --digest 3fa9c1d2e4f5', 'only what was seen before'],
    ],
    options: [digestOption],
    done: 'Approved.',
    goesOn: true,
    act: (handle, [name], options, output) => decide('approve', handle, name, options, output),
  },
  {
    name: 'reject',
    summary: 'reject what waits for an approval',
    description: 'Rejects a task, a contingency or the plan; it fails with the reason.',
    args: [subject],
    examples: [['reject june publish --reason "not on a Friday"', 'a task']],
    options: [digestOption],
    done: 'Rejected.',
    goesOn: true,
    act: (handle, [name], options, output) => decide('reject', handle, name, options, output),
  },
  {
    name: 'answer',
    summary: 'answer the question of a task',
    description: 'Answers a task that asks something. The value becomes its output.',
    args: [task, ['<value>', 'JSON, or else text']],
    examples: [
      ['answer june colour blue', 'a text'],
      ['answer june size \'{"n": 3}\'', 'a value'],
    ],
    done: 'Answered.',
    goesOn: true,
    act: (handle, [name = '', value = ''], options) => handle.answer(name, readValue(value), options),
  },
  {
    name: 'signal',
    summary: 'send a signal to a task that waits for it',
    description:
      'Sends a named signal with an optional value. One that nobody waits for yet is kept for the next who does.',
    args: [
      ['<name>', 'name of the signal'],
      ['[value]', 'JSON, or else text'],
    ],
    examples: [
      ['signal june data-ready', 'without a value'],
      ['signal june chosen \'{"size": 3}\'', 'with one'],
    ],
    done: 'Sent.',
    goesOn: true,
    act: (handle, [name = '', value], options) =>
      handle.signal(name, value === undefined ? undefined : readValue(value), options),
  },
  {
    name: 'pause',
    summary: 'pause a goal: what runs may end, nothing new starts',
    description: 'Pauses a goal between two effects. It goes on with resume.',
    args: [],
    examples: [['pause june', 'until resume']],
    done: 'Paused.',
    goesOn: false,
    act: (handle, _args, options) => handle.pause(options),
  },
  {
    name: 'abort',
    summary: 'end a goal now, and undo it if asked',
    description:
      'Ends a goal: what runs is stopped. With --compensate what was done is undone, in reverse order.',
    args: [],
    options: [['--compensate', 'undo what was done']],
    examples: [['abort june --compensate', 'and leave nothing behind']],
    done: 'Aborted.',
    goesOn: false,
    act: (handle, _args, options) => handle.abort(options),
  },
  {
    name: 'retry',
    summary: 'try a task again',
    description:
      'Makes a task that waits, recovers or has failed try again. One that has succeeded never runs again.',
    args: [task],
    examples: [['retry june convert', 'one more attempt']],
    done: 'It will be tried again.',
    goesOn: true,
    act: (handle, [name = ''], options) => handle.retry(name, options),
  },
  {
    name: 'skip',
    summary: 'skip a task',
    description: 'Skips a task that has not begun, waits or recovers.',
    args: [task],
    examples: [['skip june notify --reason "nobody reads it"', 'go on without it']],
    done: 'Skipped.',
    goesOn: true,
    act: (handle, [name = ''], options) => handle.skip(name, options),
  },
];

export function addSteering(program: Command, bind: Binder): void {
  for (const order of orders) {
    const command = program.command(order.name).summary(order.summary).description(order.description);
    command.argument('<goal>', 'id of the goal');
    for (const [name, meaning] of order.args) command.argument(name, meaning);
    for (const [flags, meaning] of order.options ?? []) command.option(flags, meaning);
    command
      .option('--by <name>', 'who gives the command [your user name]')
      .option('--reason <text>', 'why; it is journaled');
    withSharedOptions(command).addHelpText('after', examples(...order.examples));
    bind<SteerOptions>(command, (session, args, options) => steer(session, order, args, options));
  }
}

async function steer(
  session: Session,
  order: Order,
  [goal = '', ...args]: readonly string[],
  options: SteerOptions,
): Promise<number> {
  const { output } = session;
  const { by = whoever(), reason, compensate, digest } = options;
  await withStore(session, async (access) => {
    const handle = await access.engine.goal(goal);
    const given = {
      by,
      ...(reason === undefined ? {} : { reason }),
      ...(compensate === undefined ? {} : { compensate }),
      ...(digest === undefined ? {} : { digest }),
    };
    const done = (await order.act(handle, args, given, output)) ?? order.done;
    output.record({
      type: 'done',
      command: order.name,
      goal,
      ...(args[0] === undefined ? {} : { subject: args[0] }),
    });
    output.text(done);
    const next = nextStep(session, access, order, goal, options);
    if (next !== undefined) output.note(next);
  });
  return exitCode.succeeded;
}

/** Without an engine that runs, the goal stands still until somebody starts one. */
function nextStep(
  { settings }: Session,
  { own }: Access,
  order: Order,
  goal: string,
  options: SteerOptions,
): string | undefined {
  const isLeft = own !== undefined && (order.goesOn || options.compensate === true);
  if (!isLeft) return undefined;
  return `No engine runs on this store now. Carry the goal on with: ${hint(settings, `resume ${quoted(goal)}`)}`;
}

/** Shows what is asked for and answers exactly that; or, when a digest is given, only what has it. */
async function decide(
  verb: 'approve' | 'reject',
  handle: GoalHandle,
  name: string | undefined,
  { by, reason, digest }: { by: string; reason?: string; digest?: string },
  output: Output,
): Promise<string | void> {
  const pending = await handle.approval(name);
  for (const line of pending === undefined ? [] : approvalLines(pending)) output.text(line);
  if (pending !== undefined) output.record({ type: 'approval', goal: handle.id, ...printable(pending) });
  const seen = digest === undefined || isShort(digest, pending) ? pending?.digest : digest;
  const because = reason === undefined ? {} : { reason };
  await handle[verb](name, { by, ...because, ...(seen === undefined ? {} : { digest: seen }) });
  if (verb === 'reject' || pending === undefined || pending.quorum === 1) return;
  const left = await handle.approval(name ?? pending.subject).catch(() => undefined);
  if (left?.digest !== pending.digest || left.votes.length === 0) return;
  const missing = left.quorum - left.votes.length;
  return `Approved by ${by}: ${left.votes.length} of ${left.quorum}; ${count(missing, 'more person', 'more people')} must approve.`;
}

/** Whether a digest is the beginning of what is asked for, long enough to be no accident. */
const isShort = (digest: string, pending: PendingApproval | undefined): boolean =>
  digest.length >= 8 && pending?.digest.startsWith(digest) === true;
