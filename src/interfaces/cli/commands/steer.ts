// Steering: the commands that are given to a goal or a task and are over at once. Each is on disk before the
// command says so; one that the statechart does not allow is refused with the reason.
import type { Command } from 'commander';
import type { GoalHandle, Json } from '../../../index.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import type { Access } from '../access.js';
import { type Binder, type Session, whoever, withStore } from '../session.js';
import { hint, quoted, type SharedOptions, withSharedOptions } from '../settings.js';

interface SteerOptions extends SharedOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly compensate?: boolean;
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
    options: { by: string; reason?: string; compensate?: boolean },
  ): Promise<void>;
}

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
    ],
    done: 'Approved.',
    goesOn: true,
    act: (handle, [name], options) => handle.approve(name, options),
  },
  {
    name: 'reject',
    summary: 'reject what waits for an approval',
    description: 'Rejects a task, a contingency or the plan; it fails with the reason.',
    args: [subject],
    examples: [['reject june publish --reason "not on a Friday"', 'a task']],
    done: 'Rejected.',
    goesOn: true,
    act: (handle, [name], options) => handle.reject(name, options),
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
  const { by = whoever(), reason, compensate } = options;
  await withStore(session, async (access) => {
    const handle = await access.engine.goal(goal);
    await order.act(handle, args, {
      by,
      ...(reason === undefined ? {} : { reason }),
      ...(compensate === undefined ? {} : { compensate }),
    });
    output.record({
      type: 'done',
      command: order.name,
      goal,
      ...(args[0] === undefined ? {} : { subject: args[0] }),
    });
    output.text(order.done);
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

function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
