// The example that plans how files are organised: its plan is carried out by the engine, and the folder is sorted.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planFilesProgram, run } from './command.js';
import { temporaryFolder } from './tree.js';

it('plans, shows the tree, carries it out and verifies', async () => {
  await using place = await temporaryFolder();
  const folder = join(place.path, 'a folder');
  await mkdir(folder);
  const names = ['one.txt', 'two words.png', 'über.zip', 'no-ending', '{{ odd }}.txt'];
  for (const name of names) await writeFile(join(folder, name), name);
  const ended = await run(planFilesProgram, [folder], place.path);
  expect(ended.err).toBe('');
  expect(ended.code).toBe(0);
  expect(ended.out).toContain('organise(inbox, f1) ← organise-folder');
  expect(ended.out).toContain('succeeded: {"files":5,"missing":[]}');
  expect((await readdir(folder)).sort()).toEqual(['archives', 'documents', 'images', 'index.md', 'other']);
  expect((await readdir(join(folder, 'documents'))).sort()).toEqual(['one.txt', '{{ odd }}.txt']);
  expect(await readFile(join(folder, 'archives', 'über.zip'), 'utf8')).toBe('über.zip');
});

it('plans for imagined files only when it is asked to', async () => {
  await using place = await temporaryFolder();
  const ended = await run(planFilesProgram, ['--measure', '100'], place.path);
  expect(ended.out).toMatch(
    /^100 files: 109 steps planned in \d+ ms of CPU by '[a-z ]+', checked in \d+ ms \(valid\), ordered by 302 edges in \d+ ms$/m,
  );
});
