// Scenario: what a user wants to be proven: a plan, its tools, the people who answer, and what must be true at the end.
import { EngineError, type Problem } from '../errors.js';
import type {
  Clock,
  Config,
  Explanation,
  Fact,
  GoalHandle,
  GoalRequest,
  Json,
  Result,
  Tool,
} from '../index.js';

/** One thing that a goal waits for, as `explain` says it. */
export type Waiting = Explanation['waits'][number];

/** A moment in which nothing happens by itself. */
export interface Moment<World> {
  /** What the goal waits for now; may be empty when it only waits for time. */
  readonly waiting: readonly Waiting[];
  readonly goal: GoalHandle;
  readonly world: World;
  /** The time of the run, in epoch milliseconds. */
  readonly now: number;
}

/** How a run came to its end. */
export interface End<World> {
  readonly result: Result;
  readonly facts: readonly Fact[];
  readonly world: World;
}

/**
 * A plan with its tools and its surroundings. It is carried out many times, each time in a new world and a new store,
 * with the process killed at another point.
 */
export interface Scenario<World = undefined> {
  /** For the report [scenario]. */
  readonly name?: string;
  /** Makes the outside world of one run: what a kill does not touch, such as a folder or what a receiver has stored. */
  readonly setUp?: () => World | Promise<World>;
  /** Clears a world away after its run. */
  readonly tearDown?: (world: World) => void | Promise<void>;
  /** Makes the tools, anew for each life of the process: what they keep in memory is lost with it. */
  readonly tools?: (world: World, process: { readonly clock: Clock }) => readonly Tool[];
  /** The plan, or what makes it for a world. */
  readonly plan: GoalRequest | ((world: World) => GoalRequest);
  /** Values for its inputs. */
  readonly inputs?: Readonly<Record<string, Json>> | ((world: World) => Readonly<Record<string, Json>>);
  /**
   * What people do: called whenever nothing happens by itself, before time goes on. It answers what waits, by commands to
   * the goal. After a kill it is asked again about what still waits, so it should go by `waiting` and remember nothing.
   */
  readonly during?: (moment: Moment<World>) => void | Promise<void>;
  /** Throws when something is not as it must be at the end, such as a receiver that counted two payments. */
  readonly check?: (end: End<World>) => void | Promise<void>;
  /** What of a result must be the same in every run [goal status; status and output of each task]. */
  readonly compare?: (result: Result) => Json;
  readonly config?: Partial<Config>;
  /** [true] */
  readonly builtinTools?: boolean;
}

/** How a scenario is verified. */
export interface VerifyOptions {
  /** How many runs with two kills are tried beside those with one, by chance from `seed` [0]. */
  readonly twice?: number;
  /** [1] */
  readonly seed?: number;
  /** A run in which every call that may be repeated is made twice [true]. */
  readonly repeat?: boolean;
  /** How long a call of a real tool or command is waited for, in real milliseconds, before time goes on [5,000]. */
  readonly patienceMs?: number;
  /** How often people are asked or time goes on in one run before it counts as endless [50,000]. */
  readonly maxSteps?: number;
  /** Runs with problems after which no more are tried [10]. */
  readonly maxProblems?: number;
  readonly onProgress?: (progress: {
    readonly run: number;
    readonly of: number;
    readonly problems: number;
  }) => void;
}

export type VerifySettings = Required<Omit<VerifyOptions, 'onProgress'>>;

const functions = ['setUp', 'tearDown', 'tools', 'during', 'check', 'compare'] as const;
const known = [...functions, 'name', 'plan', 'inputs', 'config', 'builtinTools'];
const defaults: VerifySettings = {
  twice: 0,
  seed: 1,
  repeat: true,
  patienceMs: 5_000,
  maxSteps: 50_000,
  maxProblems: 10,
};

/**
 * Checks a scenario and fills in the options' defaults.
 *
 * @throws EngineError `INPUT_INVALID` naming what is wrong.
 */
export function readScenario<World>(scenario: Scenario<World>, options: VerifyOptions): VerifySettings {
  const given = scenario as unknown as Readonly<Record<string, unknown>>;
  const problems: Problem[] = [];
  if (given['plan'] === undefined)
    problems.push({
      path: 'scenario.plan',
      message: 'expected a plan document or a function that makes one',
    });
  for (const name of functions) {
    if (given[name] !== undefined && typeof given[name] !== 'function')
      problems.push({ path: `scenario.${name}`, message: `expected a function, got ${typeof given[name]}` });
  }
  for (const name of Object.keys(given).filter((one) => !known.includes(one)))
    problems.push({ path: `scenario.${name}`, message: `is not known; known are ${known.join(', ')}` });
  const settings: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(options)) {
    if (name === 'onProgress' || value === undefined) continue;
    const wanted = typeof defaults[name as keyof VerifySettings];
    if (
      typeof value !== wanted ||
      (wanted === 'number' && !(Number.isInteger(value) && (value as number) >= 0))
    ) {
      const expected =
        wanted === 'undefined' ? `one of ${Object.keys(defaults).join(', ')}` : `a ${wanted}, 0 or more`;
      problems.push({ path: `options.${name}`, message: `expected ${expected}, got ${String(value)}` });
    }
    settings[name] = value;
  }
  const [first] = problems;
  if (first !== undefined) {
    const message = `The scenario cannot be verified: ${first.path} ${first.message}.`;
    throw new EngineError('INPUT_INVALID', message, { problems });
  }
  return settings as unknown as VerifySettings;
}
