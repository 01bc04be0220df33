// Run: measures the workloads, each repetition in a process of its own, prints tables and writes one line of JSON
// for each result, the report and a plot. Run by `npm run bench`.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figures } from './measures.js';
import { figuresOf, openPeers, type Peers } from './peers.js';
import { plotOf } from './plot.js';
import { reportOf } from './report.js';
import { ours, type Result } from './results.js';
import { measureResume, startChild } from './resume.js';
import { measureWaiting } from './waiting.js';
import { fullWorkloads, smokeWorkloads, type Workload } from './workloads.js';

const help = `npm run bench -- [options]

  --quick         measure each workload once instead of three times
  --smoke         small workloads, once: do the benchmarks still run?
  --repeat N      measure each workload N times
  --only TEXT     only workloads whose name contains TEXT; several with | between
  --peers NAMES   other engines too: all, or names with commas between (docs/benchmarks.md)
  --folder DIR    where stores are made [the system's folder for temporary files]
  --results DIR   where results are written [bench/results]
  --profile DIR   write a CPU profile of each process into DIR
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    repeat: { type: 'string' },
    only: { type: 'string', default: '' },
    peers: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    results: { type: 'string', default: join('bench', 'results') },
    profile: { type: 'string' },
  },
});

const script = fileURLToPath(new URL('./child.js', import.meta.url));
const folder = resolve(values.folder);
const nodeOptions =
  values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`];

function once({ task }: Workload): Promise<Figures> {
  if (task.measure === 'resume') return measureResume(task, folder, (life) => startChild(life, script));
  if (task.measure === 'waiting')
    return measureWaiting(task.goals, folder, (told) => startChild(told, script));
  return figuresOf(startChild({ task, folder }, script, nodeOptions));
}

async function main(): Promise<void> {
  if (values.help) return console.log(help);
  const chosen = chosenWorkloads();
  const repetitions = chosenRepetitions();
  const at = new Date().toISOString();
  mkdirSync(values.results, { recursive: true });
  const file = join(values.results, at.replaceAll(':', '-').toLowerCase());
  const cpu = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`;
  const caption = `Node ${process.version}, ${cpu}, ${at}; flushed, in ${folder}`;
  const loads = [load()];
  const peers = values.peers === undefined ? undefined : await openPeers(values.peers, folder);
  console.log([`${caption}; load ${load()}`, ...(peers?.missing ?? [])].join('\n'));
  const results: Result[] = [];
  const keep = (result: Result): void => {
    results.push(result);
    appendFileSync(`${file}.jsonl`, `${JSON.stringify(result)}\n`);
    const { repetition, engine, workload, figures } = result;
    console.log(`${repetition}/${repetitions} ${workload}, ${engine}: ${summaryOf(figures)}`);
  };
  const failures: string[] = [];
  try {
    for (let repetition = 1; repetition <= repetitions; repetition += 1) {
      for (const workload of chosen) {
        const about = { at, workload: workload.name, repetition, node: process.version, cpu };
        keep({ ...about, engine: ours, figures: await once(workload) });
        loads.push(load());
        if (peers === undefined || workload.peers !== true) continue;
        failures.push(...(await measurePeers(peers, workload, about, keep)));
      }
    }
  } finally {
    await peers?.close();
  }
  const circumstances = `${caption}; load ${Math.min(...loads)} to ${Math.max(...loads)}, 1 of it is ours`;
  const report = `${circumstances}\n\n${reportOf(results, [...(peers?.missing ?? []), ...failures])}\n`;
  writeFileSync(`${file}.txt`, report);
  writeFileSync(`${file}.svg`, plotOf(results, circumstances));
  console.log(`\n${report}\nWritten to ${file}.jsonl, .txt and .svg`);
}

/** How many processes wanted to run in the last minute. More than a few: the figures are those of a busy machine. */
function load(): number {
  return Number(loadavg()[0]?.toFixed(1));
}

/** A peer that fails does not end the run: it is named in the report. */
async function measurePeers(
  peers: Peers,
  workload: Workload,
  about: Omit<Result, 'engine' | 'figures'>,
  keep: (result: Result) => void,
): Promise<string[]> {
  const failures: string[] = [];
  for (const engine of peers.names) {
    try {
      keep({ ...about, engine, figures: await peers.measure(engine, workload) });
    } catch (error) {
      failures.push(`${engine} failed in ${workload.name}: ${String(error)}`);
      console.log(failures.at(-1));
    }
  }
  return failures;
}

function chosenWorkloads(): readonly Workload[] {
  const all = values.smoke ? smokeWorkloads : fullWorkloads;
  const chosen = all.filter(({ name }) => values.only.split('|').some((part) => name.includes(part)));
  if (chosen.length > 0) return chosen;
  throw new Error(`no workload contains '${values.only}': ${all.map(({ name }) => name).join('; ')}`);
}

function chosenRepetitions(): number {
  if (values.repeat === undefined) return values.quick || values.smoke ? 1 : 3;
  const repetitions = Number(values.repeat);
  if (Number.isInteger(repetitions) && repetitions > 0) return repetitions;
  throw new Error(`--repeat: expected a whole number of at least 1, got '${values.repeat}'`);
}

function summaryOf(figures: Figures): string {
  const [name = '', value] =
    Object.entries(figures).find(([one]) =>
      /^(tasksPerS|livesPerS|snapshotBytes|resumeMs|startMs)$/.test(one),
    ) ?? [];
  return `${value} ${name}`;
}

await main();
