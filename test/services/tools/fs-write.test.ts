// fs.write, fs.read and fs.mkdir: whole contents in one step, parts at whole characters.
import { chmod, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
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
  call = callerOf({ roots: [root], maxReadBytes: 1000, maxWriteBytes: 5_000_000 });
});

describe('fs.write', () => {
  test('writes text, base64 and JSON; parents are made', async () => {
    const written = await call('fs.write', { path: 'neu/größe.txt', text: 'héllo' });
    expect(written).toEqual({
      path: at('neu', 'größe.txt'),
      bytes: 6,
      sha256: '3c48591d8d098a4538f5e013dfcf406e948eac4d3277b10bf614e295d6068179',
      replaced: false,
      alreadyDone: false,
    });
    await call('fs.write', { path: 'b.bin', base64: Buffer.from([0, 255, 1]).toString('base64') });
    await call('fs.write', { path: 'c.json', json: { a: [1, null] } });
    await call('fs.write', { path: 'd.json', json: null });
    expect([...(await readFile(at('b.bin')))]).toEqual([0, 255, 1]);
    expect(JSON.parse(await readFile(at('c.json'), 'utf8'))).toEqual({ a: [1, null] });
    expect(await readFile(at('d.json'), 'utf8')).toBe('null\n');
    expect((await call('fs.hash', { path: 'neu/größe.txt' }))['hash']).toBe(written['sha256']);
  });

  test('refuses what is not exactly one content, and too much of it', async () => {
    await expect(call('fs.write', { path: 'a' })).rejects.toThrow('exactly one of text, base64 and json');
    await expect(call('fs.write', { path: 'a', text: '', json: 1 })).rejects.toThrow('exactly one');
    expect(await failureOf(call('fs.write', { path: 'a', text: 'x'.repeat(5_000_001) }))).toMatchObject({
      code: 'too-large',
      effect: 'none',
    });
    expect(await readdir(root)).toEqual([]);
  });

  test('replaces and keeps permissions, follows a link, refuses a folder', async () => {
    await writeFile(at('a'), 'old', { mode: 0o600 });
    await chmod(at('a'), 0o604);
    await symlink('a', at('l'));
    await mkdir(at('f'));
    expect(await call('fs.write', { path: 'l', text: 'new' })).toMatchObject({
      path: at('a'),
      replaced: true,
    });
    expect((await stat(at('a'))).mode & 0o777).toBe(0o604);
    expect(await contentsOf(root)).toEqual({ a: 'new', f: 'folder', l: '-> a' });
    expect(await failureOf(call('fs.write', { path: 'f', text: 'x' }))).toMatchObject({
      code: 'is-a-folder',
      class: 'logic',
    });
    expect(await failureOf(call('fs.write', { path: 'a/b', text: 'x' }))).toMatchObject({
      code: 'not-a-folder',
    });
    expect(await failureOf(call('fs.write', { path: 'no/b', text: 'x', parents: false }))).toMatchObject({
      code: 'not-found',
    });
  });

  test('cut off between the new name and the end of the old one: nothing lies about afterwards', async () => {
    const input = { path: 'a', text: 'mine', overwrite: 'refuse' };
    const context = { idempotencyKey: 'a key' };
    await call('fs.write', input, context);
    await link(at('a'), stagePath(at('a'), 'a key', 1));
    expect(await call('fs.write', input, context)).toMatchObject({ alreadyDone: true });
    expect(await contentsOf(root)).toEqual({ a: 'mine' });
  });

  test('overwrite refuse: another content stays, the same content counts as written', async () => {
    const input = { path: 'a', text: 'mine', overwrite: 'refuse' };
    expect(await call('fs.write', input)).toMatchObject({ alreadyDone: false });
    expect(await call('fs.write', input, { attempt: 2 })).toMatchObject({ alreadyDone: true });
    expect(await failureOf(call('fs.write', { ...input, text: 'other' }))).toMatchObject({
      code: 'target-exists',
      effect: 'none',
    });
    expect(await contentsOf(root)).toEqual({ a: 'mine' });
  });

  test('what an attempt left unfinished is cleared by the next', async () => {
    await writeFile(stagePath(at('a'), 'goal/task', 1), 'half');
    await writeFile(stagePath(at('a'), 'goal/task', 2), 'half');
    await call('fs.write', { path: 'a', text: 'whole' }, { attempt: 2 });
    expect(await contentsOf(root)).toEqual({ a: 'whole' });
  });

  test('an aborted write leaves the old content and nothing else', async () => {
    await writeFile(at('a'), 'old');
    const signal = AbortSignal.abort();
    expect(await failureOf(call('fs.write', { path: 'a', text: 'new' }, { signal }))).toMatchObject({
      code: 'aborted',
      effect: 'none',
    });
    expect(await contentsOf(root)).toEqual({ a: 'old' });
  });

  test('property: a reader sees one whole content or another, never a part', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 2, maxLength: 5 }),
        async (sizes) => {
          const contents = sizes.map((size, index) => String(index).repeat(size));
          await call('fs.write', { path: 'shared', text: contents[0] ?? '' });
          let isWriting = true;
          const reading = (async (): Promise<void> => {
            while (isWriting) expect(contents.includes(await readFile(at('shared'), 'utf8'))).toBe(true);
          })();
          for (const [index, text] of contents.entries()) {
            await call('fs.write', { path: 'shared', text }, { idempotencyKey: `${index}` });
          }
          isWriting = false;
          await reading;
          expect(await leftovers(root)).toEqual([]);
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('fs.read', () => {
  test('reads whole files and parts', async () => {
    await writeFile(at('a'), '0123456789');
    expect(await call('fs.read', { path: 'a' })).toEqual({
      path: at('a'),
      content: '0123456789',
      bytes: 10,
      size: 10,
    });
    expect(await call('fs.read', { path: 'a', offset: 3, limit: 4 })).toMatchObject({
      content: '3456',
      bytes: 4,
      nextOffset: 7,
    });
    expect(await call('fs.read', { path: 'a', offset: 99 })).toMatchObject({
      content: '',
      bytes: 0,
      size: 10,
    });
    expect(await call('fs.read', { path: 'a', encoding: 'base64', limit: 1 })).toMatchObject({
      content: 'MA==',
    });
  });

  test('says what to do with large files, bytes that are no text, folders and missing files', async () => {
    await writeFile(at('large'), 'x'.repeat(1001));
    await writeFile(at('bytes'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await failureOf(call('fs.read', { path: 'large' }))).toMatchObject({
      code: 'too-large',
      class: 'resource',
    });
    expect(await failureOf(call('fs.read', { path: 'bytes' }))).toMatchObject({
      code: 'not-text',
      retryable: false,
    });
    expect(await failureOf(call('fs.read', { path: '.' }))).toMatchObject({ code: 'is-a-folder' });
    const missing = await failureOf(call('fs.read', { path: 'no thing' }));
    expect(missing).toMatchObject({ code: 'not-found', class: 'external', retryable: false, effect: 'none' });
    expect(missing.message).toContain(at('no thing'));
  });

  test('property: parts put together are the whole text, whatever their size', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', '日', '😀', '\n'), maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 4, max: 30 }), async (content, limit) => {
        await writeFile(at('t'), content);
        let whole = '';
        let offset: number | undefined = 0;
        while (offset !== undefined) {
          const part: { content: string; nextOffset?: number } = await call('fs.read', {
            path: 't',
            offset,
            limit,
          });
          whole += part.content;
          offset = part.nextOffset;
        }
        expect(whole).toBe(content);
      }),
      { numRuns: 100 },
    );
  });
});

describe('fs.mkdir', () => {
  test('makes folders, is content with those that are there, refuses files', async () => {
    expect(await call('fs.mkdir', { path: 'a/ü/c' })).toEqual({ path: at('a', 'ü', 'c'), created: true });
    expect(await call('fs.mkdir', { path: 'a/ü/c' })).toMatchObject({ created: false });
    await writeFile(at('file'), '');
    expect(await failureOf(call('fs.mkdir', { path: 'file' }))).toMatchObject({ code: 'not-a-folder' });
    expect(await failureOf(call('fs.mkdir', { path: 'file/x' }))).toMatchObject({ code: 'not-a-folder' });
  });
});
