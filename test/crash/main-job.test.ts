// The main job under kill -9: whatever the instant, the same command goes on, finishes, moves no file twice and
// loses none. Five kills in the short form; the long form:
//
//   STATEWRIGHT_KILLS=50 npx vitest run test/crash/main-job.test.ts
//
// Another seed: STATEWRIGHT_SEED=7. The instants depend on the machine, so a seed repeats the delays, not the run.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createRandom } from '../../examples/organise/sample/random.js';
import { makeSample, planSample } from '../../examples/organise/sample.js';
import { mainJob, run, start } from '../examples/command.js';
import { expectOrganised, readIndex, sha256 } from '../examples/organised.js';
import { readTree, temporaryFolder } from '../examples/tree.js';
import { journalFaults, live } from './main-job.js';

const kills = Number(process.env['STATEWRIGHT_KILLS'] ?? 5);
const seed = Number(process.env['STATEWRIGHT_SEED'] ?? 1);
const files = 300;

it(`survives ${kills} kills (seed ${seed})`, { timeout: 60_000 + kills * 10_000 }, async () => {
  await using place = await temporaryFolder();
  const work = join(place.path, '.statewright', 'organise');
  const sampleOf = (run: number): string => join(work, `sample-${run}`);
  // The first sample is made beforehand: so it is known which inode each file had.
  await makeSample(sampleOf(1), { files });
  const before = await readTree(sampleOf(1));
  const planned = planSample({ files });

  const lives = await live({
    cwd: place.path,
    args: ['--files', String(files)],
    kills,
    random: createRandom(seed),
    onFinished: async (run) => {
      const folder = sampleOf(run);
      if (run === 1) return expectOrganised(folder, before);
      const made = await readTree(folder);
      const index = await readIndex(folder);
      const left = new Set(index.left.map(({ path }) => path));
      const wanted = planned.filter(({ path }) => !left.has(path)).map(({ content }) => sha256(content));
      expect(index.files.map(({ sha256: hash }) => hash).sort()).toEqual(wanted.sort());
      for (const { path, sha256: hash } of index.files)
        expect(made.get(`organised/${path}`)?.content).toBe(hash);
    },
  });

  expect(await journalFaults(join(work, 'store')), lives.log.join('\n')).toEqual([]);
  if (kills > 5)
    console.log(`${lives.kills} kills, ${lives.finished} finished runs\n${lives.log.join('\n')}`);
});

it(`undoes through kills (seed ${seed})`, { timeout: 120_000 }, async () => {
  await using place = await temporaryFolder();
  const folder = join(place.path, '.statewright', 'organise', 'sample-1');
  await makeSample(folder, { files });
  const before = await readTree(folder);
  expect((await run(mainJob, ['--files', String(files)], place.path)).code).toBe(0);
  const random = createRandom(seed);
  for (let killed = 0; killed < 3; killed += 1) {
    const undoing = start(mainJob, ['--undo'], place.path);
    await undoing.printed('putting back');
    await sleep(random.between(1, 300));
    undoing.child.kill('SIGKILL');
    await undoing.ended;
  }
  expect((await run(mainJob, ['--undo'], place.path)).code).toBe(0);
  expect(await readTree(folder)).toEqual(before);
  expect(await journalFaults(join(place.path, '.statewright', 'organise', 'store'))).toEqual([]);
});
