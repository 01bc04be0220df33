// The pure parts of the main job: where files go, what the index says, and whether the check finds what is wrong.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, type CheckInput } from '../../examples/organise/check.js';
import { decide, type DecideInput, type Entry } from '../../examples/organise/decide.js';
import { describe as describeIndex, linkTo, markdown, sizeOf } from '../../examples/organise/describe.js';
import { planSample } from '../../examples/organise/sample.js';

const folder = '/inbox';
const out = join(folder, 'organised');

interface Given {
  readonly path: string;
  readonly content: string;
  readonly modifiedAt: number;
  readonly kind: Entry['kind'];
  readonly category: string;
}

const names = fc.oneof(
  fc.constantFrom(
    'a.txt',
    'A.txt',
    'a (2).txt',
    'b.tar.gz',
    'index.md',
    'index.json',
    'é.md',
    'e\u0301.md',
    'noext',
  ),
  fc
    .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
    .filter((name) => !/[/\\\0]/.test(name) && !/^\.+$/.test(name)),
);
const given = fc.record<Given>({
  path: fc
    .tuple(fc.constantFrom('', 'one/', 'one/two/', 'organised/', 'organised/documents/'), names)
    .map(([at, name]) => join(folder, `${at}${name}`)),
  content: fc.constantFrom('', 'x', 'y', 'z'),
  modifiedAt: fc.integer({ min: 1, max: 3 }),
  kind: fc.constantFrom('file', 'file', 'file', 'link', 'other'),
  category: fc.constantFrom('document', 'text', 'image', 'unknown'),
});
const someGiven = fc.uniqueArray(given, { maxLength: 25, selector: ({ path }) => path });

function inputOf(all: readonly Given[], unreadable: readonly string[] = []): DecideInput {
  const entries = all.map(({ path, content, modifiedAt, kind, category }): Entry => {
    const relativePath = path.slice(folder.length + 1);
    const name = relativePath.slice(relativePath.lastIndexOf('/') + 1);
    const type = kind === 'file' ? { type: { category, mime: `x/${category}`, by: 'content' } } : {};
    return { path, relativePath, name, kind, size: content.length, modifiedAt, ...type };
  });
  const readable = all.filter(({ kind, path }) => kind === 'file' && !unreadable.includes(path));
  return {
    folder,
    out,
    outExists: false,
    truncated: false,
    entries,
    guesses: [],
    files: readable.map(({ path, content }) => ({ path, hash: `hash of ${content}`, bytes: content.length })),
    unreadable: unreadable.map((path) => ({ path, reason: 'no' })),
  };
}

const isInside = (path: string): boolean => path.startsWith(`${out}/`);

describe('decide', () => {
  it('D1 gives every file a target of its own, whatever the file system takes for the same', () => {
    fc.assert(
      fc.property(someGiven, (all) => {
        const { moves, index } = decide(inputOf(all));
        const kept = all.filter(({ path }) => isInside(path)).map(({ path }) => path);
        const targets = [...moves.map(({ to }) => to), index.markdown, index.json];
        const keys = targets.map((path) => path.normalize('NFC').toLowerCase());
        const taken = new Set(kept.map((path) => path.normalize('NFC').toLowerCase()));
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.filter((key) => taken.has(key))).toEqual([]);
      }),
    );
  });

  it('D2 keeps one original of each content, and never takes an empty file for a copy', () => {
    fc.assert(
      fc.property(someGiven, (all) => {
        const { moves } = decide(inputOf(all));
        for (const content of ['x', 'y', 'z']) {
          const own = moves.filter(({ sha256 }) => sha256 === `hash of ${content}`);
          const present = all.some(
            (one) => one.kind === 'file' && one.content === content && isInside(one.path),
          );
          const originals = own.filter(({ duplicateOf }) => duplicateOf === undefined);
          expect(originals).toHaveLength(own.length === 0 || present ? 0 : 1);
        }
        const empty = moves.filter(({ bytes }) => bytes === 0);
        expect(empty.every(({ category }) => category !== 'duplicates')).toBe(true);
      }),
    );
  });

  it('D3 and D4 account for every entry: moved, left with a reason, or in the target already', () => {
    fc.assert(
      fc.property(someGiven, (all) => {
        const files = all.filter(({ kind, path }) => kind === 'file' && !isInside(path));
        const unreadable = files.slice(0, 2).map(({ path }) => path);
        const { moves, left } = decide(inputOf(all, unreadable));
        const accounted = [...moves.map(({ from }) => from), ...left.map(({ path }) => path)].sort();
        const outside = all.filter(({ path }) => !isInside(path)).map(({ path }) => path);
        expect(accounted).toEqual(outside.sort());
        for (const path of unreadable) expect(left.some((one) => one.path === path)).toBe(true);
      }),
    );
  });

  it('cuts a long name to make room for its number', () => {
    const name = `${'é'.repeat(125)}.txt`;
    const all = ['one', 'two'].map((at): Given => {
      return { path: join(folder, at, name), content: at, modifiedAt: 1, kind: 'file', category: 'text' };
    });
    const { moves } = decide(inputOf(all));
    const lengths = moves.map(({ to }) => Buffer.byteLength(to.slice(to.lastIndexOf('/') + 1)));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(255);
    expect(moves[1]?.to).toMatch(/é \(2\)\.txt$/);
  });
});

const twoFiles: readonly Given[] = ['a', 'b'].map((name): Given => {
  return { path: join(folder, `${name}.txt`), content: name, modifiedAt: 1, kind: 'file', category: 'text' };
});

/** The input of a check after which all is well. */
function soundCheck(): CheckInput {
  const input = inputOf(twoFiles);
  const decision = decide(input);
  const moved = decision.moves.map(({ to }) => ({ path: to }));
  const { index } = describeIndex({ folder, out, decision, moved });
  const after = decision.moves.map(({ to, sha256, bytes }) => ({ path: to, hash: sha256, bytes }));
  const links = index.files.map(({ path }) => `[x](${linkTo(path)})`);
  return {
    out,
    decision,
    moved,
    before: input.files,
    after,
    remaining: after.map(({ path }) => path),
    json: JSON.stringify(index),
    markdown: links.join('\n'),
  };
}

describe('check', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(check(soundCheck())).toMatchObject({ files: 2, lost: 0, untrue: 0, added: 0, problems: [] });
  });

  it('C1 finds lost bytes, and tells apart what somebody added', () => {
    const sound = soundCheck();
    const [first] = sound.after;
    const changed = first === undefined ? [] : [{ ...first, hash: 'other' }];
    const found = check({ ...sound, after: [...changed, ...sound.after.slice(1)] });
    expect(found).toMatchObject({ lost: 1, added: 1 });
    expect(found.untrue).toBeGreaterThan(0);
  });

  it('C1 does not count what somebody else changed before it could be moved', () => {
    const sound = soundCheck();
    const moved = [null, ...sound.moved.slice(1)];
    const { index } = describeIndex({ folder, out, decision: sound.decision, moved });
    const markdownPage = index.files.map(({ path }) => `[x](${linkTo(path)})`).join('\n');
    const found = check({
      ...sound,
      moved,
      after: sound.after.slice(1),
      json: JSON.stringify(index),
      markdown: markdownPage,
    });
    expect(found).toMatchObject({ lost: 0, untrue: 0 });
  });

  it('C2 and C3 find an index that is not true', () => {
    const sound = soundCheck();
    const wrong: CheckInput[] = [
      { ...sound, json: 'no json' },
      { ...sound, json: sound.json.replaceAll('a.txt', 'c.txt') },
      { ...sound, json: sound.json.replace('"bytes":1', '"bytes":2') },
      { ...sound, markdown: '' },
      { ...sound, markdown: `${sound.markdown}\n[more](documents/c.txt)` },
    ];
    for (const input of wrong) expect(check(input).untrue).toBeGreaterThan(0);
  });

  it('C4 finds what was left and is gone', () => {
    const sound = soundCheck();
    const left = [{ path: join(folder, 'link'), reason: 'a link' }];
    const { index } = describeIndex({
      folder,
      out,
      decision: { ...sound.decision, left },
      moved: sound.moved,
    });
    const input = { ...sound, decision: { ...sound.decision, left }, json: JSON.stringify(index) };
    expect(check(input).problems).toEqual([`'${join(folder, 'link')}' was left and is gone`]);
    expect(check({ ...input, remaining: [join(folder, 'link')] }).untrue).toBe(0);
  });
});

describe('the index', () => {
  it('links to any name there and back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (path) => {
        expect(decodeURIComponent(linkTo(path))).toBe(path);
        expect(linkTo(path)).not.toMatch(/[()\s]/);
      }),
    );
  });

  it('shows any name on one line, without making a table cell, a link or a tag of it', () => {
    expect(markdown('a|b')).toBe('a\\|b');
    expect(markdown('line\nbreak')).toBe('line\\\\x0abreak');
    expect(markdown('[x](y) <b>*_`')).toBe('\\[x\\]\\(y\\) \\<b\\>\\*\\_\\`');
  });

  it('says sizes for people', () => {
    expect([0, 999, 1000, 1_250_000, 250_000_000].map(sizeOf)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.3 MB',
      '250 MB',
    ]);
  });
});

describe('the sample', () => {
  it('is the same for the same seed and another for another', () => {
    const bytesOf = (seed: number): string =>
      planSample({ seed })
        .map(({ path, content }) => path + content.toString('hex'))
        .join();
    expect(bytesOf(3)).toBe(bytesOf(3));
    expect(bytesOf(3)).not.toBe(bytesOf(4));
  });

  it('has 300 files of all kinds, no two of one path, and copies only where it says so', () => {
    const planned = planSample();
    expect(planned).toHaveLength(300);
    expect(new Set(planned.map(({ path }) => path)).size).toBe(300);
    expect(new Set(planned.map(({ category }) => category)).size).toBe(8);
    const originals = planned.filter(({ copyOf, content }) => copyOf === undefined && content.length > 0);
    expect(new Set(originals.map(({ content }) => content.toString('hex'))).size).toBe(originals.length);
  });
});
