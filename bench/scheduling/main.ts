// Benchmark of the scheduling service: solves instances by number of schedules or by seconds, validates every
// schedule, writes one line of JSON for each result and prints a table. Run by `npm run bench:scheduling`.
import { fork } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Instance, instancesOf } from './instances.js';
import { type Limit, type Line, measure, type MeasureOptions } from './measure.js';
import { measureBlocking } from './measure-blocking.js';
import { measureExplain } from './measure-explain.js';
import { measureRepair } from './measure-repair.js';
import { measureSpeed } from './measure-speed.js';
import { shownLimit, tableOf } from './tables.js';

const help = `npm run bench:scheduling -- --data DIR [options]

  --data DIR        the folder with the sets (PSPLIB or CPR), unpacked
  --set NAMES       sets, with commas between [j30]; generated-N makes problems of N tasks
  --sample N        only N instances of each set, evenly taken [all]
  --schedules LIST  limits by number of schedules, such as 1000,5000,50000; only heuristic searches take part
  --seconds LIST    limits by time, such as 60; all searches take part
  --clock NAME      wall or cpu: what the seconds are counted of [wall]
  --searches NAME   all, heuristic or exact [by the kind of the limit]
  --workers N       worker threads for one instance [0]
  --seed N          [1]
  --jobs N          1 or 2 processes, each with its part of the instances [1]
  --results FILE    where lines are added [bench/results/scheduling.jsonl]
  --svg DIR         draw each schedule into this folder
  --speed           measure how many schedules a second are generated instead
  --repair          measure repairs of generated problems instead (no data is needed)
  --blocking        measure how long the caller's event loop is blocked instead (no data is needed)
  --explain         measure explanations instead: of what is infeasible, or is with one unit of time less than needed
  --quiet           no line for each result on the screen
`;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.' },
    set: { type: 'string', default: 'j30' },
    sample: { type: 'string' },
    schedules: { type: 'string' },
    seconds: { type: 'string' },
    clock: { type: 'string', default: 'wall' },
    searches: { type: 'string' },
    workers: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    /** Of a job: its number, from 0. */
    part: { type: 'string' },
    results: { type: 'string', default: join('bench', 'results', 'scheduling.jsonl') },
    quiet: { type: 'boolean', default: false },
    svg: { type: 'string' },
    speed: { type: 'boolean', default: false },
    repair: { type: 'boolean', default: false },
    blocking: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0)
    throw new Error(`--${name}: expected a whole number, got '${text}'`);
  return number;
}

function choiceOf<T extends string>(name: string, choices: readonly T[], text: string): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Error(`--${name}: expected one of ${choices.join(', ')}, got '${text}'`);
  return found;
}

function limits(): Limit[] {
  const list = (name: 'schedules' | 'seconds'): number[] =>
    (values[name] ?? '')
      .split(',')
      .filter(Boolean)
      .map((text) => numberOf(name, text));
  const found = [
    ...list('schedules').map((schedules) => ({ schedules })),
    ...list('seconds').map((seconds) => ({ seconds })),
  ];
  return found.length === 0 ? [{ schedules: 1000 }] : found;
}

const optionsFor = (limit: Limit): MeasureOptions => ({
  seed: numberOf('seed', values.seed),
  workers: numberOf('workers', values.workers),
  searches: choiceOf(
    'searches',
    ['all', 'heuristic', 'exact'],
    values.searches ?? (limit.schedules === undefined ? 'all' : 'heuristic'),
  ),
  clock: choiceOf('clock', ['wall', 'cpu'], values.clock),
  pictures: values.svg,
});

async function measureAll(instances: readonly Instance[], take: (line: Line) => void): Promise<void> {
  for (const limit of limits()) {
    for (const instance of instances) take(await measure(instance, limit, optionsFor(limit)));
  }
}

/** Starts the other processes; their lines come as messages. */
async function forkAll(jobs: number, take: (line: Line) => void): Promise<void> {
  const script = fileURLToPath(import.meta.url);
  await Promise.all(
    Array.from({ length: jobs }, (_, part) => {
      const child = fork(script, [...process.argv.slice(2), '--part', String(part)]);
      child.on('message', (line) => take(line as Line));
      return new Promise<void>((resolve, reject) => {
        child.on('exit', (code) => {
          if (code === 0) resolve();
          else reject(new Error(`part ${part} of the benchmark ended with exit code ${code}`));
        });
      });
    }),
  );
}

function show(line: Line): void {
  const { name, limit, status, objective, bound, bestKnown, schedules, wallMs, by = '' } = line;
  const known = bestKnown === undefined ? '' : ` (best known ${bestKnown})`;
  console.log(
    `${name.padEnd(16)} ${shownLimit(limit)}  ${status.padEnd(10)} ${objective ?? '–'} ≥ ${bound ?? '–'}${known}  ${schedules} schedules  ${(wallMs / 1000).toFixed(2)} s  ${by}`,
  );
}

function showRepairs(): void {
  for (const tasks of [50, 100, 200, 500, 1000]) {
    console.log(
      JSON.stringify({ measure: 'repair', ...measureRepair(tasks, 20, numberOf('seed', values.seed)) }),
    );
  }
}

async function showBlocking(): Promise<void> {
  const seconds = numberOf('seconds', values.seconds ?? '5');
  for (const tasks of [120, 1000, 10_000]) {
    console.log(JSON.stringify({ measure: 'blocking', ...(await measureBlocking(tasks, 8, seconds)) }));
  }
}

async function showExplanations(instances: readonly Instance[]): Promise<void> {
  const seconds = numberOf('seconds', values.seconds ?? '20');
  for (const instance of instances) {
    const line = await measureExplain(instance, seconds, true);
    if (line !== undefined) console.log(JSON.stringify({ measure: 'explain', ...line }));
  }
}

function showSpeed(sets: readonly string[], instances: readonly Instance[]): void {
  for (const set of sets) {
    const own = instances.filter((instance) => instance.set === set);
    console.log(JSON.stringify({ measure: 'speed', ...measureSpeed(set, own) }));
  }
}

async function main(): Promise<void> {
  if (values.help) return console.log(help);
  if (values.repair) return showRepairs();
  if (values.blocking) return await showBlocking();
  const sample = values.sample === undefined ? undefined : numberOf('sample', values.sample);
  const sets = values.set.split(',').filter(Boolean);
  const instances = instancesOf(values.data, sets, sample);
  if (values.explain) return await showExplanations(instances);
  if (values.speed) return showSpeed(sets, instances);
  const jobs = numberOf('jobs', values.jobs);
  if (jobs < 1 || jobs > 2) throw new Error(`--jobs: expected 1 or 2, got ${jobs}`);
  if (values.part !== undefined) {
    const part = numberOf('part', values.part);
    const own = instances.filter((_, index) => index % jobs === part);
    await measureAll(own, (line) => process.send?.(line));
    process.disconnect();
    return;
  }
  mkdirSync(dirname(values.results), { recursive: true });
  const lines: Line[] = [];
  const take = (line: Line): void => {
    lines.push(line);
    appendFileSync(values.results, `${JSON.stringify(line)}\n`);
    if (!values.quiet) show(line);
  };
  if (jobs === 1) await measureAll(instances, take);
  else await forkAll(jobs, take);
  const places = new Map(instances.map(({ name }, index) => [name, index]));
  lines.sort((one, other) => (places.get(one.name) ?? 0) - (places.get(other.name) ?? 0));
  const ordered = limits().flatMap((limit) =>
    lines.filter((line) => shownLimit(line.limit) === shownLimit(limit)),
  );
  console.log(`\n${tableOf(ordered)}`);
}

await main();
