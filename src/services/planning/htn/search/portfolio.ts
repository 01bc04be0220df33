// Portfolio: several searches of one problem, each in its turn for a slice that doubles from round to round. What
// a slice is, is counted in work and not in time, so that the same seed searches the same. First lifted, for a
// moment; then on the ground model; networks that are partly ordered as sequences first, then as they are.
import type { Domain, Problem } from '../domain.js';
import { type GroundOutcome, groundProgram } from '../ground/ground.js';
import type { GroundModel } from '../ground/model.js';
import { cutMethods } from '../program/cut.js';
import { lowerState } from '../program/lower-symbols.js';
import { lowerProgram } from '../program/lower.js';
import type { Program } from '../program/program.js';
import type { SearchOptions, SearchOutcome } from '../search-outcome.js';
import type { HtnPlan } from '../solution.js';
import { createChance } from './chance.js';
import { type Entrant, groundSearches, improver, lifted, progression } from './entrants.js';
import { linearise } from './linearise.js';
import { Meter } from './meter.js';
import { Relaxation } from './relaxation.js';

/** About a tenth of a second. */
const firstSlice = 1 << 24;
/** Of the memory: a search that finds a plan soon or not at all gets by with less than one that keeps all it saw. */
const liftedShare = 0.3;
/** Steps of a search between two looks at the limits, where they are light: looking at a clock takes time too. */
const stepsPerLook = 256;

/** What a search was asked, and its books. */
interface Task {
  readonly domain: Domain;
  readonly problem: Problem;
  readonly options: SearchOptions;
  readonly meter: Meter;
  /** Networks as they are, and as sequences: the same where they are. */
  readonly program: Program;
  readonly sequences: Program;
  readonly entrants: Entrant[];
  readonly models: GroundModel[];
}

/** Searches with rests in which a caller may do something else. */
export function* searchProgram(
  domain: Domain,
  problem: Problem,
  options: SearchOptions,
): Generator<void, SearchOutcome> {
  const meter = new Meter(options);
  const state = yield* lowerState(domain, problem);
  const program = cutMethods(lowerProgram(domain, problem, state));
  yield;
  const linear = program.isTotalOrder ? { domain, problem } : linearise(domain, problem);
  const sequences = program.isTotalOrder
    ? program
    : cutMethods(lowerProgram(linear.domain, linear.problem, state));
  const task: Task = { domain, problem, options, meter, program, sequences, entrants: [], models: [] };
  const grounding = groundOnce(task, sequences);
  const outcome = yield* findFirst(task, grounding);
  if (outcome.status !== 'solved' || options.improve !== true || problem.metric !== undefined) return outcome;
  return yield* improve(task, grounding, outcome.plan);
}

type Grounding = () => Generator<void, GroundModel | SearchOutcome>;

/** Grounds when it is first asked to, and once. */
function groundOnce(task: Task, program: Program): Grounding {
  let known: GroundModel | SearchOutcome | undefined;
  return function* ground() {
    if (known !== undefined) return known;
    const { meter } = task;
    const result = yield* groundBeside(task, program, (bytes) => meter.goOn(bytes + bytesOf(task)));
    if ('status' in result) return result;
    if (result.kind === 'model' && hasRoomFor(task, result.model)) {
      note(meter, result.model);
      task.models.push(result.model);
      known = result.model;
    } else {
      if (result.kind === 'model') meter.isFull = true;
      known = result.kind === 'unsolvable' ? relaxedAway(meter) : limited(meter, 'grounding');
    }
    return known;
  };
}

/** Grounds, and lets the searches that have begun go on in turn with it. An outcome, when one of them ends all. */
function* groundBeside(
  task: Task,
  program: Program,
  goOn: (bytes: number) => boolean,
): Generator<void, GroundOutcome | SearchOutcome> {
  const run = groundProgram(program, goOn);
  let turnAt = firstSlice * 8;
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
    yield;
    if (next.value < turnAt || task.entrants.length === 0) continue;
    const outcome = yield* raceOnce(task, turnAt / 2);
    if (outcome !== null) return outcome;
    turnAt *= 2;
  }
}

function* findFirst(task: Task, grounding: Grounding): Generator<void, SearchOutcome> {
  const { domain, problem, options, program, entrants } = task;
  const { maxDepth, memoryBytes } = task.meter;
  const seed = options.seed ?? 1;
  const chance = createChance(seed);
  const wants = (strategy: 'lifted' | 'ground'): boolean => options.strategies?.includes(strategy) ?? true;
  if (wants('lifted')) {
    const share = memoryBytes * (wants('ground') ? liftedShare : 0.9);
    entrants.push(lifted({ domain, problem, program, maxDepth, seed, memoryBytes: share }));
    const first = yield* race(task, wants('ground') ? firstSlice : Infinity);
    if (first !== null) return first;
  }
  if (!wants('ground')) return limited(task.meter, 'lifted');
  const ground = yield* grounding();
  if ('program' in ground) {
    const searches = groundSearches(
      { domain, problem, model: ground, maxDepth },
      program.isTotalOrder,
      chance,
    );
    const others = entrants.splice(0);
    yield* enter(task, ground, searches.slice(0, 1));
    entrants.push(...others);
    yield* enter(task, ground, searches.slice(1));
  } else if (ground.status !== 'unsolvable' || program.isTotalOrder) {
    return entrants.length === 0 ? ground : yield* withoutGround(task, ground);
  }
  if (!program.isTotalOrder) {
    const first = yield* race(task, firstSlice * 4);
    if (first !== null) return first;
    const partial = yield* groundOnce(task, program)();
    if (!('program' in partial)) return yield* withoutGround(task, partial);
    yield* enter(task, partial, [() => progression({ domain, problem, model: partial, maxDepth })]);
  }
  return (yield* race(task, Infinity)) ?? limited(task.meter, 'all');
}

/** Lets searches take part as long as there is room for what each of them begins with. */
function* enter(task: Task, model: GroundModel, searches: readonly (() => Entrant)[]): Generator<void, void> {
  for (const make of searches) {
    if (!hasRoomFor(task, model)) {
      task.meter.isFull = true;
      return;
    }
    task.entrants.push(make());
    yield;
  }
}

/** Whether there is room for what a search of a model begins with, and for the model when it is new. */
function hasRoomFor(task: Task, model: GroundModel): boolean {
  const own = task.models.includes(model) ? 0 : model.bytes;
  return task.meter.hasRoom(bytesOf(task) + own + Relaxation.bytesFor(model));
}

/** Bytes of all searches and of what they search. */
function bytesOf({ entrants, models }: Task): number {
  return sum(entrants, (entrant) => entrant.bytes) + sum(models, (model) => model.bytes);
}

/**
 * Grounding met a limit, or found that there is no plan: only when it was the limit of memory may the searches that have
 * begun go on.
 */
function* withoutGround(task: Task, ground: SearchOutcome): Generator<void, SearchOutcome> {
  if (ground.status !== 'limit' || ground.limit !== 'memory') return ground;
  task.meter.startAnew();
  return (yield* race(task, Infinity)) ?? ground;
}

/** Searches on for cheaper plans until there are none, or a limit. */
function* improve(task: Task, grounding: Grounding, first: HtnPlan): Generator<void, SearchOutcome> {
  const { domain, problem, options, meter, program } = task;
  let plan = first;
  const solved = (optimal: boolean): SearchOutcome => {
    return { status: 'solved', plan, optimal, statistics: meter.statistics('improvement') };
  };
  task.entrants.length = 0;
  const ground = yield* grounding();
  if (!('program' in ground)) return solved(false);
  const search = improver({ domain, problem, model: ground, maxDepth: meter.maxDepth });
  for (;;) {
    search.bound(plan.cost);
    const status = search.step();
    if (status === 'exhausted') return solved(program.isTotalOrder);
    if (status === 'cut') return solved(false);
    if (status === 'found') {
      const better = search.plan();
      if (better.cost < plan.cost) {
        plan = better;
        options.onImprovement?.(plan);
      }
    }
    meter.nodes += 1;
    if (meter.nodes % stepsPerLook === 0) {
      if (!meter.goOn(search.bytes)) return solved(false);
      yield;
    }
  }
}

function note(meter: Meter, model: GroundModel): void {
  meter.facts = model.factCount;
  meter.operators = model.operatorCount;
  meter.tasks = model.taskCount - model.operatorCount;
  meter.methods = model.methodCount;
}

function limited(meter: Meter, strategy: string): SearchOutcome {
  const limit = meter.limit ?? (meter.isFull ? 'memory' : meter.isCut ? 'depth' : 'stopped');
  return { status: 'limit', limit, reason: meter.reasonFor(limit), statistics: meter.statistics(strategy) };
}

function relaxedAway(meter: Meter): SearchOutcome {
  const reason = 'Even if nothing were ever undone, the tasks could not all be done.';
  return { status: 'unsolvable', reason, statistics: meter.statistics('relaxation') };
}

/**
 * Lets the entrants search in turn. Those that end without a plan leave the list.
 *
 * @param work - Slice with which to end.
 * @returns null when that has been done, or no entrant is left.
 */
function* race(task: Task, work: number): Generator<void, SearchOutcome | null> {
  for (let slice = firstSlice; slice <= work && task.entrants.length > 0; slice *= 2) {
    const outcome = yield* raceOnce(task, slice);
    if (outcome !== null) return outcome;
  }
  return null;
}

/** Lets each entrant search once, for a slice. */
function* raceOnce(task: Task, slice: number): Generator<void, SearchOutcome | null> {
  const { entrants, meter, options } = task;
  for (const entrant of entrants.slice()) {
    const status = yield* runSlice(task, entrant, entrant.work + slice * entrant.share);
    if (meter.limit !== null) return limited(meter, entrant.name);
    if (status === 'found') {
      const plan = entrant.plan();
      options.onImprovement?.(plan);
      return { status: 'solved', plan, optimal: false, statistics: meter.statistics(entrant.name) };
    }
    if (status === 'exhausted' && entrant.isComplete) {
      const reason = 'Every decomposition was tried.';
      return { status: 'unsolvable', reason, statistics: meter.statistics(entrant.name) };
    }
    if (status === 'cut' && entrant.isFull === true) meter.isFull = true;
    else if (status === 'cut') meter.isCut = true;
    if (status !== 'open') entrants.splice(entrants.indexOf(entrant), 1);
  }
  return null;
}

function* runSlice(
  task: Task,
  entrant: Entrant,
  endAt: number,
): Generator<void, ReturnType<Entrant['step']>> {
  const { entrants, meter } = task;
  const others = entrants.filter((each) => each !== entrant);
  const nodes = sum(others, (each) => each.nodes);
  const revisits = sum(others, (each) => each.revisits);
  const bytes = bytesOf(task) - entrant.bytes;
  let status: ReturnType<Entrant['step']> = 'open';
  while (status === 'open' && entrant.work < endAt) {
    const lookAt = entrant.work + workPerLook;
    for (let step = 0; step < stepsPerLook && status === 'open' && entrant.work < lookAt; step += 1) {
      status = entrant.step();
    }
    meter.nodes = nodes + entrant.nodes;
    meter.revisits = revisits + entrant.revisits;
    meter.depth = Math.max(meter.depth, entrant.depth);
    if (status === 'open' && !meter.goOn(bytes + entrant.bytes)) return status;
    yield;
  }
  return status;
}

/** Work between two looks at the limits: well under 10 ms. */
const workPerLook = 1 << 20;

function sum<Member>(members: readonly Member[], of: (member: Member) => number): number {
  return members.reduce((total, member) => total + of(member), 0);
}
