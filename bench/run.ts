// Run: measures the workloads, each repetition in a process of its own, prints a table and writes one line of
// JSON for each result. Run by `npm run bench`.
import { appendFileSync, mkdirSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figures } from './measures.js';
import { reportOf, type Result } from './report.js';
import { measureResume, startChild } from './resume.js';
import { fullWorkloads, smokeWorkloads, type Workload } from './workloads.js';

const help = `npm run bench -- [options]

  --quick         measure each workload once instead of three times
  --smoke         small workloads, once: do the benchmarks still run?
  --only TEXT     only workloads whose name contains TEXT
  --folder DIR    where stores are made [the system's folder for temporary files]
  --results DIR   where results are written [bench/results]
  --profile DIR   write a CPU profile of each process into DIR
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    folder: { type: 'string', default: tmpdir() },
    results: { type: 'string', default: join('bench', 'results') },
    profile: { type: 'string' },
  },
});

const script = fileURLToPath(new URL('./child.js', import.meta.url));
const nodeOptions =
  values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`];

async function once({ task }: Workload): Promise<Figures> {
  const folder = resolve(values.folder);
  if (task.measure === 'resume') {
    return measureResume(task.shape, task.parallel, folder, (life) => startChild(life, script));
  }
  const child = startChild({ task, folder }, script, nodeOptions);
  const ended = new Promise<number | null>((end) => child.once('exit', end));
  const [output, code] = await Promise.all([child.stdout === null ? '' : text(child.stdout), ended]);
  if (code !== 0) throw new Error(`the process that measured ended with ${code}`);
  return JSON.parse(output) as Figures;
}

async function main(): Promise<void> {
  if (values.help) return console.log(help);
  const all = values.smoke ? smokeWorkloads : fullWorkloads;
  const chosen = all.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0)
    throw new Error(`no workload contains '${values.only}': ${all.map(({ name }) => name).join(', ')}`);
  const repetitions = values.quick || values.smoke ? 1 : 3;
  const at = new Date().toISOString();
  mkdirSync(values.results, { recursive: true });
  const file = join(values.results, `${at.replaceAll(':', '-').toLowerCase()}.jsonl`);
  const cpu = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`;
  const results: Result[] = [];
  console.log(`Node ${process.version}, ${cpu}; every batch is flushed, in ${values.folder}`);
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    for (const workload of chosen) {
      const figures = await once(workload);
      const result = { at, workload: workload.name, repetition, node: process.version, cpu, figures };
      results.push(result);
      appendFileSync(file, `${JSON.stringify(result)}\n`);
      console.log(`${repetition}/${repetitions} ${workload.name}: ${summaryOf(figures)}`);
    }
  }
  console.log(`\n${reportOf(results)}\n\nWritten to ${file}`);
}

function summaryOf(figures: Figures): string {
  const [name = '', value] =
    Object.entries(figures).find(([one]) => /^(tasksPerS|livesPerS|snapshotBytes|resumeMs)$/.test(one)) ?? [];
  return `${value} ${name}`;
}

await main();
