// Mutations as a command: npm run test:sim:mutations -- [--seeds 400] [--only name,name] [--known]
//
// Takes one guard after the other out of a copy of the compiled engine and runs the simulation there until it fails.
// --known plays only the seed that is noted to catch it. It ends with 1 when a mutation was not caught.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutations, type Mutation } from './mutations.js';

/** What came of a mutation: the seed that caught it and what was said, or undefined. */
export interface Caught {
  readonly seed: number;
  readonly promise: string;
  readonly message: string;
}

// It runs compiled as a command, and as it is in a test.
const isCompiled = import.meta.url.endsWith('/dist/test/simulation/mutate.js');
const root = fileURLToPath(new URL(isCompiled ? '../../../' : '../../', import.meta.url));
/** So many seeds are played in one process. */
const together = 25;
/** Longer than they can take: an engine that turns in a circle is caught too. */
const patienceMs = 600_000;

/**
 * Puts a mutation into a compiled file.
 *
 * @throws Error when what it replaces does not stand there exactly once: then the mutation is stale.
 */
export function mutate(text: string, { name, file, find, replace }: Mutation): string {
  const pattern = find
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('\\s+');
  const found = text.match(new RegExp(pattern, 'g')) ?? [];
  if (found.length === 1) return text.replace(found[0], () => replace);
  throw new Error(
    `The mutation '${name}' is stale: expected once in dist/${file}, found ${found.length} times: ${find}`,
  );
}

/** Makes a copy of the compiled engine and simulation in which mutations can be tried one after the other. */
export async function openLaboratory() {
  const folder = await mkdtemp(join(tmpdir(), 'statewright-mutations-'));
  const filter = (path: string): boolean => !/\.(d\.ts|map)$/.test(path);
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true, filter });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));

  async function attempt(mutation: Mutation, from: number, seeds: number): Promise<Caught | undefined> {
    const file = join(folder, 'dist', mutation.file);
    const text = await readFile(file, 'utf8');
    await writeFile(file, mutate(text, mutation));
    try {
      for (let first = from; first < from + seeds; first += together) {
        const caught = await run(first, Math.min(together, from + seeds - first));
        if (caught !== undefined) return caught;
      }
      return undefined;
    } finally {
      await writeFile(file, text);
    }
  }

  const run = (from: number, seeds: number): Promise<Caught | undefined> =>
    new Promise((resolve) => {
      const args = [
        join(folder, 'dist/test/simulation/main.js'),
        '--first',
        '--from',
        `${from}`,
        '--seeds',
        `${seeds}`,
      ];
      const options = { timeout: patienceMs, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, args, options, (error, out, errors) => {
        const said = /^seed (\d+) fails:\n {2}(P\d+): (.*)$/m.exec(out);
        if (said !== null) resolve({ seed: Number(said[1]), promise: said[2] ?? '', message: said[3] ?? '' });
        else if (error === null) resolve(undefined);
        else
          resolve({
            seed: from,
            promise: 'P3',
            message: `the engine broke off: ${errors.slice(-500) || error.message}`,
          });
      });
    });

  return { attempt, close: () => rm(folder, { recursive: true, force: true }) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '400' },
      only: { type: 'string' },
      known: { type: 'boolean', default: false },
    },
  });
  const names = values.only?.split(',');
  const unknown = names?.find((name) => !mutations.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(
      `--only: there is no mutation '${unknown}'. There are ${mutations.map(({ name }) => name).join(', ')}.`,
    );
  const wanted = mutations.filter(({ name }) => names?.includes(name) ?? true);
  const laboratory = await openLaboratory();
  let missed = 0;
  try {
    for (const one of wanted) {
      const caught = values.known
        ? await laboratory.attempt(one, one.seed, 1)
        : await laboratory.attempt(one, 1, Number(values.seeds));
      if (caught === undefined) missed += 1;
      const how =
        caught === undefined
          ? 'NOT CAUGHT'
          : `${caught.promise}, seed ${caught.seed}: ${caught.message.slice(0, 160)}`;
      console.log(`${one.name.padEnd(26)} ${how}`);
    }
  } finally {
    await laboratory.close();
  }
  console.log(`${wanted.length - missed} of ${wanted.length} mutations caught`);
  if (missed > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
