// Conflicts: which constraints leave no schedule, and with which tasks alone they do so. Proofs of the exact solver say where
// to look; what its model cannot leave out is tried one by one.
import type { Building } from '../instance/building.js';
import { toSchedule } from '../incumbent.js';
import type { ScheduleProblem } from '../problem.js';
import { validateSchedule } from '../validate.js';
import { constraintGroups, taskGroups, withRequired } from './constraint-groups.js';
import { minimalCore } from './minimal-core.js';
import { type MinimalSet, minimalSet } from './minimal-set.js';
import type { Oracle } from './oracle.js';
import { type Unit, unitsOf, withUnits } from './units.js';
import { withoutTasks } from './without-tasks.js';

/** Conflicts for the proof on which all depends. */
const firstConflicts = 1_000_000;

/** The problem with only these of its constraints. */
export function onlyUnits(problem: ScheduleProblem, units: readonly Unit[]): ScheduleProblem {
  const paths = new Set(units.map(({ path }) => path));
  return withUnits(problem, (path) => paths.has(path));
}

/** Constraints of an infeasible problem that alone leave no schedule. */
export async function unitsInConflict(problem: ScheduleProblem, oracle: Oracle): Promise<MinimalSet<Unit>> {
  const made = await build(oracle, constraintGroups(problem));
  const found = made === undefined ? undefined : await coreOfUnits(problem, made, oracle);
  const { shown, open } = found ?? { shown: [], open: unitsOf(problem) };
  const rest = await minimalSet(open, (subset) =>
    isInfeasible(onlyUnits(problem, [...shown, ...subset]), oracle),
  );
  return { items: [...shown, ...rest.items], isMinimal: rest.isMinimal };
}

/** Groups of one constraint that is needed are done with; of all others, each constraint is still to be looked at. */
async function coreOfUnits(
  problem: ScheduleProblem,
  {
    assumptions,
    groups,
    rest,
  }: NonNullable<ReturnType<typeof constraintGroups> extends Building<infer T> ? T : never>,
  oracle: Oracle,
): Promise<{ shown: Unit[]; open: Unit[] } | undefined> {
  const unitsOfGroups = (some: readonly number[]): Unit[] => some.flatMap((group) => groups[group] ?? []);
  const all = groups.map((_, group) => group);
  const core = await minimalCore(assumptions, all, oracle, firstConflicts, (some, { starts, modes }) => {
    const candidate = onlyUnits(problem, [...rest, ...unitsOfGroups(some)]);
    return validateSchedule(candidate, toSchedule(candidate, starts, modes), { most: 1 }).length === 0;
  });
  if (core === undefined) return undefined;
  const isShown = (group: number): boolean => groups[group]?.length === 1 && !core.unsure.has(group);
  return {
    shown: unitsOfGroups(core.groups.filter(isShown)),
    open: [...rest, ...unitsOfGroups(core.groups.filter((group) => !isShown(group)))],
  };
}

/** Tasks of an infeasible problem that alone leave no schedule. */
export async function tasksInConflict(problem: ScheduleProblem, oracle: Oracle): Promise<readonly string[]> {
  const made = await build(oracle, taskGroups(problem));
  const core =
    made === undefined
      ? undefined
      : await minimalCore(made.assumptions, made.places, oracle, firstConflicts, () => true);
  const ids = problem.tasks.map(({ id }) => id);
  if (made !== undefined && core !== undefined) {
    const kept = new Set(core.groups.flatMap((place) => withRequired(made.instance, place)));
    return ids.filter((_, place) => kept.has(place));
  }
  const { items } = await minimalSet(ids, (subset) => {
    const kept = new Set(subset);
    return isInfeasible(
      withoutTasks(problem, (id) => !kept.has(id)),
      oracle,
    );
  });
  return items;
}

async function isInfeasible(candidate: ScheduleProblem, oracle: Oracle): Promise<boolean | undefined> {
  if (oracle.isOutOfTime) return undefined;
  const { status } = await oracle.find(candidate);
  return status === 'unknown' ? undefined : status === 'infeasible';
}

/** Builds a model in pieces. */
async function build<T>(oracle: Oracle, building: Building<T>): Promise<T | undefined> {
  const built = await oracle.work((isDue) => {
    while (!isDue()) {
      const step = building.next();
      if (step.done === true) return { value: step.value };
    }
    return undefined;
  });
  return built?.value;
}
