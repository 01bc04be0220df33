// Which files of a folder of HDDL are problems, and which domain is theirs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findInstances } from '../../bench/htn/instances.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'instances-'));
  warnings = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, kind: 'domain' | 'problem'): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `; (define (domain no)\n( Define\n (${kind} x))`);
}

let warnings: string[] = [];
const found = (): string[] =>
  findInstances(folder, (message) => warnings.push(message)).map(
    ({ domain, name, domainFile }) => `${domain} ${name} ${basename(domainFile)}`,
  );

test('a problem has the domain named after it, else the one called domain, else the only one', () => {
  write('own/p1.hddl', 'problem');
  write('own/p1-domain.hddl', 'domain');
  write('own/p2.hddl', 'problem');
  write('own/domain-p2.hddl', 'domain');
  write('shared/p10.hddl', 'problem');
  write('shared/p9.hddl', 'problem');
  write('shared/domain.hddl', 'domain');
  write('shared/other.hddl', 'domain');
  write('only/p1.hddl', 'problem');
  write('only/trucks.hddl', 'domain');
  expect(found()).toEqual([
    'only p1 trucks.hddl',
    'own p1 p1-domain.hddl',
    'own p2 domain-p2.hddl',
    'shared p9 domain.hddl',
    'shared p10 domain.hddl',
  ]);
});

test('a problem without a domain is left out and named, with what was looked for', () => {
  write('a/p1.hddl', 'problem');
  write('b/p1.hddl', 'problem');
  write('b/domain.hddl', 'domain');
  expect(found()).toEqual(['b p1 domain.hddl']);
  expect(warnings).toEqual([
    expect.stringMatching(/p1\.hddl is left out: .*p1-domain\.hddl.*found 0 domains/),
  ]);
});
