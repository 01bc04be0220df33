// Life: one process that carries a scenario on, from its start to the goal's end or to its own.
import {
  createEngine,
  EngineError,
  type EffectClass,
  type Engine,
  type Fact,
  type GoalHandle,
  type Json,
  type Result,
} from '../index.js';
import { goalEnds } from '../model/goal.js';
import type { Clock } from '../services/clock.js';
import type { ManualClock } from './manual-clock.js';
import { createOutsideCalls, type OutsideCalls } from './outside-calls.js';
import type { Scenario, VerifySettings } from './scenario.js';
import type { ScriptedTool } from './scripted-tools.js';
import { createSeededIds } from './seeded-ids.js';
import type { TestLevel } from './test-level.js';
import type { Witness } from './witness.js';

/** The id of the goal of every run. */
export const goalId = 'scenario';

/** How a goal came to its end, and what was left when its engine had been closed. */
export interface Ended {
  readonly result: Result;
  readonly facts: readonly Fact[];
  /** Task → those that come after it, at first hand. */
  readonly next: ReadonlyMap<string, readonly string[]>;
  readonly left: readonly string[];
}

/** Why a run could not come to its end. */
export class RunTrouble extends Error {
  constructor(
    readonly promise: 'ends' | 'acknowledged' | 'answers',
    message: string,
  ) {
    super(message);
  }
}

export interface LifeOptions<World> {
  readonly scenario: Scenario<World>;
  readonly settings: VerifySettings;
  readonly world: World;
  readonly witness: Witness;
  readonly level: TestLevel;
  readonly clock: ManualClock;
  readonly number: number;
  readonly repeat: boolean;
  /** What was acknowledged in this life or an earlier one. */
  readonly submitted: { isAcknowledged: boolean };
}

export interface Life {
  /** Rejects with {@link RunTrouble}; never settles when the process dies. */
  readonly ended: Promise<Ended>;
  /** Resolves when no real call of it is under way any more. */
  readonly calmed: () => Promise<void>;
}

/** Begins a life. */
export function beginLife<World>(options: LifeOptions<World>): Life {
  const { scenario, world, level, clock, witness, settings } = options;
  const tools = scenario.tools?.(world, { clock }) ?? [];
  const scripted = new Set(
    tools.filter((tool) => (tool as Partial<ScriptedTool>).isScripted === true).map(({ name }) => name),
  );
  const calls = createOutsideCalls({
    witness,
    isOver: () => level.isStopped,
    isScripted: (name) => scripted.has(name),
    repeat: options.repeat,
    patienceMs: settings.patienceMs,
  });
  const timers = countTimers(clock);
  const opening = createEngine({
    store: 'memory',
    database: level.open,
    endpoint: false,
    clock: timers.clock,
    ids: createSeededIds(settings.seed + options.number, `life${options.number}-`),
    tools,
    aroundCall: calls.around,
    ...(scenario.config === undefined ? {} : { config: scenario.config }),
    ...(scenario.builtinTools === undefined ? {} : { builtinTools: scenario.builtinTools }),
  });
  return {
    ended: opening.then((engine) => carryOn(engine, calls, timers.open, options)),
    calmed: calls.settled,
  };
}

async function carryOn<World>(
  engine: Engine,
  calls: OutsideCalls,
  openTimers: () => number,
  options: LifeOptions<World>,
): Promise<Ended> {
  const { level, witness, clock } = options;
  engine.telemetry$.subscribe((one) => {
    if (one.kind === 'fact' && !level.isStopped) witness.tells(one.fact);
  });
  const goal = await submit(engine, options);
  await drive(engine, goal, calls, options);
  const result = await goal.snapshot();
  const facts: Fact[] = [];
  for await (const fact of engine.events({ follow: false })) facts.push(fact);
  const next = new Map<string, string[]>();
  for (const { id, after } of await goal.tasks())
    for (const before of after) next.set(before, [...(next.get(before) ?? []), id]);
  await close(engine, clock);
  const left = [
    ...(openTimers() === 0 ? [] : [`${openTimers()} timers of the engine`]),
    ...((await canOpen(level)) ? [] : ['the open store']),
    ...calls.left().map((call) => `the call of ${call}, which goes on`),
  ];
  return { result, facts, next, left };
}

/** Submits the goal as a client does that was killed with the engine: until it has heard that it was taken. */
async function submit<World>(engine: Engine, options: LifeOptions<World>): Promise<GoalHandle> {
  const { scenario, world, witness, submitted } = options;
  if (submitted.isAcknowledged) {
    return engine.goal(goalId).catch((error: Error) => {
      throw new RunTrouble(
        'acknowledged',
        `the goal was submitted and is not there any more: ${error.message}`,
      );
    });
  }
  const plan = typeof scenario.plan === 'function' ? scenario.plan(world) : scenario.plan;
  const inputs = typeof scenario.inputs === 'function' ? scenario.inputs(world) : scenario.inputs;
  const given = inputs === undefined ? {} : { inputs };
  witness.effects(effectsOf((await engine.plan(plan, given)).expanded));
  const goal = await engine.submit(plan, { goalId, ...given });
  submitted.isAcknowledged = true;
  return goal;
}

/** What the tasks of a document say of their own effects. */
function effectsOf(expanded: Json): Map<string, EffectClass> {
  const { tasks } = expanded as { tasks?: Record<string, { effect?: EffectClass }> };
  const said = Object.entries(tasks ?? {}).flatMap(([id, { effect }]) =>
    effect === undefined ? [] : [[id, effect] as const],
  );
  return new Map(said);
}

/** Lets a goal come to its end: people are asked whenever nothing happens by itself, then time goes on. */
async function drive<World>(
  engine: Engine,
  goal: GoalHandle,
  calls: OutsideCalls,
  options: LifeOptions<World>,
): Promise<void> {
  const { scenario, settings, clock, level, world, witness } = options;
  const watched = witness.watch(goal);
  for (let i = 0; i < settings.maxSteps; i++) {
    await quiet(engine, calls, level);
    if (goalEnds.has((await goal.snapshot()).status)) return;
    const before = level.writes;
    if (scenario.during !== undefined) {
      const { waits } = await goal.explain();
      try {
        await scenario.during({ waiting: waits, goal: watched, world, now: clock.now() });
      } catch (error) {
        throw new RunTrouble('answers', `during: ${messageOf(error)}`);
      }
      await quiet(engine, calls, level);
    }
    if (level.writes === before && !clock.ring(Number.POSITIVE_INFINITY)) {
      const { summary } = await goal.explain();
      throw new RunTrouble('ends', `nothing goes on any more, not even time. ${summary}.`);
    }
  }
  const { summary } = await goal.explain();
  throw new RunTrouble('ends', `it has not ended after ${settings.maxSteps} steps. ${summary}.`);
}

/** Waits until nothing happens any more by itself. */
async function quiet(engine: Engine, calls: OutsideCalls, level: TestLevel): Promise<void> {
  for (;;) {
    const before = level.writes;
    for (let i = 0; i < 4; i++) {
      await engine.settled();
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (calls.isBusy()) await calls.settled();
    else if (level.writes === before) return;
  }
}

/** Closes an engine; what does not stop is waited for by the clock. */
async function close(engine: Engine, clock: ManualClock): Promise<void> {
  const state = { isClosed: false };
  const closed = engine.close({ graceMs: 0 }).then(() => {
    state.isClosed = true;
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  do {
    for (let i = 0; i < 6 && !state.isClosed; i++) await turn();
  } while (!state.isClosed && clock.ring(Number.POSITIVE_INFINITY));
  await closed;
}

async function canOpen(level: TestLevel): Promise<boolean> {
  try {
    await (await level.open()).close();
    return true;
  } catch {
    return false;
  }
}

/** A clock that counts the timers that one user has open. */
function countTimers(clock: Clock): { clock: Clock; open: () => number } {
  const open = new Set<object>();
  return {
    open: () => open.size,
    clock: {
      now: () => clock.now(),
      at: (instant, callback) => {
        const timer = {};
        open.add(timer);
        const callOff = clock.at(instant, () => {
          open.delete(timer);
          callback();
        });
        return () => {
          open.delete(timer);
          callOff();
        };
      },
    },
  };
}

/** What an error says; also of one that is none of ours. */
export function messageOf(error: unknown): string {
  if (error instanceof EngineError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
