// fs.list (L1, L2): what is there, in a stable order, with trouble reported.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ListEntry } from '#src/services/tools/fs/list.js';
import { callerOf, failureOf, newFolder } from './calling.js';

interface Listed {
  entries: ListEntry[];
  count: number;
  totalBytes: number;
  truncated: boolean;
  unreadable: { path: string; reason: string }[];
}

let root: string;
let call: ReturnType<typeof callerOf>;
const at = (...parts: string[]): string => join(root, ...parts);
const list = (input: Record<string, unknown> = {}, more = {}): Promise<Listed> =>
  call<Listed>('fs.list', { path: '.', ...input }, more);
const paths = (listed: Listed): string[] => listed.entries.map((entry) => entry.relativePath);

beforeEach(async () => {
  root = await newFolder();
  call = callerOf({ roots: [root], protectedPaths: ['kept'] });
});

async function makeTree(): Promise<void> {
  for (const folder of ['b', 'a/ü 日本', 'kept', '.hidden', '.statewright-trash/k'])
    await mkdir(at(folder), { recursive: true });
  for (const file of [
    'z.txt',
    'a/1.PDF',
    'a/ü 日本/2.txt',
    'a-b.txt',
    'kept/secret',
    '.hidden/x',
    '.statewright-trash/k/y',
  ]) {
    await writeFile(at(file), file);
  }
  await symlink('../..', at('b', 'up'));
}

describe('fs.list', () => {
  test('L1 lists one folder, or all below, in a stable order; links are not followed', async () => {
    await makeTree();
    expect(paths(await list())).toEqual(['a', 'a-b.txt', 'b', 'kept', 'z.txt']);
    const all = await list({ recursive: true });
    expect(paths(all)).toEqual([
      'a',
      'a/1.PDF',
      'a/ü 日本',
      'a/ü 日本/2.txt',
      'a-b.txt',
      'b',
      'b/up',
      'kept',
      'z.txt',
    ]);
    expect(all).toMatchObject({ count: 9, truncated: false, unreadable: [] });
    expect(all.totalBytes).toBe(Buffer.byteLength('z.txta/1.PDFa/ü 日本/2.txta-b.txt'));
    expect(all.entries.find((entry) => entry.name === 'up')).toMatchObject({
      kind: 'link',
      linkTarget: '../..',
    });
    expect(all.entries.find((entry) => entry.name === 'kept')).toMatchObject({
      kind: 'folder',
      protected: true,
    });
    expect(paths(await list({ recursive: true, maxDepth: 2, hidden: true }))).toContain('.hidden/x');
    expect(paths(await list({ path: '.statewright-trash', recursive: true }))).toEqual(['k', 'k/y']);
  });

  test('facts of an entry', async () => {
    await writeFile(at('Größe.TXT'), 'words');
    await utimes(at('Größe.TXT'), new Date(1e12), new Date(1.5e12));
    const [entry] = (await list()).entries;
    expect(entry).toEqual({
      path: at('Größe.TXT'),
      relativePath: 'Größe.TXT',
      name: 'Größe.TXT',
      extension: 'txt',
      kind: 'file',
      size: 5,
      modifiedAt: 1.5e12,
      createdAt: expect.any(Number) as number,
      fileId: expect.stringMatching(/^\d+:\d+$/) as string,
      type: { category: 'text', mime: 'text/plain', by: 'content' },
    });
  });

  test('globs include and exclude; folders that are excluded are not entered', async () => {
    await makeTree();
    expect(paths(await list({ recursive: true, include: ['*.txt'] }))).toEqual([
      'a/ü 日本/2.txt',
      'a-b.txt',
      'z.txt',
    ]);
    expect(paths(await list({ recursive: true, include: ['a/**'], kinds: ['file'] }))).toEqual([
      'a/1.PDF',
      'a/ü 日本/2.txt',
    ]);
    expect(paths(await list({ recursive: true, exclude: ['a', 'kept', '*.txt'] }))).toEqual(['b', 'b/up']);
    expect(paths(await list({ recursive: true, exclude: ['a/ü*'] }))).not.toContain('a/ü 日本/2.txt');
  });

  test('the limit cuts the list off where the order says', async () => {
    for (let index = 0; index < 150; index++) await writeFile(at(`f${String(index).padStart(3, '0')}`), '');
    const all = await list({ limit: 1000 });
    expect(all).toMatchObject({ count: 150, truncated: false });
    expect(await list({ limit: 150 })).toMatchObject({ count: 150, truncated: false });
    const some = await list({ limit: 70 });
    expect(some).toMatchObject({ count: 70, truncated: true });
    expect(paths(some)).toEqual(paths(all).slice(0, 70));
  });

  test.skipIf(process.platform === 'win32')('L2 what cannot be read is reported', async () => {
    await mkdir(at('closed'));
    await writeFile(at('closed', 'x'), 'x');
    await writeFile(at('open.txt'), 'x');
    // A name in Latin-1, which is not valid UTF-8.
    execFileSync('sh', ['-c', 'touch "$(printf "caf\\351")"'], { cwd: root });
    await chmod(at('closed'), 0o000);
    try {
      const listed = await list({ recursive: true });
      expect(paths(listed)).toEqual(expect.arrayContaining(['closed', 'open.txt']));
      expect(listed.unreadable.some(({ reason }) => reason.includes('Unicode'))).toBe(true);
      // Root may read everything.
      const isDenied = process.getuid?.() !== 0;
      expect(listed.unreadable.some(({ path }) => path === at('closed'))).toBe(isDenied);
    } finally {
      await chmod(at('closed'), 0o755);
    }
  });

  test.skipIf(process.platform === 'win32')('pipes do not hang it', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect((await list()).entries.find((entry) => entry.name === 'pipe')?.kind).toBe('other');
    expect(await failureOf(call('fs.read', { path: 'pipe' }))).toMatchObject({ code: 'not-a-file' });
    expect(await failureOf(call('fs.hash', { path: 'pipe' }))).toMatchObject({ code: 'not-a-file' });
  });

  test('says what is wrong with its path, and stops when it is aborted', async () => {
    await writeFile(at('file'), '');
    expect(await failureOf(list({ path: 'none' }))).toMatchObject({ code: 'not-found', class: 'external' });
    expect(await failureOf(list({ path: 'file' }))).toMatchObject({ code: 'not-a-folder', class: 'logic' });
    expect(await failureOf(list({}, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
      effect: 'none',
    });
  });

  test('property: the same tree gives the same list, and a limited one its beginning', async () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', '-', 'ü', ' ', '日'),
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 3 }), {
          maxLength: 12,
          selector: (parts) => parts.join('/'),
        }),
        fc.nat(10),
        async (files, limit) => {
          const folder = await newFolder();
          const run = callerOf({ roots: [folder] });
          for (const parts of files) await mkdir(join(folder, ...parts), { recursive: true });
          const all = await run<Listed>('fs.list', { path: '.', recursive: true });
          expect(await run<Listed>('fs.list', { path: '.', recursive: true })).toEqual(all);
          const some = await run<Listed>('fs.list', { path: '.', recursive: true, limit: limit + 1 });
          expect(some.entries).toEqual(all.entries.slice(0, limit + 1));
          expect(some.truncated).toBe(all.count > limit + 1);
        },
      ),
      { numRuns: 30 },
    );
  });
});
