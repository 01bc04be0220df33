// Run: plans every instance of a folder in a process of its own, with limits of CPU time and memory, checks every plan,
// and writes a line of JSON for each and a table beside the published coverage. Run by `npm run bench:htn`.
// It does not measure threads of the runtime apart: CPU time is that of the whole process.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { SearchStrategy } from '#src/services/planning/htn/search-outcome.js';
import { findInstances, type Instance, sample } from './instances.js';
import { readPublished } from './published.js';
import type { Answer, Result } from './results.js';
import type { Assignment } from './solve.js';
import { tableOf } from './table.js';

const help = `npm run bench:htn -- --data DIR [options]

  --data DIR       folder of domains, each a folder with domain.hddl (or x-domain.hddl) and problems
  --limit S        seconds of CPU time for an instance [60]
  --memory MB      mebibytes for an instance [8192]
  --domains A,B    only these domains (names may be cut short)
  --group NAME     only total-order or partial-order
  --sample N       at most N instances of each domain, spread evenly
  --jobs N         instances at a time [1]
  --planner NAME   lifted, ground, portfolio [portfolio]
  --seed N         seed of the search [1]
  --improve        goes on after the first plan, until the limit
  --published DIR  tables of the competition [DIR/results of --data]
  --known FILE     earlier results, for the least costs known
  --out DIR        where results are written [bench/results/htn]
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    limit: { type: 'string', default: '60' },
    memory: { type: 'string', default: '8192' },
    domains: { type: 'string', default: '' },
    group: { type: 'string', default: '' },
    sample: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    planner: { type: 'string', default: 'portfolio' },
    seed: { type: 'string', default: '1' },
    improve: { type: 'boolean', default: false },
    published: { type: 'string' },
    known: { type: 'string' },
    out: { type: 'string', default: join('bench', 'results', 'htn') },
    help: { type: 'boolean', default: false },
  },
});

const script = fileURLToPath(new URL('./solve.js', import.meta.url));

function numberOf(name: 'limit' | 'memory' | 'jobs' | 'seed' | 'sample', text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--${name}: expected a number greater than 0, got '${text}'.`);
}

/** Plans one instance in a process of its own. */
function solveApart(instance: Instance): Promise<Answer> {
  const limitMs = numberOf('limit', values.limit) * 1000;
  const memoryMb = numberOf('memory', values.memory);
  const told: Assignment = {
    domainFile: instance.domainFile,
    problemFile: instance.problemFile,
    limitMs,
    // The search counts its own arrays; the process has others beside them.
    memoryMb: memoryMb * 0.8,
    seed: numberOf('seed', values.seed),
    strategies: values.planner === 'portfolio' ? null : [values.planner as SearchStrategy],
    improve: values.improve,
  };
  const child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, script, JSON.stringify(told)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const hardLimitMs = limitMs * 4 + 30_000;
  const timer = setTimeout(() => child.kill('SIGKILL'), hardLimitMs);
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((done) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (output.trim() !== '') return done(JSON.parse(output) as Answer);
      const reason = signal === null ? `exit ${code}` : `signal ${signal}`;
      done({ status: 'killed', message: `${reason} ${errors.slice(0, 200)}` });
    });
  });
}

function chosenInstances(data: string): Instance[] {
  const wanted = values.domains.split(',').filter((name) => name !== '');
  const matching = findInstances(resolve(data)).filter(
    ({ domain, group }) =>
      (values.group === '' || group === values.group) &&
      (wanted.length === 0 || wanted.some((name) => domain.toLowerCase().startsWith(name.toLowerCase()))),
  );
  return values.sample === undefined ? matching : sample(matching, numberOf('sample', values.sample));
}

function describe(result: Result): string {
  const { status, cpuMs, steps, message, peakMb, strategy } = result;
  const time = cpuMs === undefined ? '' : `${(cpuMs / 1000).toFixed(2)} s`;
  const found = status === 'solved' ? `${steps} steps` : (message ?? '').slice(0, 120);
  const nodes = result.counts?.['nodes'] ?? 0;
  return `${result.domain}/${result.name}: ${status} ${found} ${time} ${nodes} nodes ${peakMb ?? ''} MB ${strategy ?? ''}`;
}

async function main(): Promise<void> {
  if (values.help || values.data === undefined) return console.log(help);
  const instances = chosenInstances(values.data);
  mkdirSync(values.out, { recursive: true });
  const lines = join(values.out, 'results.jsonl');
  writeFileSync(lines, '');
  const results: Result[] = [];
  const waiting = [...instances];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { domain, group, name } = next;
      const answer = await solveApart(next);
      const result: Result = { domain, group, name, limitMs: Number(values.limit) * 1000, ...answer };
      results.push(result);
      appendFileSync(lines, `${JSON.stringify(result)}\n`);
      console.log(describe(result));
    }
  };
  await Promise.all(Array.from({ length: numberOf('jobs', values.jobs) }, work));
  const known =
    values.known !== undefined && existsSync(values.known)
      ? readFileSync(values.known, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Result)
      : [];
  const folder = values.published ?? publishedBeside(values.data);
  const table = tableOf(results, known, readPublished(folder));
  writeFileSync(join(values.out, 'table.md'), table);
  console.log(table);
}

/** The folder `results` of the data, or beside it. */
function publishedBeside(data: string): string {
  const own = join(data, 'results');
  return existsSync(own) ? own : join(dirname(resolve(data)), 'results');
}

await main();
