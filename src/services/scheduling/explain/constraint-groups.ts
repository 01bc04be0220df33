// Constraint groups: the constraints of a problem, or its tasks, as assumptions of one exact model.
import type { Building } from '../instance/building.js';
import { pointOf, type Draft, never, not } from '../exact/draft.js';
import { Assumptions, type Literal } from '../exact/assumptions.js';
import { horizonOf } from '../exact/horizon.js';
import { type ExactModel, modelSteps } from '../exact/model.js';
import { compileSteps } from '../instance/compile.js';
import type { Instance } from '../instance/instance.js';
import type { ScheduleProblem, ScheduleTask as Task } from '../problem.js';
import { type Unit, unitsOf, withUnits } from './units.js';

export interface ConstraintGroups {
  readonly assumptions: Assumptions;
  /** Constraints of each group. What a model cannot do without is in none. */
  readonly groups: readonly (readonly Unit[])[];
  /** Constraints in no group: they hold in any case. */
  readonly rest: readonly Unit[];
}

/** Tasks at most, as for the exact search. */
const mostTasks = 3000;

const isBound = ({ kind }: Unit): boolean =>
  kind === 'release' || kind === 'deadline' || kind === 'fixed' || kind === 'horizon' || kind === 'now';

/**
 * Makes the model of all constraints of a problem. Bounds of time are assumed as such; lags, resources, locks and stocks
 * have guards; setups, budgets and requirements always hold.
 *
 * @returns undefined for a problem that is too large, or of which compiling shows already that it is impossible.
 */
export function* constraintGroups(problem: ScheduleProblem): Building<ConstraintGroups | undefined> {
  if (problem.tasks.length > mostTasks) return undefined;
  const units = unitsOf(problem);
  const bounds = new Set(units.filter(isBound).map(({ path }) => path));
  const { horizon: _, ...endless } = plain(problem);
  const instance = yield* compileSteps(withUnits(endless, (path) => !bounds.has(path)));
  if (instance.impossible !== undefined) return undefined;
  yield;
  // Long enough for whatever is left of it: also when what is fixed moves, in its longest mode.
  const movable = endless.tasks.map(({ fixed, ...task }) => ({
    ...task,
    release: Math.max(task.release, fixed?.start ?? 0),
  }));
  const horizon = horizonOf(yield* compileSteps({ ...endless, tasks: movable }), Infinity);
  const guards = new Map<string, number>();
  const model = yield* modelSteps(
    instance,
    horizon,
    (_solver, draft) => {
      for (const unit of units) addGuard(problem, unit, draft, guards);
    },
    true,
  );
  const literals = new LiteralsOf(problem, instance, model, guards);
  const groups = new Map<string, { units: Unit[]; literals: readonly Literal[] }>();
  const rest: Unit[] = [];
  for (const unit of units) {
    const own = literals.of(unit);
    // Fixed in a way that is none: nothing in the model stands for that.
    if (unit.kind === 'fixed' && own.length === 0) return undefined;
    const key = isBound(unit) ? unit.path : own.join();
    const group = groups.get(key);
    if (own.length === 0) rest.push(unit);
    else if (group === undefined) groups.set(key, { units: [unit], literals: own });
    else group.units.push(unit);
  }
  // What narrows the most down comes first: resources, then lags, then instants.
  const ranked = [...groups.values()].sort((one, other) => rankOf(one.units) - rankOf(other.units));
  return {
    assumptions: new Assumptions(
      model,
      ranked.map((group) => group.literals),
    ),
    groups: ranked.map((group) => group.units),
    rest,
  };
}

function rankOf([unit]: readonly Unit[]): number {
  if (unit === undefined || isBound(unit)) return 2;
  return unit.kind === 'lag' ? 1 : 0;
}

/** The problem without anything that its schedules are judged by. */
function plain(problem: ScheduleProblem): ScheduleProblem {
  const tasks = problem.tasks.map((task) => ({ ...task, value: 0 }));
  return { ...problem, tasks, objective: { kind: 'makespan' } };
}

/** Gives a guard to the present, and to bounds of tasks that may be left out: they bound nothing then. */
function addGuard(
  problem: ScheduleProblem,
  { kind, path, of }: Unit,
  draft: Draft,
  guards: Map<string, number>,
): void {
  if (kind !== 'now' && kind !== 'release' && kind !== 'deadline') return;
  const isMeant = (task: Task, place: number): boolean =>
    kind === 'now' ? task.fixed === undefined : task.id === of && draft.presence[place]! >= 0;
  const meant = [...problem.tasks.entries()].filter(
    ([place, task]) => isMeant(task, place) && draft.start[place]! >= 0,
  );
  if (meant.length === 0) return;
  const guard = draft.solver.boolean();
  guards.set(path, guard);
  for (const [place, task] of meant) {
    const bound: Literal =
      kind === 'now' ? [draft.start[place]!, problem.now] : boundOf(task, place, kind, draft);
    const presence = draft.presence[place]!;
    draft.solver.addClause([not(guard), ...(presence >= 0 ? [not(presence)] : []), bound]);
  }
}

/** What a release or a deadline says of a task's start or end. */
function boundOf(task: Task, place: number, kind: 'release' | 'deadline', draft: Draft): Literal {
  if (kind === 'release') return [draft.start[place]!, task.release];
  const { half, offset } = pointOf(draft, place, true);
  return [half + 1, offset - (task.deadline ?? 0)];
}

/** Literals that say what a constraint says; none where the model has no way to leave it out. */
class LiteralsOf {
  private readonly places: ReadonlyMap<string, number>;
  private readonly arcs = new Map<string, number>();
  private readonly draft: Draft;

  constructor(
    private readonly problem: ScheduleProblem,
    private readonly instance: Instance,
    private readonly model: ExactModel,
    private readonly guards: ReadonlyMap<string, number>,
  ) {
    this.draft = model.draft;
    this.places = new Map(problem.tasks.map(({ id }, place) => [id, place]));
    const { arcLag, arcIsMax } = instance;
    arcLag.forEach((lag, arc) => this.arcs.set(`${lag}.${arcIsMax[arc]}`, arc));
  }

  of(unit: Unit): Literal[] {
    const { problem, instance, model } = this;
    const { guards } = this.draft;
    const { of = '' } = unit;
    switch (unit.kind) {
      case 'release':
      case 'deadline':
      case 'fixed':
        return this.ofTask(unit, this.places.get(of) ?? -1);
      case 'horizon':
        return [[model.worth.makespan + 1, -(problem.horizon ?? 0)]];
      case 'now':
        return guarded(this.guards.get(unit.path));
      case 'lag': {
        const [, lag, side] = unit.path.split('.');
        return guarded(guards?.arcs[this.arcs.get(`${lag}.${side === 'max' ? 1 : 0}`) ?? -1]);
      }
      case 'capacity':
      case 'calendar':
        return guarded(guards?.resources[instance.resourceIds.indexOf(of)]);
      case 'lock':
        return guarded(guards?.resources[instance.resourceIds.indexOf(of, instance.reusableCount)]);
      case 'stock':
      case 'room':
        return guarded(guards?.stocks[instance.stockIds.indexOf(of)]);
      case 'requires':
      case 'setup':
      case 'budget':
        return [];
    }
  }

  private ofTask({ kind, path }: Unit, place: number): Literal[] {
    const { draft, instance } = this;
    const task = this.problem.tasks[place];
    const start = draft.start[place] ?? -1;
    if (task === undefined || start < 0) return [];
    // What is done in any case is bounded without a guard: its literal is the bound.
    if (kind === 'release' || kind === 'deadline')
      return draft.presence[place]! >= 0
        ? guarded(this.guards.get(path))
        : [boundOf(task, place, kind, draft)];
    const fixed = task.fixed?.start ?? 0;
    const mode = draft.mode[instance.modeFirst[place]! + (task.fixed?.mode ?? 0)]!;
    if (mode === never) return [];
    const literals: Literal[] = [
      [start, fixed],
      [start + 1, -fixed],
    ];
    for (const half of new Set([draft.presence[place]!, mode])) if (half >= 0) literals.push([half, 1]);
    return literals;
  }
}

const guarded = (half: number | undefined): Literal[] => (half === undefined || half < 0 ? [] : [[half, 1]]);

/**
 * Makes the model of a problem of which every task may be left out; each that must be done is a group, by its place.
 *
 * @returns undefined for a problem that is too large, or with a task that cannot be done even alone.
 */
export function* taskGroups(
  problem: ScheduleProblem,
): Building<{ assumptions: Assumptions; places: number[]; instance: Instance } | undefined> {
  if (problem.tasks.length > mostTasks) return undefined;
  const { tasks, ...others } = plain(problem);
  const instance = yield* compileSteps({ ...others, tasks: tasks.map(leavable) });
  if (instance.impossible !== undefined) return undefined;
  yield;
  const model = yield* modelSteps(instance, horizonOf(instance, Infinity));
  const presence = [...model.draft.presence];
  if (presence.some((half) => half < 0)) return undefined;
  const places = tasks.flatMap(({ optional, fixed }, place) =>
    optional && fixed === undefined ? [] : [place],
  );
  const assumptions = new Assumptions(
    model,
    tasks.map((_, place) => withRequired(instance, place).map((one) => [presence[one]!, 1])),
    places.map((place) => not(presence[place]!)),
  );
  return { assumptions, places, instance };
}

/** A task with all that it requires. */
export function withRequired({ requireFirst, requireTask }: Instance, place: number): number[] {
  const found = [place];
  for (let at = 0; at < found.length; at += 1) {
    const own = requireTask.subarray(requireFirst[found[at]!], requireFirst[found[at]! + 1]);
    for (const other of own) if (!found.includes(other)) found.push(other);
  }
  return found;
}

/** A task that may be left out; one that is fixed is held by a release and a deadline. */
function leavable({ fixed, ...task }: Task): Task {
  const mode = task.modes[fixed?.mode ?? 0];
  if (fixed === undefined || mode === undefined) return { ...task, optional: true };
  const end = fixed.start + mode.duration;
  return {
    ...task,
    optional: true,
    modes: [mode],
    release: Math.max(task.release, fixed.start),
    deadline: Math.min(task.deadline ?? end, end),
  };
}
