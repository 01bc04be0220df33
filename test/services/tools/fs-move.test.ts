// fs.move (R1 to R3): repeated any number of times equals once, no byte is lost, nothing is overwritten unasked.
import { link, mkdir, readFile, rename, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { callerOf, contentsOf, failureOf, leftovers, newFolder } from './calling.js';

interface Moved {
  from: string;
  path: string;
  alreadyDone: boolean;
  renamed: boolean;
  replaced: boolean;
  crossDevice: boolean;
}

let root: string;
let call: ReturnType<typeof callerOf>;
const move = (input: Record<string, unknown>, difference = {}): Promise<Moved> =>
  call<Moved>('fs.move', input, difference);
const at = (...parts: string[]): string => join(root, ...parts);

beforeEach(async () => {
  root = await newFolder();
  call = callerOf({ roots: [root] });
});

describe('fs.move on one file system', () => {
  test('moves a file and keeps its times; parents are made', async () => {
    await writeFile(at('Bericht für März.txt'), 'inhalt');
    const before = await stat(at('Bericht für März.txt'));
    const moved = await move({ from: 'Bericht für März.txt', to: 'neu/日本 語/b.txt' });
    expect(moved).toEqual({
      from: at('Bericht für März.txt'),
      path: at('neu', '日本 語', 'b.txt'),
      alreadyDone: false,
      renamed: false,
      replaced: false,
      crossDevice: false,
    });
    const after = await stat(moved.path);
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);
    expect(await contentsOf(root)).toEqual({
      neu: 'folder',
      'neu/日本 語': 'folder',
      'neu/日本 語/b.txt': 'inhalt',
    });
  });

  test('R3 a repeated move succeeds and says so; one whose source never was does not', async () => {
    await writeFile(at('a'), 'a');
    await move({ from: 'a', to: 'b' });
    expect(await move({ from: 'a', to: 'b' }, { attempt: 2 })).toMatchObject({
      path: at('b'),
      alreadyDone: true,
    });
    expect(await failureOf(move({ from: 'x', to: 'y' }))).toMatchObject({
      code: 'not-found',
      class: 'external',
      retryable: false,
      effect: 'none',
    });
    expect(await move({ from: 'b', to: 'b' })).toMatchObject({ alreadyDone: true });
  });

  test('R2 what is at the target stays, whatever it is', async () => {
    await writeFile(at('a'), 'a');
    await writeFile(at('b'), 'b');
    await mkdir(at('folder'));
    await symlink('b', at('link'));
    for (const to of ['b', 'folder', 'link']) {
      expect(await failureOf(move({ from: 'a', to }))).toMatchObject({
        code: 'target-exists',
        effect: 'none',
      });
    }
    expect(await failureOf(move({ from: 'a', to: 'folder', onConflict: 'replace' }))).toMatchObject({
      code: 'target-exists',
    });
    expect(await failureOf(move({ from: 'folder', to: 'b', onConflict: 'replace' }))).toMatchObject({
      code: 'target-exists',
    });
    expect(await contentsOf(root)).toEqual({ a: 'a', b: 'b', folder: 'folder', link: '-> b' });
    expect(await move({ from: 'a', to: 'b', onConflict: 'replace' })).toMatchObject({ replaced: true });
    expect(await contentsOf(root)).toEqual({ b: 'a', folder: 'folder', link: '-> b' });
  });

  test('rename takes the next free name, before the extension', async () => {
    const names = ['x.jpg', 'x.jpg', 'x.jpg', 'archive.tar.gz', 'archive.tar.gz', '.rc', '.rc'];
    await mkdir(at('in'));
    const paths: string[] = [];
    for (const [index, name] of names.entries()) {
      await writeFile(at('in', name), `${index}`);
      paths.push(
        (await move({ from: `in/${name}`, to: name, onConflict: 'rename' }, { idempotencyKey: `${index}` }))
          .path,
      );
    }
    expect(paths.map((path) => path.slice(root.length + 1))).toEqual([
      'x.jpg',
      'x (2).jpg',
      'x (3).jpg',
      'archive.tar.gz',
      'archive (2).tar.gz',
      '.rc',
      '.rc (2)',
    ]);
    await unlink(at('x (2).jpg'));
    await mkdir(at('in', 'v1.0'));
    await mkdir(at('v1.0'));
    expect((await move({ from: 'in/v1.0', to: 'v1.0', onConflict: 'rename' })).path).toBe(at('v1.0 (2)'));
    await writeFile(at('in', 'y.jpg'), 'y');
    expect((await move({ from: 'in/y.jpg', to: 'x.jpg', onConflict: 'rename' })).path).toBe(at('x (2).jpg'));
  });

  test('R3 rename: expect tells which of several it became; without it, doubt is refused', async () => {
    await mkdir(at('in'));
    await writeFile(at('in', 'a'), 'same');
    await writeFile(at('x'), 'same');
    const listed = await call<{ entries: { fileId: string; size: number }[] }>('fs.list', { path: 'in' });
    const { fileId, size } = listed.entries[0] ?? {};
    const input = { from: 'in/a', to: 'x', onConflict: 'rename', expect: { fileId, size } };
    expect(await move(input)).toMatchObject({ path: at('x (2)'), renamed: true });
    await writeFile(at('x (3)'), 'same');
    expect(await move(input)).toMatchObject({ path: at('x (2)'), renamed: true, alreadyDone: true });
    expect(await failureOf(move({ ...input, expect: undefined }))).toMatchObject({
      code: 'move-unclear',
      effect: 'unknown',
    });
    const sha256 = (await call<{ hash: string }>('fs.hash', { path: 'x' })).hash;
    expect(await move({ ...input, expect: { sha256 } })).toMatchObject({
      path: at('x (3)'),
      alreadyDone: true,
    });
    expect(await failureOf(move({ ...input, expect: { size: 99 } }))).toMatchObject({ code: 'not-found' });
    // Another file has come to the source's path since: it is not what was to be moved.
    await writeFile(at('in', 'a'), 'new');
    expect(await move(input)).toMatchObject({ path: at('x (2)'), alreadyDone: true });
    expect(await readFile(at('in', 'a'), 'utf8')).toBe('new');
  });

  test('expect guards against moving something else', async () => {
    await writeFile(at('a'), 'changed');
    expect(await failureOf(move({ from: 'a', to: 'b', expect: { size: 3 } }))).toMatchObject({
      code: 'source-changed',
      class: 'logic',
      effect: 'none',
    });
    expect(await contentsOf(root)).toEqual({ a: 'changed' });
  });

  test('a move that was cut off between the two names is finished, under the name it had got', async () => {
    await writeFile(at('a'), 'a');
    await link(at('a'), at('b'));
    expect(await move({ from: 'a', to: 'b' })).toMatchObject({ path: at('b') });
    expect(await contentsOf(root)).toEqual({ b: 'a' });
    await writeFile(at('c'), 'c');
    await link(at('c'), at('b (2)'));
    expect(await move({ from: 'c', to: 'b', onConflict: 'rename' })).toMatchObject({ path: at('b (2)') });
    await writeFile(at('d'), 'd');
    await link(at('d'), at('e'));
    expect(await move({ from: 'd', to: 'e', onConflict: 'replace' })).toMatchObject({ path: at('e') });
    expect(await contentsOf(root)).toEqual({ b: 'a', 'b (2)': 'c', e: 'd' });
  });

  test('folders and links move whole; a folder does not go into itself', async () => {
    await mkdir(at('f', 'g'), { recursive: true });
    await writeFile(at('f', 'g', 'x'), 'x');
    await symlink('nowhere', at('l'));
    expect(await failureOf(move({ from: 'f', to: 'f/g/f' }))).toMatchObject({
      code: 'into-itself',
      effect: 'none',
    });
    await move({ from: 'f', to: 'h/i' });
    await move({ from: 'l', to: 'h/l' });
    expect(await contentsOf(root)).toEqual({
      h: 'folder',
      'h/i': 'folder',
      'h/i/g': 'folder',
      'h/i/g/x': 'x',
      'h/l': '-> nowhere',
    });
    expect(await move({ from: 'f', to: 'h/i' })).toMatchObject({ alreadyDone: true });
  });

  test('an aborted call begins nothing', async () => {
    await writeFile(at('a'), 'a');
    const signal = AbortSignal.abort();
    expect(await failureOf(move({ from: 'a', to: 'b' }, { signal }))).toMatchObject({
      code: 'aborted',
      effect: 'none',
    });
    expect(await contentsOf(root)).toEqual({ a: 'a' });
  });

  test('of movers that race for one name, none overwrites another', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `s${index}`);
    await mkdir(at('in'));
    for (const name of names) await writeFile(at('in', name), name);
    await Promise.all(
      names.map((name) =>
        move({ from: `in/${name}`, to: 'out/t.bin', onConflict: 'rename' }, { idempotencyKey: name }),
      ),
    );
    const { in: _, out: __, ...rest } = await contentsOf(root);
    expect(Object.values(rest).sort()).toEqual([...names].sort());
    for (const name of names) await writeFile(at('in', name), name);
    const results = await Promise.allSettled(
      names.map((name) => move({ from: `in/${name}`, to: 'one' }, { idempotencyKey: name })),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  test('R1, R3 property: repeated any number of times equals once, and every content is still there', async () => {
    const name = fc.constantFrom('a', 'b', 'b (2)', 'sub/a', 'sub/b', 'é ü.txt');
    const step = fc.record({
      from: name,
      to: name,
      onConflict: fc.constantFrom('fail', 'rename'),
      times: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const folder = await newFolder();
        const run = callerOf({ roots: [folder] });
        await mkdir(join(folder, 'sub'));
        const contents = ['a', 'b', 'sub/a'];
        for (const each of contents) await writeFile(join(folder, each), `content of ${each}`);
        for (const [index, { times, ...input }] of steps.entries()) {
          const source = await run<{ exists: boolean; fileId?: string }>('fs.stat', { path: input.from });
          const expectation = source.exists ? { expect: { fileId: source.fileId } } : {};
          let first: unknown;
          let state: unknown;
          for (let time = 1; time <= times; time++) {
            const result = await run<Moved>(
              'fs.move',
              { ...input, ...expectation },
              { idempotencyKey: `${index}`, attempt: time },
            ).then(
              ({ path }) => path,
              () => 'failed',
            );
            if (time === 1) [first, state] = [result, await contentsOf(folder)];
            expect(result).toBe(first);
            expect(await contentsOf(folder)).toEqual(state);
          }
        }
        const files = Object.values(await contentsOf(folder)).filter((each) => each !== 'folder');
        expect(files.sort()).toEqual(contents.map((each) => `content of ${each}`).sort());
        expect(await leftovers(folder)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('renaming by hand between attempts does not lose what was moved', async () => {
    await writeFile(at('a'), 'a');
    await move({ from: 'a', to: 'b' });
    await rename(at('b'), at('c'));
    expect(await failureOf(move({ from: 'a', to: 'b' }))).toMatchObject({ code: 'not-found' });
    expect(await contentsOf(root)).toEqual({ c: 'a' });
  });
});
