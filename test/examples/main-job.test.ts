// The main job as a person starts it: with a sample, with a folder of their own, undone, stopped, refused.
import {
  appendFile,
  chmod,
  chown,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, parse } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSample, planSample } from '../../examples/organise/sample.js';
import { mainJob, run, start } from './command.js';
import { expectOrganised, readIndex, sha256 } from './organised.js';
import { readTree, temporaryFolder } from './tree.js';

const files = 90;
const work = (cwd: string): string => join(cwd, '.statewright', 'organise');

describe('npm start', () => {
  it('makes a sample, organises it by content, and puts everything back', { timeout: 60_000 }, async () => {
    await using place = await temporaryFolder();
    const folder = join(work(place.path), 'sample-1');
    const first = await run(mainJob, ['--files', String(files)], place.path);
    expect(first.err).toBe('');
    expect(first.code).toBe(0);
    expect(first.out).toContain('No byte was lost');

    await using twin = await temporaryFolder();
    const pristine = join(twin.path, 'pristine');
    await makeSample(pristine, { files });
    const before = await readTree(pristine);
    const index = await readIndex(folder);
    expectCategories(index);
    expect(index.files.filter(({ duplicateOf }) => duplicateOf !== undefined)).toHaveLength(files / 10);

    const undone = await run(mainJob, ['--undo'], place.path);
    expect(undone.out).toContain('Undone');
    expect(undone.code).toBe(0);
    expect(withoutInodes(await readTree(folder))).toEqual(withoutInodes(before));
    expect((await readdir(folder)).includes('organised')).toBe(false);
    expect((await run(mainJob, ['--undo'], place.path)).out).toContain('was undone already');
  });

  it('goes on with an unfinished run, and stops safely when it is asked to', {
    timeout: 60_000,
  }, async () => {
    if (process.platform === 'win32') return;
    await using place = await temporaryFolder();
    const going = start(mainJob, ['--files', '200'], place.path);
    await going.printed('moving');
    going.child.kill('SIGINT');
    const stopped = await going.ended;
    expect(stopped.code).toBe(5);
    expect(stopped.out).toContain('npm start');
    const finished = await run(mainJob, [], place.path);
    expect(finished.out).toContain('Going on with run 1');
    expect(finished.code).toBe(0);
    const folder = join(work(place.path), 'sample-1');
    const planned = planSample({ files: 200 });
    const index = await readIndex(folder);
    const left = new Set(index.left.map(({ path }) => path));
    expect(index.files.map(({ sha256: hash }) => hash).sort()).toEqual(
      planned
        .filter(({ path }) => !left.has(path))
        .map(({ content }) => sha256(content))
        .sort(),
    );
  });

  it('starts anew with --fresh', { timeout: 60_000 }, async () => {
    if (process.platform === 'win32') return;
    await using place = await temporaryFolder();
    const going = start(mainJob, ['--files', '200'], place.path);
    await going.printed('moving');
    going.child.kill('SIGKILL');
    await going.ended;
    const fresh = await run(mainJob, ['--fresh', '--files', String(files)], place.path);
    expect(fresh.code).toBe(0);
    expect(fresh.out).toContain('sample-2');
  });
});

describe('npm start -- --folder', () => {
  it('asks first, moves only then, and can be undone', { timeout: 60_000 }, async () => {
    await using place = await temporaryFolder();
    const folder = join(place.path, 'my things');
    await makeSample(folder, { files, seed: 7 });
    await mkdir(join(folder, '.hidden'));
    await writeFile(join(folder, '.hidden', 'secret'), 'untouched');
    const before = await readTree(folder);

    const asked = await run(mainJob, ['--folder', folder], place.path);
    expect(asked.code).toBe(5);
    expect(asked.out).toMatch(/files \(.*\) will be moved to/);
    expect(asked.out).toContain('--yes');
    expect(await readTree(folder)).toEqual(before);

    const done = await run(mainJob, ['--folder', folder, '--yes'], place.path);
    expect(done.code).toBe(0);
    await expectOrganised(folder, before);

    const again = await run(mainJob, ['--folder', folder, '--yes'], place.path);
    expect(again.code).toBe(0);
    expect(again.out).toContain('Nothing to organise');
    await expectOrganised(folder, before);
  });

  it('sorts what came later, and takes back the last run only', { timeout: 60_000 }, async () => {
    await using place = await temporaryFolder();
    const folder = join(place.path, 'inbox');
    await mkdir(folder);
    await writeFile(join(folder, 'a.txt'), 'first\n');
    expect((await run(mainJob, ['--folder', folder, '--yes'], place.path)).code).toBe(0);
    await writeFile(join(folder, 'a.txt'), 'second\n');
    await copyFile(join(folder, 'organised', 'documents', 'a.txt'), join(folder, 'copy.txt'));
    const between = await readTree(folder);
    expect((await run(mainJob, ['--folder', folder, '--yes'], place.path)).code).toBe(0);
    expect([...(await readTree(folder)).keys()].sort()).toEqual([
      'organised/documents/a (2).txt',
      'organised/documents/a.txt',
      'organised/duplicates/copy.txt',
      'organised/index (2).json',
      'organised/index (2).md',
      'organised/index.json',
      'organised/index.md',
    ]);
    expect((await run(mainJob, ['--folder', folder, '--undo'], place.path)).code).toBe(0);
    expect(await readTree(folder)).toEqual(between);
  });

  it('puts the result elsewhere with --out, and undoes that too', { timeout: 60_000 }, async () => {
    await using place = await temporaryFolder();
    const folder = join(place.path, 'from');
    const out = join(place.path, 'sorted', 'here');
    await mkdir(folder);
    await writeFile(join(folder, 'a.json'), '{"a":1}\n');
    const before = await readTree(folder);
    const done = await run(mainJob, ['--folder', folder, '--out', out, '--yes'], place.path);
    expect(done.code).toBe(0);
    expect([...(await readTree(out)).keys()].sort()).toEqual(['data/a.json', 'index.json', 'index.md']);
    expect((await run(mainJob, ['--folder', folder, '--undo'], place.path)).code).toBe(0);
    expect(await readTree(folder)).toEqual(before);
    expect(await readdir(join(place.path, 'sorted'))).toEqual([]);
  });

  it('leaves alone a file that changes between the plan and the yes', { timeout: 60_000 }, async () => {
    await using place = await temporaryFolder();
    const folder = join(place.path, 'busy');
    await mkdir(folder);
    for (const name of ['a.txt', 'b.txt', 'c.txt']) await writeFile(join(folder, name), `${name} at first\n`);
    expect((await run(mainJob, ['--folder', folder], place.path)).code).toBe(5);
    await appendFile(join(folder, 'a.txt'), 'changed\n');
    await rm(join(folder, 'b.txt'));
    const done = await run(mainJob, ['--folder', folder, '--yes'], place.path);
    expect(done.out).toContain('2 files could not be moved');
    expect(done.code).toBe(3);
    const index = await readIndex(folder);
    expect(index.files.map(({ from }) => from)).toEqual(['c.txt']);
    expect(index.left.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
    expect((await readTree(folder)).has('a.txt')).toBe(true);
  });

  it('puts back what can be, says what cannot, and can be asked again', { timeout: 60_000 }, async () => {
    await using place = await temporaryFolder();
    const folder = join(place.path, 'kept');
    await mkdir(folder);
    for (const name of ['a.txt', 'b.txt', 'c.txt']) await writeFile(join(folder, name), `${name}\n`);
    expect((await run(mainJob, ['--folder', folder, '--yes'], place.path)).code).toBe(0);
    const documents = join(folder, 'organised', 'documents');
    await appendFile(join(documents, 'a.txt'), 'written later\n');
    await rename(join(documents, 'b.txt'), join(place.path, 'taken away'));

    const partly = await run(mainJob, ['--folder', folder, '--undo'], place.path);
    expect(partly.out).toContain('b.txt');
    expect(partly.code).toBe(3);
    // What could be undone was, the folders that are empty again included.
    await mkdir(documents, { recursive: true });
    await rename(join(place.path, 'taken away'), join(documents, 'b.txt'));
    const whole = await run(mainJob, ['--folder', folder, '--undo'], place.path);
    expect(whole.out).toContain('Undone');
    expect(whole.code).toBe(0);
    expect([...(await readTree(folder)).keys()].sort()).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('a.txt\nwritten later\n');
  });

  it('leaves an unreadable file where it is, and says so', { timeout: 60_000 }, async () => {
    if (process.platform === 'win32') return;
    // The superuser may read everything, so the job runs as nobody then, where nobody can read the program.
    const isSuperuser = process.getuid?.() === 0;
    const options = isSuperuser ? { uid: 65_534, gid: 65_534 } : {};
    await using place = await temporaryFolder();
    if ((await run(mainJob, ['--help'], place.path, options)).code !== 0) return;
    const folder = join(place.path, 'locked');
    await mkdir(folder);
    await writeFile(join(folder, 'a.txt'), 'open\n');
    await writeFile(join(folder, 'diary.txt'), 'closed\n');
    await chmod(join(folder, 'diary.txt'), 0o000);
    if (isSuperuser) {
      for (const path of [place.path, folder, join(folder, 'a.txt'), join(folder, 'diary.txt')]) {
        await chown(path, 65_534, 65_534);
      }
    }
    const done = await run(mainJob, ['--folder', folder, '--yes'], place.path, options);
    expect(done.out).toContain('diary.txt');
    expect(done.code).toBe(0);
    expect((await readIndex(folder)).left.map(({ path }) => path)).toEqual(['diary.txt']);
    expect((await readTree(folder)).has('diary.txt')).toBe(true);
  });

  it('refuses folders in which it would break something', { timeout: 60_000 }, async () => {
    await using place = await temporaryFolder();
    const repository = join(place.path, 'project');
    await mkdir(join(repository, 'part', '.git'), { recursive: true });
    await writeFile(join(repository, 'a.txt'), 'a\n');
    const refusals: [string[], RegExp][] = [
      [['--folder', parse(place.path).root], /root of a file system/],
      [['--folder', homedir()], /home folder/],
      [['--folder', join(place.path, 'nowhere')], /no folder/],
      [['--folder', join(repository, 'a.txt')], /is a file/],
      [['--folder', repository], /git repository/],
      [['--folder', join(repository, 'part')], /git repository/],
      [['--folder', repository, '--out', place.path, '--force'], /is or holds/],
      [['--folder', repository, '--undo', '--force'], /no run to undo/],
      [['--out', place.path], /--folder/],
      [['--files', 'many'], /whole number/],
      [['--nonsense'], /--nonsense/],
    ];
    for (const [args, message] of refusals) {
      const ended = await run(mainJob, args, place.path);
      expect(ended.err).toMatch(message);
      expect(ended.code, args.join(' ')).toBe(2);
    }
    expect(await readdir(repository)).toEqual(['a.txt', 'part']);
    const forced = await run(mainJob, ['--folder', repository, '--force', '--yes'], place.path);
    expect(forced.code).toBe(0);
  });
});

/** A twin made at another moment has other inodes. */
function withoutInodes(tree: Awaited<ReturnType<typeof readTree>>): unknown {
  return Object.fromEntries([...tree].map(([path, { inode: _, ...rest }]) => [path, rest]));
}

/** Every file lies in the category that the sample planned for its content; of copies all but one in duplicates. */
function expectCategories(index: Awaited<ReturnType<typeof readIndex>>): void {
  const planned = new Map(planSample({ files }).map((file) => [file.path, file]));
  const kept = new Map<string, number>();
  for (const { from, category, sha256: hash, bytes } of index.files) {
    if (category === 'duplicates') continue;
    expect(category, from).toBe(planned.get(from)?.category);
    if (bytes > 0) kept.set(hash, (kept.get(hash) ?? 0) + 1);
  }
  expect([...kept.values()].every((count) => count === 1)).toBe(true);
}
