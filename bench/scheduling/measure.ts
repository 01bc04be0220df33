// Measuring: one instance, one limit, one result, which the validator has seen.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scheduleSvg } from '#src/services/scheduling/picture/svg-gantt.js';
import { solve } from '#src/services/scheduling/solve.js';
import type { SolveOptions } from '#src/services/scheduling/search.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { cpuMs } from '../processor.js';
import { criticalPathOf, type Instance } from './instances.js';

export interface Limit {
  readonly schedules?: number;
  readonly seconds?: number;
}

/** One line of the results. */
export interface Line {
  readonly set: string;
  readonly name: string;
  readonly limit: Limit;
  readonly seed: number;
  readonly tasks: number;
  readonly status: string;
  readonly stopped: string;
  readonly objective?: number;
  readonly bound: number | null;
  readonly criticalPath: number;
  /** Best published makespan. */
  readonly bestKnown?: number;
  readonly schedules: number;
  readonly improvements: number;
  /** Which search made the last improvement. */
  readonly by?: string;
  /** When the last improvement was made. */
  readonly bestMs?: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface MeasureOptions extends Pick<SolveOptions, 'seed' | 'workers' | 'searches'> {
  /** Whether seconds are counted of the processor (all threads) or of the wall. */
  readonly clock: 'cpu' | 'wall';
  /** Folder into which a picture of each schedule is drawn [none]. */
  readonly pictures?: string | undefined;
}

/** Solves an instance and throws when the schedule is not valid or the verdict contradicts what is known. */
export async function measure(instance: Instance, limit: Limit, options: MeasureOptions): Promise<Line> {
  const problem = instance.problem();
  const seed = options.seed ?? 1;
  const beginWall = performance.now();
  const beginCpu = cpuMs();
  const result = await solve(problem, {
    seed,
    ...(options.searches === undefined ? {} : { searches: options.searches }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(limit.schedules === undefined ? {} : { scheduleLimit: limit.schedules }),
    ...(limit.seconds === undefined ? {} : { timeLimitMs: limit.seconds * 1000 }),
    sliceMs: 100,
    now: options.clock === 'cpu' ? cpuMs : () => performance.now(),
  });
  const wallMs = performance.now() - beginWall;
  const { schedule, objective, status, bound } = result;
  const wrong = (what: string): Error => new Error(`${instance.name}: ${what}`);
  if (schedule !== undefined) {
    const [broken] = validateSchedule(problem, schedule);
    if (broken !== undefined) throw wrong(`${broken.path}: ${broken.message}`);
    if (options.pictures !== undefined) {
      mkdirSync(options.pictures, { recursive: true });
      const title = `${instance.name}: ${status}, ${objective}`;
      const file = join(options.pictures, `${instance.name.replaceAll('/', '-')}.svg`);
      writeFileSync(file, scheduleSvg(problem, schedule, { title }));
    }
  }
  const { best } = instance;
  if (best !== undefined && status === 'infeasible') throw wrong('called infeasible, but has a schedule');
  if (best !== undefined && bound > best.ub) throw wrong(`bound ${bound}, but ${best.ub} is known`);
  if (best !== undefined && objective !== undefined && objective < best.lb) {
    throw wrong(`makespan ${objective}, but at least ${best.lb} is known`);
  }
  const last = result.improvements.at(-1);
  return {
    set: instance.set,
    name: instance.name,
    limit,
    seed,
    tasks: problem.tasks.length,
    status,
    stopped: result.stopped,
    ...(objective === undefined ? {} : { objective }),
    bound: Number.isFinite(bound) ? bound : null,
    criticalPath: criticalPathOf(problem),
    ...(best === undefined ? {} : { bestKnown: best.ub }),
    schedules: result.schedules,
    improvements: result.improvements.length,
    ...(last === undefined ? {} : { by: last.by, bestMs: Math.round(last.elapsedMs) }),
    wallMs: Math.round(wallMs),
    cpuMs: Math.round(cpuMs() - beginCpu),
  };
}
