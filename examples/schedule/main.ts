// A schedule in its life: found, asked how sure it is, repaired when the work has gone otherwise, and explained when
// there is none. Offline; run by `npm run example:schedule`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  explainInfeasible,
  parseProblemDocument,
  repair,
  scheduleText,
  simulateSchedule,
  solve,
  type Schedule,
  type ScheduleProblem,
} from 'statewright/scheduling';

const hour = { unitMs: 3_600_000, width: 100 };

function read(name: string): ScheduleProblem {
  // From dist/examples/schedule to examples/schedule.
  const file = fileURLToPath(new URL(`../../../examples/schedule/${name}`, import.meta.url));
  return parseProblemDocument(readFileSync(file, 'utf8'), { file: name });
}

async function find(problem: ScheduleProblem): Promise<Schedule> {
  const { schedule, status, objective } = await solve(problem, { scheduleLimit: 2000, seed: 1 });
  if (schedule === undefined) throw new Error(`expected a schedule, got ${status}`);
  console.log(`${problem.name}: ${status}, ${objective} hours\n`);
  console.log(scheduleText(problem, schedule, hour));
  return schedule;
}

/** Drying and laying the floor may take longer than planned. */
async function lookAhead(problem: ScheduleProblem, schedule: Schedule): Promise<void> {
  const { makespan, tasks } = await simulateSchedule(problem, schedule, {
    durations: {
      plaster: { p50: 6, p95: 9 },
      dry: { p50: 10, p95: 20 },
      floor: { p50: 8, p95: 13 },
      wiring: { least: 4, likely: 5, most: 8 },
    },
    samples: 500,
    seed: 1,
  });
  console.log(`Likely ${makespan.p50} hours; in 95 of 100 cases at most ${makespan.p95}.`);
  const often = tasks.filter(({ criticality }) => criticality > 0.9).map(({ id }) => id);
  console.log(`Nearly always critical: ${often.join(', ')}\n`);
}

/** On the morning of the third day: tiling took longer, the sprayer is lent out for a day, a window must be mended. */
function carryOn(problem: ScheduleProblem, schedule: Schedule): void {
  const now = 49;
  const {
    status,
    shifts,
    schedule: repaired,
    problem: left,
    objective,
  } = repair(problem, schedule, {
    now,
    stability: 0.2,
    changes: {
      durations: [{ id: 'tiles', duration: 9 }],
      capacities: [{ resource: 'sprayer', calendar: [{ from: 53, to: 75, capacity: 0 }] }],
      tasks: [
        { id: 'window', name: 'Mend the window', modes: [{ duration: 4, uses: [{ resource: 'worker' }] }] },
      ],
      lags: [{ from: 'window', to: 'kitchen' }],
    },
  });
  console.log(`After ${now} hours: ${status}, ${objective} hours. The sprayer is away, a window is broken.`);
  for (const { id, kind, from, to, cause } of shifts) {
    console.log(`  ${id} is ${kind}: ${from ?? 'nowhere'} → ${to ?? 'nowhere'}, for ${cause.message}`);
  }
  if (repaired !== undefined) console.log(`\n${scheduleText(left, repaired, hour)}`);
}

async function explain(problem: ScheduleProblem): Promise<void> {
  const { status, conflict, relaxations } = await explainInfeasible(problem, { seed: 1 });
  console.log(`${problem.name}: ${status}. In conflict are`);
  for (const { message } of conflict.constraints) console.log(`  ${message}`);
  console.log('Any one of these helps:');
  for (const { message, objective } of relaxations.slice(0, 6))
    console.log(`  ${message} → ${objective} hours`);
}

const flat = read('flat.yaml');
const planned = await find(flat);
await lookAhead(flat, planned);
carryOn(flat, planned);
await explain(read('flat-in-a-hurry.yaml'));
