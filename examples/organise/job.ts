// Job: one call of the command, from the open store to the exit code. Whatever an earlier call left unfinished
// is found in the store and goes on; nothing else is remembered but the small file of each run (runs.ts).
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine, EngineError, type Engine, type GoalHandle } from 'statewright';
import { isWithin } from './decide.js';
import { follow, isWaitingFor, listenForInterrupts, type Interrupts } from './follow.js';
import { type Options, UsageError } from './options.js';
import { checkPlace } from './place.js';
import type { Screen } from './progress.js';
import { exitCodeOf, lookLines, previewLines, resultLines } from './report.js';
import { goalOf, readRuns, type Run, storeOf, undoGoalOf, writeRun } from './runs.js';
import { hasSample, makeSample } from './sample.js';
import { createOrganiseTools } from './tools.js';

const ends = new Set(['succeeded', 'partial', 'failed', 'aborted']);

/** What one call works with. */
interface Job {
  readonly options: Options;
  /** Where the store and the notes on runs are. */
  readonly work: string;
  readonly engine: Engine;
  readonly screen: Screen;
  readonly interrupts: Interrupts;
  readonly runs: readonly Run[];
  /** The run that would come next. */
  readonly next: Run;
  print(...lines: readonly string[]): void;
}

/** Does what the options ask for. Resolves with the exit code. */
export async function runJob(options: Options, screen: Screen): Promise<number> {
  const place =
    options.folder === undefined ? undefined : await checkPlace(options.folder, options.out, options.force);
  const work = join(place?.folder ?? process.cwd(), '.statewright', 'organise');
  const runs = await readRuns(work);
  const number = (runs.at(-1)?.number ?? 0) + 1;
  const sample = join(work, `sample-${number}`);
  const next: Run = {
    version: 1,
    number,
    ...(place ?? { folder: sample, out: join(sample, 'organised') }),
    ...(place === undefined ? { sample: { files: options.files, seed: options.seed } } : {}),
  };
  if (options.undo && runs.length === 0) throw new UsageError(`There is no run to undo in '${work}'.`);
  const known = [...runs.slice(-20), next];
  const engine = await createEngine({
    store: storeOf(work),
    tools: createOrganiseTools(known.map(({ out }) => out)),
    config: { roots: known.flatMap(({ folder, out }) => [folder, out]), maxValueBytes: 256 * 1024 * 1024 },
  });
  const interrupts = listenForInterrupts(() => process.exit(5));
  const print = (...lines: readonly string[]): void => screen.write(`${lines.join('\n')}\n`);
  try {
    return await choose({ options, work, engine, screen, interrupts, runs, next, print });
  } finally {
    interrupts.close();
    await engine.close();
  }
}

/** Goes on with what is unfinished, else begins what was asked for. */
async function choose(job: Job): Promise<number> {
  const { options, runs, print } = job;
  const last = runs.at(-1);
  if (last === undefined) return begin(job, job.next);
  const undos = await findUndos(job, last);
  const undo = undos.at(-1);
  if (undo !== undefined && (await isOpen(undo))) return undoOn(job, last, undo);
  const handle = await find(job, goalOf(last));
  if (options.undo) return undoRun(job, last, handle, undos);
  if (handle === undefined) return begin(job, last);
  if (!(await isOpen(handle))) return begin(job, job.next);
  if (options.fresh) {
    await handle.abort({ reason: 'a fresh start was asked for' });
    return begin(job, job.next);
  }
  print(`Going on with run ${last.number} in ${last.folder}`);
  return accompany(job, last, handle);
}

async function find({ engine }: Job, goalId: string): Promise<GoalHandle | undefined> {
  try {
    return await engine.goal(goalId);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'GOAL_UNKNOWN') return undefined;
    throw error;
  }
}

/** What was tried to undo a run, the last try last. */
async function findUndos(job: Job, run: Run): Promise<GoalHandle[]> {
  const undos: GoalHandle[] = [];
  for (;;) {
    const undo = await find(job, undoGoalOf(run, undos.length + 1));
    if (undo === undefined) return undos;
    undos.push(undo);
  }
}

async function isOpen(handle: GoalHandle): Promise<boolean> {
  return !ends.has((await handle.snapshot()).status);
}

/** Begins a run, or the rest of a beginning that was cut off. */
async function begin(job: Job, run: Run): Promise<number> {
  const { engine, work, print } = job;
  await writeRun(work, run);
  if (run.sample !== undefined && !(await hasSample(run.folder))) {
    const made = await makeSample(run.folder, run.sample);
    print(
      `Made a messy sample of ${made.files} files: ${run.folder}`,
      ...made.notes.map((note) => `  (${note})`),
    );
  }
  const file = await planFile();
  const { folder, out } = run;
  const handle = await engine.submit(
    { document: await readFile(file, 'utf8') },
    {
      goalId: goalOf(run),
      file,
      inputs: { folder, out, beside: !isWithin(folder, out), ask: run.sample === undefined },
    },
  );
  return accompany(job, run, handle);
}

/** The plan lies beside this file's source; when this file was compiled, the source is elsewhere. */
async function planFile(): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  const name = 'organise.plan.yaml';
  const places = [join(here, name), join(here, '..', '..', '..', 'examples', 'organise', name)];
  for (const place of places) if (await readFile(place).catch(() => undefined)) return place;
  throw new UsageError(`The plan '${name}' is missing; it was looked for at ${places.join(' and ')}.`);
}

/** Follows a run to its end, or to where a person is needed. */
async function accompany(job: Job, run: Run, handle: GoalHandle): Promise<number> {
  const { engine, screen, interrupts, work, options, print } = job;
  if (await isWaitingFor(handle, 'paused')) await handle.resume({ by: 'npm start' });
  for (;;) {
    const stop = await follow(engine, handle, screen, interrupts);
    switch (stop.kind) {
      case 'interrupted':
        return pause(job, run, handle);
      case 'ended':
        print(...resultLines(run, work, stop.result, await handle.tasks()));
        return exitCodeOf(stop.result.status);
      case 'approval': {
        print(...previewLines(run, await handle.snapshot()));
        const answer = options.yes ? 'yes' : await askPerson(job);
        if (answer === 'nobody') return waitForAnswer(job, run);
        if (answer === 'interrupted') return pause(job, run, handle);
        if (answer === 'yes') await handle.approve('confirm', { by: options.yes ? '--yes' : 'the person' });
        else await handle.abort({ by: 'the person', reason: 'the person said no' });
      }
    }
  }
}

async function askPerson({ screen, interrupts }: Job): Promise<'yes' | 'no' | 'nobody' | 'interrupted'> {
  if (!screen.isTerminal || process.stdin.isTTY !== true) return 'nobody';
  const leave = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answered = lines.question('Go ahead? [y/N] ', { signal: leave.signal }).then((answer) => {
      return /^\s*(y|yes)\s*$/i.test(answer) ? ('yes' as const) : ('no' as const);
    });
    // The terminal gives Ctrl-C to the question, and the end of the input ends the question without an answer.
    lines.once('SIGINT', () => process.emit('SIGINT'));
    const closed = new Promise<'nobody'>((resolve) => lines.once('close', () => resolve('nobody')));
    return await Promise.race([answered, closed, interrupts.first.then(() => 'interrupted' as const)]);
  } finally {
    lines.close();
    leave.abort();
  }
}

function waitForAnswer({ print }: Job, run: Run): number {
  print(
    'Nobody answered, so nothing was moved. To go ahead:',
    `  npm start -- --folder ${JSON.stringify(run.folder)} --yes`,
  );
  return 5;
}

async function pause({ print, options }: Job, run: Run, handle: GoalHandle): Promise<number> {
  try {
    await handle.pause({ by: 'Ctrl-C' });
  } catch (error) {
    // Where the goal cannot be paused it is nearly over or waits for somebody: closing the store is enough.
    if (!(error instanceof EngineError)) throw error;
  }
  const again = options.folder === undefined ? '' : ` -- --folder ${JSON.stringify(run.folder)}`;
  print(
    'Stopped safely. To go on:',
    `  npm start${again}${options.undo ? `${again === '' ? ' --' : ''} --undo` : ''}`,
  );
  return 5;
}

/** Undoes the last run: what has ended by a goal of its own, what has not by giving it up. */
async function undoRun(
  job: Job,
  run: Run,
  handle: GoalHandle | undefined,
  undos: readonly GoalHandle[],
): Promise<number> {
  const { print } = job;
  const isUndone = (await undos.at(-1)?.snapshot())?.status === 'succeeded';
  if (handle === undefined || isUndone) {
    print(isUndone ? `Run ${run.number} was undone already.` : 'The last run has not moved anything.');
    return 0;
  }
  const { status } = await handle.snapshot();
  if (ends.has(status)) {
    try {
      const goalId = undoGoalOf(run, undos.length + 1);
      return await finishUndo(job, run, await handle.undo({ goalId }));
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'COMMAND_REFUSED') throw error;
      print('There is nothing to undo: the last run has changed nothing, or was undone already.');
      return 0;
    }
  }
  if (status !== 'recovering') await handle.abort({ by: '--undo', reason: 'undone', compensate: true });
  return finishUndo(job, run, handle);
}

/** Goes on with an undo, also when the command was called without asking for it: half undone is no place to stay. */
async function undoOn(job: Job, run: Run, undo: GoalHandle): Promise<number> {
  const { print, options } = job;
  print(`Going on with undoing run ${run.number}`);
  const code = await finishUndo(job, run, undo);
  if (!options.undo && code === 0) print('Run the command again to organise anew.');
  return code;
}

async function finishUndo(job: Job, run: Run, handle: GoalHandle): Promise<number> {
  const { engine, screen, interrupts, work, print } = job;
  if (await isWaitingFor(handle, 'paused')) await handle.resume({ by: '--undo' });
  const stop = await follow(engine, handle, screen, interrupts);
  if (stop.kind !== 'ended') return pause({ ...job, options: { ...job.options, undo: true } }, run, handle);
  const { result } = stop;
  const failed = Object.entries(result.tasks).filter(([, task]) => task.failure !== undefined);
  const isWhole = result.warnings.length === 0 && failed.length === 0;
  const isGood = isWhole && (result.status === 'succeeded' || result.status === 'aborted');
  print(
    isGood
      ? `Undone: everything in ${run.folder} is where it was.`
      : `Not everything could be put back: ${result.reason}`,
    ...failed.slice(0, 20).map(([id, task]) => `  ${id}: ${task.failure?.message ?? ''}`),
    ...result.warnings.map((warning) => `  ${warning}`),
    ...(isGood ? [] : lookLines(run, work, undefined)),
  );
  return isGood ? 0 : Math.max(1, exitCodeOf(result.status));
}
