// fs.move between file systems (D1, D2): whatever instant it is cut off at, a further attempt finishes it. Runs
// where /dev/shm is a file system of its own; the kill test runs the built tools in a child process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { keyName, stagePath } from '#src/services/tools/fs/placement.js';
import { callerOf, contentsOf, failureOf, leftovers, newFolder } from './calling.js';

const otherDevice = '/dev/shm';
const hasOther = existsSync(otherDevice) && statSync(otherDevice).dev !== statSync(tmpdir()).dev;

let here: string;
let there: string;
let call: ReturnType<typeof callerOf>;
const key = 'goal/task';

beforeEach(async () => {
  if (!hasOther) return;
  here = await newFolder();
  there = await newFolder(otherDevice);
  call = callerOf({ roots: [here, there] });
});

const move = (from: string, to: string, more = {}, difference = {}) =>
  call('fs.move', { from, to, ...more }, { idempotencyKey: key, ...difference });

async function makeTree(path: string): Promise<void> {
  await mkdir(join(path, 'sub'), { recursive: true });
  await writeFile(join(path, 'a.txt'), 'a'.repeat(1000));
  await writeFile(join(path, 'sub', 'ü b.bin'), 'b'.repeat(600_000));
  await symlink('../a.txt', join(path, 'sub', 'link'));
}

/** Moves with the built tools in a process of its own, which says when it begins. */
function moveInChild(input: { roots: string[]; from: string; to: string; key: string }): ChildProcess {
  const built = pathToFileURL(join(import.meta.dirname, '../../../dist/services/tools/builtin.js')).href;
  const script = `
    import { createBuiltinTools } from ${JSON.stringify(built)};
    const { roots, from, to, key } = ${JSON.stringify(input)};
    const tool = createBuiltinTools({ roots }).find(({ name }) => name === 'fs.move');
    process.send('begins');
    await tool.run(tool.input.parse({ from, to }), {
      signal: new AbortController().signal, idempotencyKey: key, goalId: 'goal', taskId: 'task', attempt: 1,
      deadlineAt: Number.MAX_SAFE_INTEGER, progress() {}, log() {},
    });
    process.disconnect();`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

describe.skipIf(!hasOther)('fs.move between file systems', () => {
  test('copies with times and permissions, verifies, removes', async () => {
    const from = join(here, 'a.txt');
    await writeFile(from, 'a'.repeat(700_000), { mode: 0o640 });
    await utimes(from, new Date(1e12), new Date(1.5e12));
    const to = join(there, 'new folder', 'a.txt');
    expect(await move(from, to)).toMatchObject({ path: to, crossDevice: true, alreadyDone: false });
    const after = await stat(to);
    expect([after.size, after.mode & 0o777, after.mtimeMs]).toEqual([700_000, 0o640, 1.5e12]);
    expect(existsSync(from)).toBe(false);
    expect(await move(from, to)).toMatchObject({ path: to, alreadyDone: true });
    expect(await leftovers(there)).toEqual([]);
  });

  test('moves folders, with all conflict modes', async () => {
    await makeTree(join(here, 'one'));
    const tree = await contentsOf(join(here, 'one'));
    await mkdir(join(there, 'one'));
    await writeFile(join(there, 'file'), 'theirs');
    expect(await failureOf(move(join(here, 'one'), join(there, 'one')))).toMatchObject({
      code: 'target-exists',
      effect: 'none',
    });
    expect(
      await failureOf(move(join(here, 'one'), join(there, 'one'), { onConflict: 'replace' })),
    ).toMatchObject({ code: 'target-exists' });
    const moved = await move(join(here, 'one'), join(there, 'one'), { onConflict: 'rename' });
    expect(moved).toMatchObject({ path: join(there, 'one (2)'), renamed: true, crossDevice: true });
    expect(await contentsOf(join(there, 'one (2)'))).toEqual(tree);
    expect(await contentsOf(here)).toEqual({});
    await writeFile(join(here, 'file'), 'ours');
    expect(await move(join(here, 'file'), join(there, 'file'), { onConflict: 'replace' })).toMatchObject({
      replaced: true,
    });
    expect(await readFile(join(there, 'file'), 'utf8')).toBe('ours');
    expect(await leftovers(there)).toEqual([]);
  });

  describe('cut off', () => {
    const marker = (to: string): string => join(there, `.statewright-${keyName(key, to)}.moving`);
    const tomb = (from: string): string => join(here, `.statewright-${keyName(key, from)}.removed`);

    test.each(['file', 'folder'])('in the middle of the copy of a %s', async (kind) => {
      const [from, to] = [join(here, 'x'), join(there, 'x')];
      if (kind === 'file') await writeFile(from, 'whole');
      else await makeTree(from);
      await writeFile(stagePath(to, key, 1), 'wh');
      expect(await move(from, to, {}, { attempt: 2 })).toMatchObject({ alreadyDone: false });
      expect(await leftovers(there)).toEqual([]);
      expect(existsSync(from)).toBe(false);
    });

    test.each(['file', 'folder'])(
      'after the marker of a %s was written, before it was put in place',
      async (kind) => {
        const [from, to] = [join(here, 'x'), join(there, 'x')];
        if (kind === 'file') await writeFile(from, 'whole');
        else await makeTree(from);
        const tree = kind === 'file' ? 'whole' : await contentsOf(from);
        const stage = stagePath(to, key, 1);
        await cp(from, stage, { recursive: true, verbatimSymlinks: true });
        await writeFile(marker(to), JSON.stringify({ target: 'x', stage: basename(stage) }));
        await move(from, to, {}, { attempt: 2 });
        expect(kind === 'file' ? await readFile(to, 'utf8') : await contentsOf(to)).toEqual(tree);
        expect([await leftovers(there), await leftovers(here), existsSync(from)]).toEqual([[], [], false]);
      },
    );

    test.each(['file', 'folder'])('after a %s was put in place under another name', async (kind) => {
      const [from, to] = [join(here, 'x'), join(there, 'x')];
      if (kind === 'file') await writeFile(from, 'whole');
      else await makeTree(from);
      await writeFile(to, 'theirs');
      await cp(from, join(there, 'x (2)'), { recursive: true, verbatimSymlinks: true });
      await writeFile(
        marker(to),
        JSON.stringify({ target: 'x (2)', stage: basename(stagePath(to, key, 1)) }),
      );
      const again = await move(from, to, { onConflict: 'rename' }, { attempt: 2 });
      expect(again).toMatchObject({ path: join(there, 'x (2)'), alreadyDone: true, crossDevice: true });
      expect([await leftovers(there), await leftovers(here), existsSync(from)]).toEqual([[], [], false]);
      expect(existsSync(join(there, 'x (3)'))).toBe(false);
    });

    test('while the source folder was being removed', async () => {
      const [from, to] = [join(here, 'x'), join(there, 'x')];
      await makeTree(from);
      const tree = await contentsOf(from);
      await cp(from, to, { recursive: true, verbatimSymlinks: true });
      await rename(from, tomb(from));
      await unlink(join(tomb(from), 'a.txt'));
      await writeFile(marker(to), JSON.stringify({ target: 'x', stage: 'gone' }));
      expect(await move(from, to, {}, { attempt: 2 })).toMatchObject({ alreadyDone: true });
      expect(await contentsOf(to)).toEqual(tree);
      expect([await leftovers(there), await leftovers(here)]).toEqual([[], []]);
    });

    test('D1 a source that changed since it was copied is kept', async () => {
      const [from, to] = [join(here, 'x'), join(there, 'x')];
      await writeFile(from, 'changed');
      await writeFile(to, 'copied');
      await writeFile(marker(to), JSON.stringify({ target: 'x', stage: 'gone' }));
      expect(await failureOf(move(from, to, {}, { attempt: 2 }))).toMatchObject({
        code: 'source-changed',
        effect: 'unknown',
      });
      expect([await readFile(from, 'utf8'), await readFile(to, 'utf8')]).toEqual(['changed', 'copied']);
      await rm(marker(to));
    });

    test.each(['', '{"target"', '{"target":"../../x","stage":"y"}', '[]'])(
      'a marker that says %j means nothing',
      async (text) => {
        const [from, to] = [join(here, 'x'), join(there, 'x')];
        await writeFile(from, 'whole');
        await writeFile(marker(to), text);
        expect(await move(from, to)).toMatchObject({ alreadyDone: false });
        expect(await contentsOf(there)).toEqual({ x: 'whole' });
      },
    );
  });

  test('aborted in the middle: nothing is at the target and the source is whole', async () => {
    const from = join(here, 'large');
    await writeFile(from, Buffer.alloc(4_000_000, 7));
    const control = new AbortController();
    const progress = (share: number): void => {
      if (share > 0.3) control.abort();
    };
    const failure = await failureOf(
      move(from, join(there, 'large'), {}, { signal: control.signal, progress }),
    );
    expect(failure.code).toBe('aborted');
    expect((await stat(from)).size).toBe(4_000_000);
    expect(await contentsOf(there)).toEqual({});
  });

  const isThere = (folder: string, what: string) => (): boolean =>
    readdirSync(folder).some((name) => name.endsWith(what));
  test.each([
    ['it begins', () => (): boolean => true],
    ['the copy is being made', () => isThere(there, '.part')],
    ['the copy is complete', () => isThere(there, '.moving')],
    ['the copy has its name', () => isThere(there, 'x')],
    ['the source is being removed', () => isThere(here, '.removed')],
    ['the source is gone', () => (): boolean => readdirSync(here).length === 0],
  ])('D1, D2 killed as soon as %s, and repeated: the whole tree is at the target, once', async (_, make) => {
    const isTime = make();
    const [from, to] = [join(here, 'x'), join(there, 'x')];
    for (let round = 0; round < 4; round++) {
      await rm(to, { recursive: true, force: true });
      await makeTree(from);
      const tree = await contentsOf(from);
      const child = moveInChild({ roots: [here, there], from, to, key: `round ${round}` });
      const gone = once(child, 'exit');
      await once(child, 'message');
      while (!isTime() && child.exitCode === null) await new Promise((resolve) => setImmediate(resolve));
      child.kill('SIGKILL');
      await gone;
      // D2: what is at the target is whole.
      if (existsSync(to)) expect(await contentsOf(to)).toEqual(tree);
      const again = await move(from, to, {}, { idempotencyKey: `round ${round}`, attempt: 2 });
      expect(again).toMatchObject({ path: to });
      expect(await contentsOf(to)).toEqual(tree);
      expect(existsSync(from)).toBe(false);
      expect([await leftovers(there), await leftovers(here)]).toEqual([[], []]);
    }
  });
});
