// Explaining what is infeasible: a smallest set of constraints in conflict, and what it would take to relax each.
//
// E1 The constraints in conflict, alone, already leave no schedule.
// E2 When the set is called minimal, the problem of the set without any one of them has a schedule.
// E3 A relaxation that is told has a schedule, which is valid for the relaxed problem.
import { createSystemClock } from '../../clock.js';
import type { ScheduleProblem } from '../problem.js';
import type { ScheduleStatus } from '../schedule.js';
import type { SolveOptions } from '../search.js';
import { onlyUnits, tasksInConflict, unitsInConflict } from './conflict.js';
import { createOracle, type Oracle } from './oracle.js';
import { type Relaxation, relaxationsOf } from './relaxations.js';
import type { Unit } from './units.js';

export interface ExplainOptions extends Pick<SolveOptions, 'seed' | 'signal' | 'sliceMs' | 'now'> {
  /** For all of it [20,000]. */
  readonly timeLimitMs?: number;
  /** Most schedules for one question [2,000]. */
  readonly scheduleLimit?: number;
  /** Whether to look for relaxations [true]. */
  readonly relax?: boolean;
}

/** Why there is no schedule. */
export interface Infeasibility {
  /** `infeasible` when that was proved; else there is no conflict to tell. */
  readonly status: ScheduleStatus;
  readonly conflict: {
    readonly constraints: readonly Unit[];
    /** Tasks with which alone the constraints are in conflict. */
    readonly tasks: readonly string[];
    /** Whether every constraint was shown to be needed. */
    readonly isMinimal: boolean;
  };
  /** For each constraint in conflict and each of its tasks, what would do: amounts and dates first. */
  readonly relaxations: readonly Relaxation[];
  /** Problems that were looked at. */
  readonly questions: number;
  readonly elapsedMs: number;
}

/** How much more effort than the others the first question is worth: on it all depends. */
const firstEffort = 100;

/** Shares of the time after which the constraints, and then the tasks, are left as they are. */
const unitsShare = 0.5;
const tasksShare = 0.6;

const nothing = { constraints: [], tasks: [], isMinimal: true } as const;

/**
 * Explains why a problem has no schedule. Of several conflicts it finds one; each relaxation is checked against the
 * whole problem, so that one that is told resolves all of them.
 *
 * @param problem - As {@link readProblem} gives it.
 */
export async function explainInfeasible(
  problem: ScheduleProblem,
  options: ExplainOptions = {},
): Promise<Infeasibility> {
  const now = options.now ?? createSystemClock().now;
  const begin = now();
  const oracle = createOracle({
    seed: options.seed ?? 1,
    scheduleLimit: options.scheduleLimit ?? 2000,
    timeLimitMs: options.timeLimitMs ?? 20_000,
    signal: options.signal,
    sliceMs: options.sliceMs,
    now,
  });
  const first = await oracle.find(problem, firstEffort);
  const status = first.status === 'optimal' ? 'feasible' : first.status;
  const end = (): Pick<Infeasibility, 'questions' | 'elapsedMs'> => {
    return { questions: oracle.questions, elapsedMs: now() - begin };
  };
  if (status !== 'infeasible') return { status, conflict: nothing, relaxations: [], ...end() };
  const conflict = await conflictOf(problem, oracle);
  oracle.allow(1);
  const relaxations = options.relax === false ? [] : await relaxationsOf(problem, conflict, oracle);
  return { status, conflict, relaxations, ...end() };
}

async function conflictOf(problem: ScheduleProblem, oracle: Oracle): Promise<Infeasibility['conflict']> {
  oracle.allow(unitsShare);
  const units = await unitsInConflict(problem, oracle);
  const core = onlyUnits(problem, units.items);
  oracle.allow(tasksShare);
  return {
    constraints: units.items,
    tasks: await tasksInConflict(core, oracle),
    isMinimal: units.isMinimal,
  };
}
