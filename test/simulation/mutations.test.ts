// Mutations: each is one that still fits the engine, a few are tried with their known seeds, and docs/simulation.md lists
// them all. Trying all of them from the first seed on: npm run test:sim:mutations
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutate, openLaboratory } from './mutate.js';
import { mutations, rowOf, type Mutation } from './mutations.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const some = [
  'effect-before-write',
  'no-effect-class',
  'split-batch',
  'two-turns',
  'command-before-write',
  'locks-forgotten',
  'handle-trusted',
];

describe('mutations', () => {
  test('each stands for a guard of its own', () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  });

  test.each(mutations)('$name fits the engine as it is', (mutation) => {
    const text = read(join('dist', mutation.file));
    expect(mutate(text, mutation)).not.toBe(text);
  });

  test('one that does not fit is refused by name', () => {
    const stale: Mutation = { ...(mutations[0] as Mutation), find: 'what was there once' };
    expect(() => mutate('what is there now', stale)).toThrow(
      `The mutation '${stale.name}' is stale: expected once in dist/${stale.file}, found 0 times: what was there once`,
    );
  });

  test.each(mutations)('$name is listed in docs/simulation.md', (mutation) => {
    expect(read('docs/simulation.md')).toContain(rowOf(mutation));
  });
});

describe('without a guard the simulation fails', () => {
  let laboratory: Awaited<ReturnType<typeof openLaboratory>>;
  beforeAll(async () => {
    laboratory = await openLaboratory();
  });
  afterAll(() => laboratory.close());

  test.each(some)('%s', { timeout: 600_000 }, async (name) => {
    const mutation = mutations.find((one) => one.name === name) as Mutation;
    const caught = await laboratory.attempt(mutation, mutation.seed, 1);
    expect(caught).toMatchObject({ seed: mutation.seed, promise: mutation.promise });
  });
});
