// fs.copy and fs.remove: repeated any number of times equals once; what was removed can be brought back.
import { link, mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { stagePath } from '#src/services/tools/fs/placement.js';
import { callerOf, contentsOf, failureOf, leftovers, newFolder } from './calling.js';

let root: string;
let call: ReturnType<typeof callerOf>;
const at = (...parts: string[]): string => join(root, ...parts);

beforeEach(async () => {
  root = await newFolder();
  call = callerOf({ roots: [root] });
});

describe('fs.copy', () => {
  test('copies a file with its times and permissions', async () => {
    await writeFile(at('ä.txt'), 'inhalt', { mode: 0o640 });
    await utimes(at('ä.txt'), new Date(1e12), new Date(1.5e12));
    const told: number[] = [];
    const copied = await call(
      'fs.copy',
      { from: 'ä.txt', to: 'neu/b.txt', verify: true },
      { progress: (share) => void told.push(share) },
    );
    expect(copied).toEqual({
      from: at('ä.txt'),
      path: at('neu', 'b.txt'),
      alreadyDone: false,
      renamed: false,
      replaced: false,
      files: 1,
      bytes: 6,
    });
    const stats = await stat(at('neu', 'b.txt'));
    expect([stats.mode & 0o777, stats.mtimeMs]).toEqual([0o640, 1.5e12]);
    expect(told.at(-1)).toBe(1);
  });

  test('repeating it, in each mode, changes nothing', async () => {
    await writeFile(at('a'), 'a');
    await writeFile(at('b'), 'b');
    for (const onConflict of ['rename', 'replace', 'fail']) {
      const input = { from: 'a', to: onConflict === 'fail' ? 'new' : 'b', onConflict };
      const first = await call('fs.copy', input);
      const state = await contentsOf(root);
      expect(await call('fs.copy', input, { attempt: 2 })).toMatchObject({
        path: first['path'],
        alreadyDone: true,
      });
      expect(await contentsOf(root)).toEqual(state);
    }
    expect(await contentsOf(root)).toEqual({ a: 'a', b: 'a', 'b (2)': 'a', new: 'a' });
  });

  test('cut off between the new name and the end of the old one: nothing lies about afterwards', async () => {
    await writeFile(at('a'), 'a');
    const context = { idempotencyKey: 'a key' };
    await call('fs.copy', { from: 'a', to: 'b' }, context);
    await link(at('b'), stagePath(at('b'), 'a key', 1));
    expect(await call('fs.copy', { from: 'a', to: 'b' }, context)).toMatchObject({ alreadyDone: true });
    expect(await contentsOf(root)).toEqual({ a: 'a', b: 'a' });
  });

  test('another content stays unless it is to be replaced', async () => {
    await writeFile(at('a'), 'a');
    await writeFile(at('b'), 'b');
    await mkdir(at('f'));
    expect(await failureOf(call('fs.copy', { from: 'a', to: 'b' }))).toMatchObject({
      code: 'target-exists',
      effect: 'none',
    });
    expect(await failureOf(call('fs.copy', { from: 'a', to: 'f', onConflict: 'replace' }))).toMatchObject({
      code: 'target-exists',
    });
    expect(await call('fs.copy', { from: 'a', to: 'b', onConflict: 'replace' })).toMatchObject({
      replaced: true,
    });
    expect(await failureOf(call('fs.copy', { from: 'none', to: 'c' }))).toMatchObject({
      code: 'not-found',
      class: 'external',
    });
    expect(await contentsOf(root)).toEqual({ a: 'a', b: 'a', f: 'folder' });
  });

  test('copies folders whole; links stay links', async () => {
    await mkdir(at('f', 'ü'), { recursive: true });
    await writeFile(at('f', 'ü', 'x'), 'x');
    await symlink('ü/x', at('f', 'l'));
    expect(await failureOf(call('fs.copy', { from: 'f', to: 'f/ü/f' }))).toMatchObject({
      code: 'into-itself',
    });
    expect(await call('fs.copy', { from: 'f', to: 'g' })).toMatchObject({ files: 1, bytes: 1 });
    expect(await contentsOf(at('g'))).toEqual(await contentsOf(at('f')));
    await writeFile(at('g', 'more'), '');
    expect(await call('fs.copy', { from: 'f', to: 'g', onConflict: 'rename' })).toMatchObject({
      path: at('g (2)'),
    });
    expect(await leftovers(root)).toEqual([]);
  });

  test('aborted in the middle: no part of it is at the target', async () => {
    await writeFile(at('large'), Buffer.alloc(3_000_000));
    const control = new AbortController();
    const progress = (): void => control.abort();
    const failure = await failureOf(
      call('fs.copy', { from: 'large', to: 'copy' }, { signal: control.signal, progress }),
    );
    expect(failure.code).toBe('aborted');
    expect(await leftovers(root)).toEqual([]);
    expect((await call('fs.stat', { path: 'copy' }))['exists']).toBe(false);
  });
});

describe('fs.remove', () => {
  test('puts things into the trash with their relative path; a move brings them back', async () => {
    await mkdir(at('a', 'ü'), { recursive: true });
    await writeFile(at('a', 'ü', 'x.txt'), 'x');
    const removed = await call<{ trashPath: string }>('fs.remove', { path: 'a/ü/x.txt' });
    expect(removed).toMatchObject({ path: at('a', 'ü', 'x.txt'), existed: true, alreadyDone: false });
    expect(removed.trashPath).toMatch(/\.statewright-trash\/[0-9a-f]{20}\/a\/ü\/x\.txt$/);
    expect(await readFile(removed.trashPath, 'utf8')).toBe('x');
    expect((await call('fs.list', { path: '.', recursive: true, hidden: true }))['count']).toBe(2);
    await call('fs.move', { from: removed.trashPath, to: 'a/ü/x.txt' });
    expect(await readFile(at('a', 'ü', 'x.txt'), 'utf8')).toBe('x');
  });

  test('is done once by key: what comes to the path later is not its business', async () => {
    await writeFile(at('x'), 'old');
    const first = await call('fs.remove', { path: 'x' });
    expect(await call('fs.remove', { path: 'x' }, { attempt: 2 })).toEqual({ ...first, alreadyDone: true });
    await writeFile(at('x'), 'new');
    expect(await call('fs.remove', { path: 'x' }, { attempt: 3 })).toEqual({ ...first, alreadyDone: true });
    expect(await readFile(at('x'), 'utf8')).toBe('new');
    expect(await call('fs.remove', { path: 'x' }, { idempotencyKey: 'another' })).toMatchObject({
      alreadyDone: false,
    });
    expect(await call('fs.remove', { path: 'never' })).toEqual({
      path: at('never'),
      existed: false,
      alreadyDone: true,
    });
  });

  test('removes for good when asked to, also folders; a link only itself', async () => {
    await mkdir(at('f', 'g'), { recursive: true });
    await writeFile(at('f', 'g', 'x'), '');
    await writeFile(at('kept'), 'kept');
    await symlink('kept', at('l'));
    expect(await call('fs.remove', { path: 'f', permanent: true })).toEqual({
      path: at('f'),
      existed: true,
      alreadyDone: false,
    });
    expect(await call('fs.remove', { path: 'f', permanent: true })).toMatchObject({
      existed: false,
      alreadyDone: true,
    });
    await call('fs.remove', { path: 'l', permanent: true });
    expect(await contentsOf(root)).toEqual({ kept: 'kept' });
  });

  test('refuses a root, the trash itself, and a trash that leads out of the roots', async () => {
    await writeFile(at('x'), 'x');
    const { trashPath } = await call<{ trashPath: string }>('fs.remove', { path: 'x' });
    expect(await failureOf(call('fs.remove', { path: '.' }))).toMatchObject({ code: 'root-itself' });
    expect(await failureOf(call('fs.remove', { path: '.statewright-trash' }))).toMatchObject({
      code: 'is-trash',
    });
    expect(await failureOf(call('fs.remove', { path: trashPath }))).toMatchObject({ code: 'is-trash' });
    expect(await call('fs.remove', { path: '.statewright-trash', permanent: true })).toMatchObject({
      existed: true,
    });
    await symlink('/tmp', at('.statewright-trash'));
    await writeFile(at('y'), 'y');
    expect(await failureOf(call('fs.remove', { path: 'y' }))).toMatchObject({ code: 'outside-roots' });
    expect(await readFile(at('y'), 'utf8')).toBe('y');
  });

  test('the trash folder can be another', async () => {
    const other = callerOf({ roots: [root], trashFolder: 'bin/old' });
    await writeFile(at('x'), 'x');
    expect((await other<{ trashPath: string }>('fs.remove', { path: 'x' })).trashPath).toContain(
      at('bin', 'old'),
    );
  });

  test('property: any removals, each repeated, keep every byte in the trash', async () => {
    const name = fc.constantFrom('a', 'b', 'f', 'f/a', 'f/g', 'f/g/b');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, fc.integer({ min: 1, max: 3 })), { maxLength: 6 }),
        async (steps) => {
          const folder = await newFolder();
          const run = callerOf({ roots: [folder] });
          await mkdir(join(folder, 'f', 'g'), { recursive: true });
          for (const file of ['a', 'b', 'f/a', 'f/g/b']) await writeFile(join(folder, file), file);
          for (const [index, [path, times]] of steps.entries()) {
            for (let time = 1; time <= times; time++) {
              await run('fs.remove', { path }, { idempotencyKey: `${index}`, attempt: time });
            }
          }
          const files = Object.values(await contentsOf(folder)).filter((content) => content !== 'folder');
          expect(files.sort()).toEqual(['a', 'b', 'f/a', 'f/g/b']);
        },
      ),
      { numRuns: 40 },
    );
  });
});
