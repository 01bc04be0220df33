// kill -9 at random instants on a real store: loops, effects that must not happen twice, locks, waits, approvals,
// retries and judging all at once. Short form by default; the long form:
//
//   STATEWRIGHT_KILLS=200 npx vitest run test/crash/kills.test.ts
//
// Then the first goal lives through nearly all of them. Another seed: STATEWRIGHT_SEED=7. The instants depend on the machine, so a seed repeats the delays, not the run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeGoal, judgeLife, live, readRuns, readStored, type Life } from './kills.js';

const kills = Number(process.env['STATEWRIGHT_KILLS'] ?? 6);
/** Links of a chain that keeps the first goal alive through all kills; a life does some twenty of them. */
const length = kills <= 20 ? 0 : kills * 25;
const seed = Number(process.env['STATEWRIGHT_SEED'] ?? 1);

/** Mulberry32 (T. Ettinger, 2017): numbers from 0 to 1 that a seed repeats. */
function numbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`a goal survives ${kills} kills (seed ${seed})`, { timeout: 60_000 + kills * 10_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'statewright kills '));
  const [store, runsFile, acksFile] = ['store', 'runs', 'acks'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const random = numbers(seed);
  const log: string[] = [];
  let before = { facts: [] as Awaited<ReturnType<typeof readStored>>['facts'], runs: readRuns(runsFile) };
  let killed = 0;

  async function nextLife(goal: string): Promise<Life> {
    // Loading, opening and resuming take some of the time: from there on any instant is as good as another.
    const delay = killed < kills ? 150 + Math.floor(random() * 900) : undefined;
    const life = await live(
      'dist/test/crash/job.js',
      [store, runsFile, acksFile, goal, String(length)],
      delay,
    );
    log.push(`${goal}: ${life.code === undefined ? `killed after ${delay} ms` : `ended with ${life.code}`}`);
    const now = { facts: (await readStored(store)).facts, runs: readRuns(runsFile) };
    expect(judgeLife(now, before), log.join('\n')).toEqual([]);
    before = now;
    return life;
  }

  for (let goals = 1; killed < kills || goals === 1; goals++) {
    const goal = `g${goals}`;
    let life = await nextLife(goal);
    const killedBefore = killed;
    for (; life.code === undefined; life = await nextLife(goal)) killed += 1;
    if (kills > 20) console.log(`${goal}: ${killed - killedBefore} kills`);
    expect({ code: life.code, err: life.err }, log.join('\n')).toEqual({ code: 0, err: '' });
    expect(JSON.parse(life.out), log.join('\n')).toEqual({
      status: 'succeeded',
      reason: expect.any(String) as string,
      used: 'E L 40',
      after: 'succeeded',
    });
    expect(judgeGoal(goal, before.facts, before.runs), log.join('\n')).toEqual([]);
    const { actors, effects } = await readStored(store);
    expect({ actors, effects }).toEqual({ actors: [], effects: [] });
  }
  await rm(folder, { recursive: true, force: true });
});
