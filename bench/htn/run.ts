// Bench of the hierarchical planner: every instance of a folder (or a sample) in a process of its own, with limits of
// CPU time and memory. It prints a line of JSON for each and, at the end, tables beside the published figures.
// It does not measure: the published planners on this machine (they had 1,800 s of another one), nor wall time.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { SearchStrategy } from '#src/services/planning/htn/search-outcome.js';
import { findInstances, type Instance, sampleOf } from './instances.js';
import { bestCosts, coverageTable } from './report.js';
import type { Answer, Asked, Result } from './result.js';

const usage = `npm run bench:htn -- --data DIR [options]

  --data DIR       the folder with the domains (HDDL), each with its instances
  --limit S        seconds of CPU for each instance [60]
  --memory MB      memory of each process [8192]
  --domains NAMES  only these, with commas between
  --sample N       only N instances of each domain, evenly taken [all]
  --jobs N         processes at once [1]
  --seed N         [1]
  --planner NAMES  strategies, with commas between: lifted, ground [both]
  --improve        go on for cheaper plans until the limit
  --out FILE       where the lines of JSON are added
  --table FILE     only print the tables of the lines in this file
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    data: { type: 'string' },
    limit: { type: 'string', default: '60' },
    memory: { type: 'string', default: '8192' },
    domains: { type: 'string' },
    sample: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    improve: { type: 'boolean', default: false },
    planner: { type: 'string' },
    out: { type: 'string' },
    table: { type: 'string' },
  },
});

const child = fileURLToPath(new URL('./child.js', import.meta.url));
/** Of a process's memory, what is not the search's own. */
const otherMb = 1024;

function runChild(instance: Instance, limitSeconds: number, memoryMb: number): Promise<Result> {
  const asked: Asked = {
    domainFile: instance.domainFile,
    problemFile: instance.problemFile,
    limitMs: limitSeconds * 1000,
    memoryMb: Math.max(64, memoryMb - otherMb),
    seed: Number(values.seed),
    improve: values.improve,
    ...(values.planner === undefined ? {} : { strategies: values.planner.split(',') as SearchStrategy[] }),
  };
  const heap = `--max-old-space-size=${memoryMb}`;
  const started = spawn(process.execPath, [heap, child, JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let trouble = '';
  let peakMb = 0;
  started.stdout.on('data', (part: Buffer) => (out += part.toString()));
  started.stderr.on('data', (part: Buffer) => (trouble = (trouble + part.toString()).slice(-500)));
  const watch = setInterval(() => {
    const used = residentMb(started.pid);
    peakMb = Math.max(peakMb, used);
    if (used > memoryMb) started.kill('SIGKILL');
  }, 200);
  // The clock of the child is CPU time; on a busy machine it needs longer by the wall.
  const patience = setTimeout(() => started.kill('SIGKILL'), limitSeconds * 10_000 + 10_000);
  return new Promise((resolve) => {
    started.on('close', () => {
      clearInterval(watch);
      clearTimeout(patience);
      const { domain, name } = instance;
      const line = out.trim().split('\n').at(-1) ?? '';
      const answer: Answer = line.startsWith('{')
        ? (JSON.parse(line) as Answer)
        : { status: 'killed', cpuSeconds: limitSeconds, message: trouble };
      resolve({ domain, name, limitSeconds, peakMb: Math.round(peakMb), ...answer });
    });
  });
}

function residentMb(pid: number | undefined): number {
  const file = `/proc/${pid}/status`;
  if (pid === undefined || !existsSync(file)) return 0;
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // It has ended in between.
  }
}

function readResults(file: string): Result[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Result);
}

if (values.help || values.data === undefined) {
  if (!values.help) process.stderr.write('Expected --data DIR: where the domains are.\n\n');
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else if (values.table !== undefined) {
  const kept = readResults(values.table);
  process.stdout.write(coverageTable(values.data, kept, bestCosts(kept)));
} else {
  const { data } = values;
  const wanted = values.domains?.split(',');
  const all = findInstances(data, (message) => process.stderr.write(`${message}\n`)).filter(
    (instance) => wanted === undefined || wanted.some((name) => instance.domain.includes(name)),
  );
  const chosen = values.sample === undefined ? all : sampleOf(all, Number(values.sample));
  const queue = [...chosen];
  const results: Result[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await runChild(next, Number(values.limit), Number(values.memory));
      results.push(result);
      const line = `${JSON.stringify(result)}\n`;
      process.stdout.write(line);
      if (values.out !== undefined) appendFileSync(values.out, line);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  process.stdout.write(`\n${coverageTable(data, results, bestCosts(results))}`);
}
