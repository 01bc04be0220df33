// Measuring repairs: a generated problem with a schedule, of which a part has run when some durations grow and a
// resource shrinks. Each repair is validated.
import { repair } from '#src/services/scheduling/repair/repair.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { cpuMs } from '../processor.js';
import { generateProblem, seeded } from './generate.js';

export interface RepairLine {
  readonly tasks: number;
  readonly repairs: number;
  /** Of the processor, for one repair. */
  readonly firstMs: number;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly movedTasks: number;
  readonly makespanBefore: number;
  readonly makespanAfter: number;
}

/** Repairs a schedule of so many tasks several times, each time after other changes. */
export function measureRepair(tasks: number, repairs: number, seed: number): RepairLine {
  const problem = generateProblem(tasks, seed);
  const { schedule, objective = 0 } = solveNow(problem, { scheduleLimit: 500, searches: 'heuristic', seed });
  if (schedule === undefined) throw new Error(`no schedule of ${tasks} tasks was found`);
  const random = seeded(seed);
  const times: number[] = [];
  let moved = 0;
  let makespans = 0;
  for (let round = 0; round < repairs; round += 1) {
    const now = Math.floor(objective * (0.2 + 0.5 * random()));
    const late = schedule.tasks.filter(({ end }) => end > now && random() < 0.05);
    const durations = late.map(({ id, start, end }) => ({ id, duration: Math.ceil((end - start) * 1.5) }));
    const begin = cpuMs();
    const result = repair(problem, schedule, {
      now,
      changes: { durations },
      stability: 0.1,
      seed: round + 1,
    });
    times.push(cpuMs() - begin);
    if (result.schedule === undefined) throw new Error(`repair ${round + 1} of ${tasks} tasks found nothing`);
    const [broken] = validateSchedule(result.problem, result.schedule);
    if (broken !== undefined) throw new Error(`${broken.path}: ${broken.message}`);
    moved += result.shifts.length;
    makespans += result.objective ?? 0;
  }
  const [firstMs = 0] = times;
  const sorted = times.slice(1).sort((one, other) => one - other);
  return {
    tasks,
    repairs,
    firstMs,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? firstMs,
    longestMs: sorted.at(-1) ?? firstMs,
    movedTasks: moved / repairs,
    makespanBefore: objective,
    makespanAfter: makespans / repairs,
  };
}
