// The shop that proves that it resumes, and the naive one that is found out.
import { expect, it } from 'vitest';
import { run, verifyProgram } from './command.js';
import { temporaryFolder } from './tree.js';

it('proves the shop, and finds what is wrong with the naive one', async () => {
  await using place = await temporaryFolder();
  const good = await run(verifyProgram, [], place.path);
  expect(good.err).toBe('');
  expect(good.out).toMatch(/^the shop: resumes\. \d+ write points, \d+ runs/);
  expect(good.code).toBe(0);
  const naive = await run(verifyProgram, ['--naive'], place.path);
  expect(naive.out).toContain('- check: paid 2 times instead of once');
  expect(naive.out).toContain('killed before write');
  expect(naive.code).toBe(1);
}, 120_000);
