// Instances: the problems of a set, from files or generated, with what is known of each.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScheduleProblem } from '#src/services/scheduling/problem.js';
import { generateProblem } from './generate.js';
import { readRcp } from './read-rcp.js';
import { readSm } from './read-sm.js';

/** The best bounds that have been published. */
interface BestKnown {
  readonly cpm: number;
  readonly lb: number;
  readonly ub: number;
}

export interface Instance {
  readonly set: string;
  readonly name: string;
  readonly best: BestKnown | undefined;
  readonly problem: () => ScheduleProblem;
}

/** How many problems there are of each size that is generated. */
const generatedProblems = 5;

/**
 * The instances of sets: `j30`, `ksd15_d` … are folders of the data (or begin the name of one), `generated-1000` is
 * made here. Of each set, `sample` instances are taken, evenly [all].
 */
export function instancesOf(folder: string, sets: readonly string[], sample: number | undefined): Instance[] {
  return sets.flatMap((set) => {
    const size = /^generated-(\d+)$/.exec(set)?.[1];
    const all = size === undefined ? fromFolder(folder, set) : generated(set, Number(size));
    if (sample === undefined || sample >= all.length) return all;
    return Array.from(
      { length: sample },
      (_, nth) => all[Math.floor((nth * all.length) / sample)] as Instance,
    );
  });
}

function generated(set: string, size: number): Instance[] {
  return Array.from({ length: generatedProblems }, (_, index) => ({
    set,
    name: `${set}/${index + 1}`,
    best: undefined,
    problem: () => generateProblem(size, index + 1),
  }));
}

function fromFolder(folder: string, set: string): Instance[] {
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const wanted = set.toLowerCase();
  const own =
    folders.find((name) => name.toLowerCase() === wanted) ??
    folders.find((name) => name.toLowerCase() === `${wanted}_consprod`);
  if (own === undefined) {
    throw new Error(`--set: expected one of ${folders.join(', ')} or generated-N, got '${set}'`);
  }
  const file = join(folder, 'best-known.json');
  const known = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, BestKnown>>)
    : {};
  return readdirSync(join(folder, own))
    .filter((name) => /\.(sm|mm|rcp)$/.test(name))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((name) => ({
      set,
      name: `${set}/${name.replace(/\.\w+$/, '')}`,
      best: known[keyOf(set, name)],
      problem: () => readInstance(join(folder, own, name)),
    }));
}

/** `j3010_1.sm` of the set j30 is `j30/10/1`. */
function keyOf(set: string, name: string): string {
  const [, parameters, replicate] = /^(\d+)_(\d+)\./.exec(name.replace(set, '')) ?? [];
  return `${set}/${parameters}/${replicate}`;
}

export function readInstance(file: string): ScheduleProblem {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.rcp') ? readRcp(text) : readSm(text);
}

/** The longest chain of durations (of the shortest modes) and least lags: no schedule is shorter. */
export function criticalPathOf(problem: ScheduleProblem): number {
  const index = new Map(problem.tasks.map(({ id }, place) => [id, place]));
  const durations = problem.tasks.map(({ modes }) => Math.min(...modes.map(({ duration }) => duration)));
  const after: number[][] = durations.map(() => []);
  const waiting = durations.map(() => 0);
  for (const { from, to } of problem.lags) {
    const target = index.get(to) ?? 0;
    after[index.get(from) ?? 0]?.push(target);
    waiting[target] = (waiting[target] ?? 0) + 1;
  }
  const starts = durations.map(() => 0);
  const ready = durations.flatMap((_, place) => (waiting[place] === 0 ? [place] : []));
  let latest = 0;
  for (let place = ready.pop(); place !== undefined; place = ready.pop()) {
    const end = (starts[place] ?? 0) + (durations[place] ?? 0);
    latest = Math.max(latest, end);
    for (const next of after[place] ?? []) {
      starts[next] = Math.max(starts[next] ?? 0, end);
      waiting[next] = (waiting[next] ?? 0) - 1;
      if (waiting[next] === 0) ready.push(next);
    }
  }
  return latest;
}
