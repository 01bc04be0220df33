// Repair bench: plans of competition instances go wrong at a quarter, a half and three quarters: an operator that
// nobody planned happens. How much of the rest is kept, and what it costs, by following the old plan and by
// planning anew from there.
//
//   npm run bench:htn:repair -- --data FOLDER [--domains a,b] [--instances 4] [--time 5000]
//
// FOLDER holds a folder for each domain with `domain.hddl` and instances, as the IPC 2023 has them. It does not
// measure departures that no operator can bring about, nor plans that take longer than the time to find.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  planHtnNow,
  readHddl,
  repairPlan,
  validatePlan,
  type HtnDomain,
  type HtnPlan,
  type HtnProblem,
} from 'statewright/planning';
import { cpuMs } from '../processor.js';
import { applicableChanges } from './departures.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    domains: { type: 'string' },
    instances: { type: 'string', default: '4' },
    time: { type: 'string', default: '5000' },
  },
});
if (values.data === undefined) throw new Error('Expected --data FOLDER with a folder for each domain.');
const timeMs = Number(values.time);

interface Tally {
  departures: number;
  following: Measure;
  anew: Measure;
}

interface Measure {
  solved: number;
  /** Of these, without the planner: by following the old plan alone. */
  followed: number;
  /** Proven to have no repair. */
  none: number;
  kept: number;
  rest: number;
  cpuMs: number;
}

const empty = (): Measure => ({ solved: 0, followed: 0, none: 0, kept: 0, rest: 0, cpuMs: 0 });

function measured<Result>(work: () => Result): { readonly result: Result; readonly cpuMs: number } {
  const before = cpuMs();
  const result = work();
  return { result, cpuMs: cpuMs() - before };
}

/** One departure, repaired in both ways; every plan is checked. */
function depart(
  domain: HtnDomain,
  problem: HtnProblem,
  plan: HtnPlan,
  done: number,
  seed: number,
  tally: Tally,
): void {
  const observed = applicableChanges(domain, problem, plan, done, seed);
  if (observed === undefined) return;
  tally.departures += 1;
  const search = { now: Date.now, timeMs, memoryMb: 1024 };
  for (const way of ['following', 'anew'] as const) {
    const options = way === 'anew' ? { nodes: 0, search } : { nodes: 20_000, search };
    const { result, cpuMs } = measured(() => repairPlan(domain, problem, plan, { done, observed }, options));
    const own = tally[way];
    own.cpuMs += cpuMs;
    if (result.status === 'unsolvable') own.none += 1;
    if (result.status !== 'repaired') continue;
    if (result.by !== 'planning') own.followed += 1;
    const verdict = validatePlan(domain, problem, result.plan, [{ after: done, changes: observed }]);
    if (!verdict.valid) throw new Error(`A repaired plan is wrong: ${verdict.findings[0]?.message ?? ''}`);
    own.solved += 1;
    own.kept += result.kept.length;
    own.rest += plan.steps.length - done;
  }
}

function benchDomain(folder: string): Tally & { readonly plans: number } {
  const names = readdirSync(folder).filter((name) => name.endsWith('.hddl') && !name.includes('domain'));
  const tally: Tally = { departures: 0, following: empty(), anew: empty() };
  let plans = 0;
  for (const name of names.sort().slice(0, Number(values.instances))) {
    const own = name.replace('.hddl', '-domain.hddl');
    const domainFile = readdirSync(folder).includes(own) ? own : 'domain.hddl';
    const reader = readHddl(readFileSync(join(folder, domainFile), 'utf8'), domainFile);
    const problem = reader.problem(readFileSync(join(folder, name), 'utf8'), name);
    const outcome = planHtnNow(reader.domain, problem, { now: Date.now, timeMs, memoryMb: 1024 });
    if (outcome.status !== 'solved') continue;
    plans += 1;
    const { plan } = outcome;
    [0.25, 0.5, 0.75].forEach((share, turn) => {
      depart(reader.domain, problem, plan, Math.floor(plan.steps.length * share), turn + 1, tally);
    });
  }
  return { ...tally, plans };
}

const share = ({ kept, rest }: Measure): string =>
  rest === 0 ? '–' : `${Math.round((100 * kept) / rest)} %`;
const each = ({ cpuMs }: Measure, count: number): string =>
  count === 0 ? '–' : `${Math.round(cpuMs / count)}`;
const wanted = values.domains?.split(',');
console.log(
  '| domain | plans | departures | repaired (by following alone) | none, proven | kept | CPU ms each | anew: repaired | kept | CPU ms each |',
);
console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|');
for (const name of readdirSync(values.data).sort()) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  const { plans, departures, following, anew } = benchDomain(join(values.data, name));
  const cells = [
    name,
    plans,
    departures,
    `${following.solved} (${following.followed})`,
    following.none,
    share(following),
    each(following, departures),
    anew.solved,
    share(anew),
    each(anew, departures),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
