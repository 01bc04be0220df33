// The lock file: written in one step, readable for its owner only, and never trusted.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFilePath, readLockFile, removeLockFile, writeLockFile } from '#src/persistence/lock-file.js';

const lock = { pid: 4711, url: 'http://127.0.0.1:1', token: 'secret', startedAt: 1_000 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock file '));
});
afterEach(() => rm(folder, { recursive: true }));

test('what is written is read, and nothing else is left behind', async () => {
  await writeLockFile(folder, lock);
  expect(await readLockFile(folder)).toEqual(lock);
  expect(await readdir(folder)).toEqual(['engine.json']);
});

test.skipIf(process.platform === 'win32')(
  'only the owner may read it, whatever was there before',
  async () => {
    await writeFile(`${lockFilePath(folder)}.${lock.pid}.new`, 'left by a killed process', { mode: 0o644 });
    await writeLockFile(folder, lock);
    expect((await stat(lockFilePath(folder))).mode & 0o777).toBe(0o600);
  },
);

test.each(['', '{', '[]', '{"pid":"x"}', '{"pid":-1,"startedAt":0}', '\u0000'])(
  '%j counts as none',
  async (text) => {
    await writeFile(lockFilePath(folder), text);
    expect(await readLockFile(folder)).toBeUndefined();
  },
);

test('a missing one, or a missing folder, counts as none', async () => {
  expect(await readLockFile(folder)).toBeUndefined();
  expect(await readLockFile(join(folder, 'nowhere'))).toBeUndefined();
});

test("another process's is left where it is", async () => {
  await writeLockFile(folder, lock);
  await removeLockFile(folder, 4712);
  expect(await readLockFile(folder)).toEqual(lock);
  await removeLockFile(folder, lock.pid);
  expect(await readLockFile(folder)).toBeUndefined();
});
