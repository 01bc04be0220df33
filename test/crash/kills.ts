// Lives of a job: it is started, killed with SIGKILL at a random instant, and started again until it finishes.
// What it is allowed to have done by then is judged here, from the journal and from what it wrote outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Level } from 'level';
import type { Fact } from '#src/index.js';
import { decodeRecord } from '#src/persistence/codec.js';
import { factsOf } from '#src/persistence/journal.js';
import { keys } from '#src/persistence/keys.js';
import { parseRecord } from '#src/persistence/records.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One run that a task wrote down outside the store. */
export interface Run {
  readonly what: 'note' | 'once' | 'enter' | 'leave';
  readonly pid: number;
  readonly goal: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly key: string;
}

/** How a life ended: by itself with a code, or killed. */
export interface Life {
  readonly pid: number;
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** Starts a script and kills it after a time, if it lives so long. */
export async function live(
  script: string,
  args: readonly string[],
  killAfterMs: number | undefined,
): Promise<Life> {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => void (out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => void (err += piece));
  const ended = once(child, 'close');
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs, undefined, { ref: false }), ended]);
    child.kill('SIGKILL');
  }
  const [code] = (await ended) as [number | null];
  return { pid: child.pid ?? 0, code: code ?? undefined, out, err };
}

export function readRuns(file: string): Run[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  return lines.map((line) => JSON.parse(line) as Run);
}

/** What a store that nobody has open holds. */
export interface Stored {
  readonly facts: Fact[];
  readonly actors: string[];
  readonly effects: string[];
}

export async function readStored(store: string): Promise<Stored> {
  const db = new Level<string, string>(join(store, 'db'), { valueEncoding: 'utf8' });
  await db.open();
  const facts: Fact[] = [];
  for await (const [key, value] of db.iterator(keys.journalAll)) {
    facts.push(...factsOf(parseRecord('journal', key, decodeRecord(key, value))));
  }
  const actors = await db.keys({ gte: '!actors!', lt: '!actors!\uffff' }).all();
  const effects = await db.keys({ gte: '!effects!', lt: '!effects!\uffff' }).all();
  await db.close();
  return { facts, actors, effects };
}

const about = (goal: string, taskId: unknown, attempt: unknown): string =>
  `${goal}/${String(taskId)}#${String(attempt)}`;

/** Rules that hold after each kill. `before`: the journal and the runs as they were before this life. */
export function judgeLife(
  now: { facts: readonly Fact[]; runs: readonly Run[] },
  before: { facts: readonly Fact[]; runs: readonly Run[] },
): string[] {
  const wrong: string[] = [];
  now.facts.forEach(({ seq }, i) => {
    if (seq !== i + 1) wrong.push(`fact ${seq} stands at place ${i + 1}`);
  });
  before.facts.forEach((fact, i) => {
    if (JSON.stringify(now.facts[i]) !== JSON.stringify(fact)) wrong.push(`fact ${fact.seq} has changed`);
  });
  const ended = new Set(
    before.facts
      .filter(({ type }) => type === 'task.succeeded')
      .map(({ goal, data }) => `${goal}/${String(data['taskId'])}`),
  );
  const begun = new Set(
    now.facts
      .filter(({ type }) => type === 'attempt.started')
      .map(({ goal, data }) => about(goal, data['taskId'], data['attempt'])),
  );
  const seen = new Set<string>();
  for (const run of now.runs.slice(before.runs.length)) {
    const { what, goal, taskId, attempt, pid } = run;
    if (run.key.endsWith('/check')) continue;
    if (ended.has(`${goal}/${taskId}`)) wrong.push(`${taskId} ran again after it had succeeded`);
    if (!begun.has(about(goal, taskId, attempt))) wrong.push(`${taskId} ran before its intent was on disk`);
    const once = `${what} ${about(goal, taskId, attempt)} ${pid}`;
    if (seen.has(once)) wrong.push(`${taskId} ran twice in one attempt of one life`);
    seen.add(once);
  }
  return wrong;
}

/** Rules that hold for the whole of a goal once it has ended. */
export function judgeGoal(goal: string, facts: readonly Fact[], runs: readonly Run[]): string[] {
  const wrong: string[] = [];
  const own = facts.filter((fact) => fact.goal === goal);
  const over = new Set<string>();
  for (const { type, data, seq } of own) {
    const taskId = String(data['taskId']);
    if (type === 'attempt.started' && over.has(taskId))
      wrong.push(`${taskId} was started again by fact ${seq}`);
    if (type === 'task.succeeded' && over.has(taskId)) wrong.push(`${taskId} succeeded twice`);
    if (type === 'task.succeeded') over.add(taskId);
  }
  const counts = new Map<string, number>();
  for (const run of runs)
    if (run.goal === goal && run.what === 'once') counts.set(run.taskId, (counts.get(run.taskId) ?? 0) + 1);
  for (const [taskId, count] of counts)
    if (count !== 1) wrong.push(`${taskId}, which must run once, ran ${count} times`);
  return [...wrong, ...judgeLock(runs)];
}

/** Within one life, whoever has entered leaves before the next enters. */
function judgeLock(runs: readonly Run[]): string[] {
  const inside = new Map<number, string>();
  const wrong: string[] = [];
  for (const { what, pid, goal, taskId } of runs) {
    const name = `${goal}/${taskId}`;
    const other = inside.get(pid);
    if (what === 'enter' && other !== undefined) wrong.push(`${name} entered while ${other} held the lock`);
    if (what === 'enter') inside.set(pid, name);
    if (what === 'leave') inside.delete(pid);
  }
  return wrong;
}
