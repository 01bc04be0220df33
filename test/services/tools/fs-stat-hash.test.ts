// fs.stat and fs.hash: one thing looked at closely, many files hashed.
import { createHash } from 'node:crypto';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { callerOf, failureOf, newFolder } from './calling.js';

let root: string;
let call: ReturnType<typeof callerOf>;
const at = (...parts: string[]): string => join(root, ...parts);

beforeEach(async () => {
  root = await newFolder();
  call = callerOf({ roots: [root] });
});

describe('fs.stat', () => {
  test('tells that nothing is there, also below a file', async () => {
    await writeFile(at('file'), 'x');
    expect(await call('fs.stat', { path: 'none' })).toEqual({ path: at('none'), exists: false });
    expect(await call('fs.stat', { path: 'file/none' })).toMatchObject({ exists: false });
    expect(await call('fs.stat', { path: '.' })).toMatchObject({ exists: true, kind: 'folder' });
  });

  test('does not follow a link, and hashes on request', async () => {
    await writeFile(at('file'), 'x');
    await symlink('/etc/passwd', at('link'));
    expect(await call('fs.stat', { path: 'link', hash: 'sha256' })).toMatchObject({
      kind: 'link',
      linkTarget: '/etc/passwd',
    });
    const sha = createHash('sha512').update('x').digest('hex');
    expect(await call('fs.stat', { path: 'file', hash: 'sha512' })).toMatchObject({ size: 1, hash: sha });
  });
});

describe('fs.hash', () => {
  test('hashes one file or many, with those that cannot be read reported', async () => {
    await writeFile(at('a'), 'a'.repeat(1_000_000));
    await writeFile(at('b'), '');
    const of = (text: string, algorithm = 'sha256'): string =>
      createHash(algorithm).update(text).digest('hex');
    expect(await call('fs.hash', { path: 'a' })).toEqual({
      algorithm: 'sha256',
      hash: of('a'.repeat(1_000_000)),
      files: [{ path: at('a'), hash: of('a'.repeat(1_000_000)), bytes: 1_000_000 }],
      unreadable: [],
    });
    const many = await call<{
      files: { path: string; hash: string }[];
      unreadable: { path: string; reason: string }[];
    }>('fs.hash', {
      paths: ['b', 'none', 'a', '../out'],
      algorithm: 'md5',
    });
    expect(many.files.map(({ path, hash }) => [path, hash])).toEqual([
      [at('b'), of('', 'md5')],
      [at('a'), of('a'.repeat(1_000_000), 'md5')],
    ]);
    expect(many.unreadable.map(({ path }) => path)).toEqual(['none', '../out']);
    expect(await call('fs.hash', { paths: [] })).toMatchObject({ files: [] });
    expect(await failureOf(call('fs.hash', { path: 'none' }))).toMatchObject({ code: 'not-found' });
    await expect(call('fs.hash', { path: 'a', paths: ['a'] })).rejects.toThrow('either path or paths');
  });

  test('stops when it is aborted', async () => {
    await writeFile(at('a'), 'a');
    const signal = AbortSignal.abort();
    expect(await failureOf(call('fs.hash', { path: 'a' }, { signal }))).toMatchObject({
      code: 'aborted',
      effect: 'none',
    });
    expect(await failureOf(call('fs.hash', { paths: ['a'] }, { signal }))).toMatchObject({ code: 'aborted' });
  });
});
