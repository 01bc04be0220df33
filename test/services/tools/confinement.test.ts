// Confinement (C1 to C3): no path leads out of the roots, by dots, links, dangling links or tricks.
import { mkdir, readFile, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Confinement, createConfinement, isWithin } from '#src/services/tools/fs/confinement.js';
import { callerOf, contentsOf, failureOf, newFolder } from './calling.js';

let base: string;
let root: string;
let outside: string;
let confinement: Confinement;

beforeEach(async () => {
  base = await newFolder();
  root = join(base, 'root');
  outside = join(base, 'outside');
  await mkdir(join(root, 'inner', 'deep'), { recursive: true });
  await mkdir(join(outside, 'inner'), { recursive: true });
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await writeFile(join(root, 'file.txt'), 'file');
  await symlink(outside, join(root, 'out'));
  await symlink(join(outside, 'secret.txt'), join(root, 'secret-link'));
  await symlink(join(outside, 'not-yet.txt'), join(root, 'dangling'));
  await symlink('../../outside', join(root, 'inner', 'up'));
  await symlink('loop-b', join(root, 'loop-a'));
  await symlink('loop-a', join(root, 'loop-b'));
  await symlink('inner', join(root, 'alias'));
  confinement = createConfinement({ roots: [root], protectedPaths: ['inner/kept'] });
});

const codeOf = async (call: Promise<unknown>): Promise<string> => (await failureOf(call)).code;

describe('confinement', () => {
  test.each([
    ['..'],
    ['../outside/secret.txt'],
    ['inner/../../outside'],
    ['out/secret.txt'],
    ['out'],
    ['secret-link'],
    ['dangling'],
    ['dangling/more'],
    ['out/new/deeper.txt'],
    ['inner/up/secret.txt'],
    ['alias/up/x'],
    ['/etc/passwd'],
    ['/'],
  ])('C1, C2 %s is outside when followed', async (path) => {
    expect(await codeOf(confinement.target(path))).toBe('outside-roots');
  });

  test('C1 a loop of links, an empty path and a zero character are refused', async () => {
    expect(await codeOf(confinement.target('loop-a'))).toBe('link-loop');
    expect(await codeOf(confinement.target('loop-a/x'))).toBe('link-loop');
    expect(await codeOf(confinement.target(''))).toBe('bad-path');
    expect(await codeOf(confinement.target('a\0b'))).toBe('bad-path');
  });

  test('paths inside are real, and relative to the first root', async () => {
    expect((await confinement.target('alias/deep/new.txt')).path).toBe(
      join(root, 'inner', 'deep', 'new.txt'),
    );
    expect((await confinement.target('.')).path).toBe(root);
    expect((await confinement.target(join(root, 'file.txt'))).root).toBe(root);
    // The link itself may be looked at, moved and removed.
    expect((await confinement.entry('out')).path).toBe(join(root, 'out'));
    expect((await confinement.removable('dangling')).path).toBe(join(root, 'dangling'));
    expect(await codeOf(confinement.entry('out/inner'))).toBe('outside-roots');
  });

  test('C3 a protected path is left alone, and so is a folder that holds it', async () => {
    await mkdir(join(root, 'inner', 'kept'));
    await writeFile(join(root, 'inner', 'kept', 'a.txt'), 'a');
    for (const path of ['inner/kept', 'inner/kept/a.txt', 'alias/kept/a.txt', 'inner/kept/new']) {
      expect(await codeOf(confinement.target(path))).toBe('protected-path');
    }
    expect(await codeOf(confinement.removable('inner'))).toBe('protected-path');
    expect(await codeOf(confinement.removable('.'))).toBe('root-itself');
    expect((await confinement.target('inner/kept2')).path).toBe(join(root, 'inner', 'kept2'));
    const call = callerOf({ roots: [root], protectedPaths: ['inner/kept'] });
    expect(await codeOf(call('fs.move', { from: 'inner', to: 'elsewhere' }))).toBe('protected-path');
    expect(await codeOf(call('fs.copy', { from: 'inner', to: 'elsewhere' }))).toBe('protected-path');
    expect(await codeOf(call('fs.remove', { path: 'inner', permanent: true }))).toBe('protected-path');
    expect(await codeOf(call('fs.read', { path: 'inner/kept/a.txt' }))).toBe('protected-path');
  });

  test('a root that is a link stands for what it leads to; replacing it later does not move the fence', async () => {
    const link = join(base, 'root-link');
    await symlink(root, link);
    const linked = createConfinement({ roots: [link], protectedPaths: [] });
    expect((await linked.target('file.txt')).path).toBe(join(root, 'file.txt'));
    expect((await linked.entry(link)).path).toBe(root);
    const later = join(base, 'later');
    const fenced = createConfinement({ roots: [later], protectedPaths: [] });
    expect((await fenced.target('new.txt')).path).toBe(join(later, 'new.txt'));
    await mkdir(later);
    await fenced.target('new.txt');
    await rename(later, join(base, 'was-later'));
    await symlink(outside, later);
    expect(await codeOf(fenced.target('secret.txt'))).toBe('outside-roots');
  });

  test('C1, C2 property: whatever parts a path is made of, what is handed out is really inside', async () => {
    const part = fc.constantFrom(
      '..',
      '.',
      'inner',
      'deep',
      'out',
      'up',
      'alias',
      'dangling',
      'secret-link',
      'loop-a',
      'file.txt',
      'new',
      '…',
      ' ',
      'outside',
      'ü',
    );
    const path = fc.tuple(
      fc.constantFrom('', `${root}/`, `${root}/../`, '/'),
      fc.array(part, { maxLength: 7 }),
    );
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom('target', 'entry', 'removable'), async ([start, parts], way) => {
        const asked = start + parts.join('/');
        const place = await confinement[way as 'target'](asked).catch(() => undefined);
        if (place === undefined) return;
        expect(isWithin(root, place.path)).toBe(true);
        // The nearest existing parent is where it says it is: no link is left on the way.
        let parent = way === 'target' ? place.path : dirname(place.path);
        for (;;) {
          const real = await realpath(parent).catch(() => undefined);
          if (real !== undefined) {
            expect(isWithin(root, real) || (way !== 'target' && place.path === root)).toBe(true);
            break;
          }
          parent = dirname(parent);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('C1 property: no tool changes or reads anything outside', async () => {
    const call = callerOf({ roots: [root] });
    const before = await contentsOf(outside);
    const path = fc
      .array(
        fc.constantFrom(
          '..',
          'inner',
          'out',
          'up',
          'alias',
          'dangling',
          'secret-link',
          'secret.txt',
          'not-yet.txt',
          'x',
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(
        path,
        path,
        fc.constantFrom('write', 'mkdir', 'move', 'copy', 'remove', 'read', 'list'),
        async (a, b, what) => {
          const inputs = {
            write: { path: a, text: 'x' },
            mkdir: { path: a },
            move: { from: a, to: b, onConflict: 'replace' },
            copy: { from: a, to: b, onConflict: 'rename' },
            remove: { path: a, permanent: true },
            read: { path: a },
            list: { path: a, recursive: true },
          };
          const output = await call(`fs.${what}`, inputs[what as 'read']).catch(() => undefined);
          expect(JSON.stringify(output ?? {})).not.toContain('"secret"');
          expect(await contentsOf(outside)).toEqual(before);
        },
      ),
      { numRuns: 300 },
    );
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
  });
});
