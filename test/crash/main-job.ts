// Lives of the main job: it is started, killed with SIGKILL at a random instant, and started again by the same
// command, until it has been killed so many times; then it may finish.
//
// What is random: the instant, counted from the start of the process (so that loading, opening and resuming are
// hit) or from its first output (so that the work itself is hit), and the seed of each sample.
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine, type Fact } from 'statewright';
import type { Random } from '../../examples/organise/sample/random.js';
import { mainJob, start } from '../examples/command.js';

export interface Lives {
  readonly kills: number;
  /** Runs of the command that ended by themselves before they could be killed, and the last. */
  readonly finished: number;
  /** When the kills came, in words, for a failing test to print. */
  readonly log: readonly string[];
}

interface Killing {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly kills: number;
  readonly random: Random;
  /** Called when a run has ended by itself; the next start begins a new one. */
  onFinished(run: number): Promise<void>;
}

const longestFromStartMs = 900;
const longestFromOutputMs = 700;

/** Kills and restarts. Throws when a life ends by itself otherwise than well. */
export async function live({ cwd, args, kills, random, onFinished }: Killing): Promise<Lives> {
  const log: string[] = [];
  let killed = 0;
  let finished = 0;
  while (killed < kills) {
    const running = start(mainJob, args, cwd);
    const isFromOutput = random.next() < 0.8;
    const delay = random.between(1, isFromOutput ? longestFromOutputMs : longestFromStartMs);
    const begun = isFromOutput ? running.printed('\n').catch(() => undefined) : Promise.resolve();
    const wait = begun.then(() => sleep(delay, 'kill' as const, { ref: false }));
    const first = await Promise.race([wait, running.ended.then(() => 'ended' as const)]);
    if (first === 'kill') running.child.kill('SIGKILL');
    const { code, out, err } = await running.ended;
    const place = out.trimEnd().split('\n').at(-1) ?? '';
    if (code === undefined) {
      killed += 1;
      log.push(
        `killed ${delay} ms after its ${isFromOutput ? 'first output' : 'start'}, at '${place.trim()}'`,
      );
      continue;
    }
    if (code !== 0)
      throw new Error(`a life ended with ${code} after ${killed} kills:\n${log.join('\n')}\n${out}${err}`);
    finished += 1;
    log.push(`run ${finished} finished`);
    await onFinished(finished);
  }
  const { code, out, err } = await start(mainJob, args, cwd).ended;
  if (code !== 0) throw new Error(`the last life ended with ${code}:\n${log.join('\n')}\n${out}${err}`);
  await onFinished(finished + 1);
  return { kills: killed, finished: finished + 1, log };
}

/** What the journal must not say, found in it. */
export async function journalFaults(store: string): Promise<string[]> {
  await using engine = await createEngine({ store });
  const faults: string[] = [];
  const completed = new Set<string>();
  const ended = new Set<string>();
  let expected = 1;
  for await (const fact of engine.events({ follow: false })) {
    if (fact.seq !== expected) faults.push(`fact ${expected} is missing: ${fact.seq} came`);
    expected = fact.seq + 1;
    faults.push(...faultsOf(fact, completed, ended));
  }
  for (const { id, status } of await engine.goals({ status: 'open' }))
    faults.push(`goal ${id} is still ${status}`);
  return faults;
}

function faultsOf({ seq, type, goal, data }: Fact, completed: Set<string>, ended: Set<string>): string[] {
  const task = `${goal}/${String(data['taskId'])}`;
  if (type.startsWith('attempt.') && type !== 'attempt.late') {
    const isAgain = completed.has(task) || ended.has(task);
    if (type === 'attempt.completed') completed.add(task);
    return isAgain ? [`fact ${seq}: ${type} of ${task}, which had completed`] : [];
  }
  if (!/^task\.(succeeded|failed|aborted|skipped)$/.test(type)) return [];
  const isAgain = ended.has(task);
  ended.add(task);
  return isAgain ? [`fact ${seq}: ${type} of ${task}, which had ended`] : [];
}
