// `events`: the journal of a goal or of the whole store, from any fact on, and live.
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import pc from 'picocolors';
import { EngineError } from '../../../errors.js';
import { connectEngine, type Fact, type FactPage, type RemoteEngine } from '../../../index.js';
import { clean, clockTime, padded } from '../display.js';
import { exitCode } from '../exit-code.js';
import { examples } from '../help.js';
import { isLost } from '../holder.js';
import { printableFact } from '../live/json-view.js';
import type { Output } from '../output.js';
import { readCount } from '../plan-file.js';
import { type Binder, type Session, withStore } from '../session.js';
import { requireStore, type SharedOptions, withSharedOptions } from '../settings.js';

interface EventsOptions extends SharedOptions {
  readonly follow?: boolean;
  readonly from?: string;
  readonly limit?: string;
  readonly last?: string;
}

export function addEvents(program: Command, bind: Binder): void {
  const command = program
    .command('events')
    .summary('print the journal of a goal or of the store')
    .description('Prints what has happened, fact by fact. What is printed is on disk.')
    .argument('[goal]', 'id of the goal [all]')
    .option('-f, --follow', 'go on as it happens: until the goal has ended, or Ctrl-C')
    .option('--from <seq>', 'the number of the first fact [1]')
    .option('--limit <n>', 'at most so many facts [all]')
    .option('--last <n>', 'only the last so many facts');
  withSharedOptions(command).addHelpText(
    'after',
    examples(
      ['events june --follow', 'watch a goal'],
      ['events june --last 20', 'how it came to where it is'],
      ['events june --from 5000 --limit 1000', 'a part of a long history'],
      ['events --from 1200 --json', 'the whole store, from a fact on'],
    ),
  );
  bind<EventsOptions>(command, events);
}

async function events(session: Session, [goal]: readonly string[], options: EventsOptions): Promise<number> {
  const from = options.from === undefined ? 1 : readCount(options.from, '--from', 1);
  const limit = options.limit === undefined ? undefined : readCount(options.limit, '--limit', 1);
  const last = options.last === undefined ? undefined : readCount(options.last, '--last', 1);
  if (options.follow === true && (limit !== undefined || last !== undefined))
    throw unfit('--follow has no end: it goes with --from, not with --limit or --last');
  if (last !== undefined && (limit !== undefined || options.from !== undefined))
    throw unfit('--last counts from the end: it does not go with --from and --limit');
  if (options.follow === true) return followEvents(session, goal, from);
  const { output } = session;
  await withStore(session, async ({ engine }) => {
    const source = goal === undefined ? engine : await engine.goal(goal);
    const start = last === undefined ? from : await startOfLast(source, last);
    if (start !== undefined) await print(pages(source, start, limit ?? last), output, () => undefined);
  });
  return exitCode.succeeded;
}

type Source = Pick<RemoteEngine, 'facts'>;

const pageSize = 1_000;

const unfit = (why: string): EngineError =>
  new EngineError('INPUT_INVALID', `${why}. 'events --help' tells more.`);

/** The number of the fact with which the last so many begin; undefined when there are none. */
async function startOfLast(source: Source, count: number): Promise<number | undefined> {
  let first: number | undefined;
  let from: number | undefined;
  for (let left = count; left > 0; left -= pageSize) {
    const page = { limit: Math.min(left, pageSize), reverse: true };
    const { facts, next } = await source.facts(from === undefined ? page : { ...page, from });
    first = facts.at(-1)?.seq ?? first;
    if (next === undefined) break;
    from = next;
  }
  return first;
}

/** Reads page by page: what is not printed yet is not in memory. */
async function* pages(source: Source, start: number, limit = Number.POSITIVE_INFINITY): AsyncGenerator<Fact> {
  let from: number | undefined = start;
  for (let left = limit; left > 0 && from !== undefined; left -= pageSize) {
    const page: FactPage = await source.facts({ from, limit: Math.min(left, pageSize) });
    yield* page.facts;
    from = page.next;
  }
}

/** How often it is looked whether an engine runs, in milliseconds. */
const lookMs = 500;

/**
 * Follows until the goal has ended or somebody presses Ctrl-C. Looking on holds up nobody: the store is left to
 * others, and facts are read from whichever engine has it.
 */
async function followEvents(session: Session, goal: string | undefined, from: number): Promise<number> {
  const { settings, output } = session;
  requireStore(settings);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal);
  let next = from;
  const taken = (fact: Fact): void => {
    next = fact.seq + 1;
    if (output.isBroken()) stop.abort();
  };
  while (!stop.signal.aborted) {
    // What there is; a goal that has ended tells nothing more.
    const isOver = await withStore(session, async ({ engine }) => {
      const handle = goal === undefined ? undefined : await engine.goal(goal);
      await print(
        (handle ?? engine).events({ from: next, follow: false, signal: stop.signal }),
        output,
        taken,
      );
      return (await handle?.snapshot())?.endedAt !== undefined;
    });
    if (isOver) break;
    const remote = await untilEngineRuns(settings.store, output, stop.signal);
    if (remote === undefined) break;
    try {
      const followed = goal === undefined ? remote : await remote.goal(goal);
      await print(followed.events({ from: next, follow: true, signal: stop.signal }), output, taken);
      if (goal !== undefined) break;
    } catch (error) {
      if (!isLost(error)) throw error;
    } finally {
      await remote.close();
    }
  }
  return exitCode.succeeded;
}

/** The engine that has the store, as soon as there is one; nothing when it was called off. */
async function untilEngineRuns(
  store: string,
  output: Output,
  signal: AbortSignal,
): Promise<RemoteEngine | undefined> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const remote = await connectEngine(store);
    if (remote !== undefined) return remote;
    if (isFirst) output.note('No engine runs on this store now; waiting for one. Ctrl-C ends this.');
    await wait(lookMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function print(facts: AsyncIterable<Fact>, output: Output, taken: (fact: Fact) => void): Promise<void> {
  for await (const fact of facts) {
    output.record(printableFact(fact));
    output.text(line(fact));
    taken(fact);
    await output.ready();
    if (output.isBroken()) return;
  }
}

function line({ seq, at, actor, type, from, to, data }: Fact): string {
  const move = to === undefined ? '' : pc.dim(` ${from ?? ''} → ${to}`);
  const { taskId, ...rest } = data;
  const subject = typeof taskId === 'string' ? taskId : actor;
  const more = Object.keys(rest).length === 0 ? '' : ` ${clean(JSON.stringify(rest))}`;
  return `${String(seq).padStart(7)}  ${clockTime(at)}  ${padded(type, 22)} ${clean(subject)}${pc.dim(more)}${move}`;
}
