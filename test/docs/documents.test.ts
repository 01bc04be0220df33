// The documents say what is true: plan documents in them can be admitted, their programs run and print what they
// say, their links lead somewhere, and what they list of keys, records, tools and functions is all there is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, parsePlanDocument, type Engine } from 'statewright';
import type { z } from 'zod';
import { schemas } from '#src/persistence/records.js';
import { createFunctions } from '#src/services/expression/functions.js';
import { anchorsOf, blocksOf, linksOf, readDocuments, root } from './markdown.js';

const documents = readDocuments();
const blocks = documents.flatMap(blocksOf);
const textOf = (path: string): string => documents.find((one) => one.path === path)?.text ?? '';
const named = (list: readonly string[]): string[] => [...new Set(list)].sort();

describe('plan documents', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ store: 'memory' });
  });
  afterAll(() => engine.close());
  const plans = blocks.filter(({ kind }) => kind === 'yaml');

  test('there are some', () => expect(plans.length).toBeGreaterThan(8));

  test.each(plans)('$at can be parsed and admitted', async ({ code }) => {
    const { document } = parsePlanDocument(code);
    const preview = await engine.plan({ document: code });
    expect(preview.tasks).toHaveLength(Object.keys(document.plan.tasks).length);
  });
});

describe('programs', () => {
  const whole = ['README.md', 'docs/embedding.md', 'docs/testing.md', 'docs/planning.md'];
  const programs = documents
    .filter(({ path }) => whole.includes(path))
    .flatMap(blocksOf)
    .filter(({ kind }) => kind === 'js');
  // Inside the project, so that they find the package by its name as a host's program does.
  const folder = mkdtempSync(join(root, 'dist', 'documented-'));
  const cwd = mkdtempSync(join(tmpdir(), 'a host '));
  afterAll(() => {
    for (const one of [folder, cwd]) rmSync(one, { recursive: true, force: true });
  });

  test.each(programs)('$at runs and prints what it says', ({ at, code }) => {
    const file = join(folder, `${at.replace(/\W/g, '-')}.mjs`);
    writeFileSync(file, code);
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map((match) => match[1] ?? '');
    expect(promised).not.toEqual([]);
    // Twice: the quick start keeps its store, and its second run finds the goal ended.
    for (let run = 1; run <= 2; run += 1) {
      const ran = spawnSync(process.execPath, [file], { cwd, encoding: 'utf8', timeout: 20_000 });
      expect(ran.stderr).toBe('');
      expect(ran.status).toBe(0);
      for (const text of promised) expect(ran.stdout).toContain(text.replace(/\.$/, ''));
    }
  });

  test("README's quick start is one of them", () =>
    expect(programs.map(({ at }) => at.split(':')[0])).toContain('README.md'));
});

describe('links', () => {
  test.each(documents)('of $path lead somewhere', (document) => {
    for (const target of linksOf(document)) {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document.path : join(dirname(document.path), path).replaceAll('\\', '/');
      expect(existsSync(join(root, file)), `${document.path} links to ${target}`).toBe(true);
      if (anchor === undefined) continue;
      const heading = documents.find((one) => one.path === file);
      expect(
        heading === undefined ? [] : anchorsOf(heading),
        `${document.path} links to ${target}`,
      ).toContain(anchor);
    }
  });

  test.each(documents)('$path names no machine and no registry', ({ text }) => {
    expect(text).not.toMatch(/\/(home|root|tmp|work|Users)\//);
    expect(text).not.toMatch(/\bregistry\.[a-z]/);
  });
});

describe('the disk format', () => {
  const text = textOf('docs/disk-format.md');

  test('lists every sublevel, and no other', () => {
    const code = readFileSync(join(root, 'src/persistence/keys.ts'), 'utf8').replace(/^\/\/.*$/gm, '');
    const inCode = code.matchAll(/[`']!(\w+)!/g);
    const listed = text.matchAll(/^\| `!(\w+)!/gm);
    expect(named([...listed].map((match) => match[1] ?? ''))).toEqual(
      named([...inCode].map((match) => match[1] ?? '')),
    );
  });

  test.each([
    ['Format', schemas.format],
    ['Goal', schemas.goal],
    ['Plan', schemas.plan],
    ['Graph', schemas.planGraph],
    ['Task', schemas.task],
    ['Actor', schemas.actor],
    ['Effect', schemas.effect],
    ['Journal', schemas.journal],
    ['Gap', schemas.gap],
    ['Removal', schemas.removal],
    ['Signal', schemas.signal],
    ['Blob count', schemas.blobCount],
    ['Open count', schemas.openCount],
    ['Losses', schemas.losses],
  ])('names every field of the record: %s', (title, schema) => {
    const paragraph = text.split('\n\n').find((one) => one.startsWith(`**${title}**`)) ?? '';
    const fields = Object.keys((schema as z.ZodObject).shape);
    expect(fields.filter((field) => !new RegExp(`\`${field}(\\[\\])?\\??\``).test(paragraph))).toEqual([]);
  });
});

describe('the plan language', () => {
  const text = textOf('docs/plan-documents.md');

  test('lists every built-in tool', async () => {
    await using engine = await createEngine({ store: 'memory' });
    const tools = engine.tools.list().map(({ name }) => name);
    expect(tools.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test('lists every function of expressions', () => {
    const secondNames = ['lowerAscii', 'upperAscii', 'dyn'];
    const functions = [...createFunctions().keys()].filter((name) => !secondNames.includes(name));
    expect(functions.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
