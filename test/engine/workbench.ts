// A workbench for tests of the engine: engines that are closed after each test, a clock that is moved by hand,
// host tools whose calls are let go by the test, and the facts that the engine has written.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { z } from 'zod';
import {
  createEngine,
  defineTool,
  ToolFailure,
  type Engine,
  type EngineOptions,
  type Fact,
  type GoalHandle,
  type Json,
  type Result,
  type SubmitOptions,
  type Tool,
  type ToolCallContext,
} from '#src/index.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Does something after the present test, in reverse order. */
export const afterThis = (work: () => Promise<unknown>): void => void closers.push(work);

/** Lets everything that is due now happen: a few turns of the event loop. */
export async function settle(turns = 6): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A clock that only goes on when the test says so. */
export interface HandClock {
  now(): number;
  at(instant: number, callback: () => void): () => void;
  /** Goes on, ringing what is due on the way, one after the other. */
  advance(ms: number): Promise<void>;
  /** Instants that somebody waits for. */
  readonly waits: () => number[];
}

export function handClock(start = Date.UTC(2026, 0, 15, 12)): HandClock {
  let now = start;
  let order = 0;
  const entries = new Map<number, { at: number; callback: () => void }>();
  const next = (until: number): number | undefined => {
    let found: number | undefined;
    for (const [id, { at }] of entries) {
      if (at <= until && (found === undefined || at < (entries.get(found)?.at ?? 0))) found = id;
    }
    return found;
  };
  const ring = (id: number): void => {
    const entry = entries.get(id);
    entries.delete(id);
    entry?.callback();
  };
  return {
    now: () => now,
    at(instant, callback) {
      const id = order++;
      entries.set(id, { at: instant, callback });
      if (instant <= now) setImmediate(() => ring(id));
      return () => entries.delete(id);
    },
    async advance(ms) {
      const target = now + ms;
      await settle();
      for (let id = next(target); id !== undefined; id = next(target)) {
        now = Math.max(now, entries.get(id)?.at ?? now);
        ring(id);
        await settle();
      }
      now = Math.max(now, target);
      await settle();
    },
    waits: () => [...entries.values()].map(({ at }) => at),
  };
}

/** One call of the tool `held.work`. */
export interface HeldCall {
  readonly name: string;
  readonly value: Json;
  readonly context: ToolCallContext;
  finish(output?: Json): void;
  fail(failure?: Partial<ConstructorParameters<typeof ToolFailure>[0]>): void;
}

/** A tool whose calls end when the test says so. */
export interface Held {
  readonly tools: Tool[];
  /** Names of all calls so far, in order. */
  readonly log: string[];
  /** Calls that have not ended. */
  readonly open: () => string[];
  /** Waits for the next call of a name that the test has not taken yet. */
  call(name: string): Promise<HeldCall>;
}

const anyOutput = z.any();

/** Makes `held.work` (idempotent), `held.once` and `held.keyed`. They heed the abort signal unless told not to. */
export function createHeld(): Held {
  const log: string[] = [];
  const waiting: HeldCall[] = [];
  const takers: { name: string; take: (call: HeldCall) => void }[] = [];
  const open: string[] = [];
  const input = z.object({ name: z.string(), value: z.any().optional(), deaf: z.boolean().optional() });
  const make = (name: string, effect: 'idempotent' | 'once' | 'keyed'): Tool =>
    defineTool({
      name,
      description: 'Ends when the test says so.',
      input,
      output: anyOutput,
      effect,
      run: (given, context) =>
        new Promise((resolve, reject) => {
          const end = (how: () => void): void => {
            const at = open.indexOf(given.name);
            if (at >= 0) open.splice(at, 1);
            const untaken = waiting.indexOf(call);
            if (untaken >= 0) waiting.splice(untaken, 1);
            how();
          };
          const call: HeldCall = {
            name: given.name,
            value: given.value as Json,
            context,
            finish: (output = null) => end(() => resolve(output)),
            fail: (failure) =>
              end(() =>
                reject(
                  new ToolFailure({
                    code: 'refused',
                    class: 'logic',
                    message: `${given.name} failed`,
                    ...failure,
                  }),
                ),
              ),
          };
          log.push(given.name);
          open.push(given.name);
          if (given.deaf !== true) {
            context.signal.addEventListener('abort', () =>
              call.fail({ code: 'aborted', class: 'transient' }),
            );
          }
          const taker = takers.findIndex((one) => one.name === given.name);
          if (taker < 0) waiting.push(call);
          else takers.splice(taker, 1)[0]?.take(call);
        }),
    });
  return {
    tools: [make('held.work', 'idempotent'), make('held.once', 'once'), make('held.keyed', 'keyed')],
    log,
    open: () => [...open],
    call: (name) =>
      new Promise((take) => {
        const at = waiting.findIndex((one) => one.name === name);
        const [known] = at < 0 ? [] : waiting.splice(at, 1);
        if (known === undefined) takers.push({ name, take });
        else take(known);
      }),
  };
}

/** Tools that answer at once: `do.echo` gives its value, `do.note` notes it, `do.fail` fails as told. */
export function createQuick(): { tools: Tool[]; notes: Json[] } {
  const notes: Json[] = [];
  const value = z.object({ value: z.any() });
  const failure = z.object({
    code: z.string().default('refused'),
    class: z.enum(['transient', 'resource', 'logic', 'external', 'quality']).default('logic'),
    message: z.string().default('it failed'),
    retryable: z.boolean().optional(),
    effect: z.enum(['none', 'unknown']).optional(),
    /** Attempts that fail; later ones give their number. */
    times: z.number().default(Number.MAX_SAFE_INTEGER),
  });
  const note = (given: { value?: unknown }): Json => {
    notes.push((given.value ?? null) as Json);
    return (given.value ?? null) as Json;
  };
  return {
    notes,
    tools: [
      defineTool({
        name: 'do.echo',
        description: 'Gives its value.',
        input: value,
        output: anyOutput,
        effect: 'idempotent',
        run: (given) => given.value as Json,
      }),
      defineTool({
        name: 'do.note',
        description: 'Notes its value.',
        input: value,
        output: anyOutput,
        effect: 'idempotent',
        run: note,
      }),
      defineTool({
        name: 'do.fail',
        description: 'Fails as told.',
        input: failure,
        output: anyOutput,
        effect: 'idempotent',
        run: ({ times, ...given }, { attempt }) => {
          if (attempt > times) return attempt;
          const { retryable, effect, ...rest } = given;
          throw new ToolFailure({
            ...rest,
            ...(retryable === undefined ? {} : { retryable }),
            ...(effect === undefined ? {} : { effect }),
          });
        },
      }),
    ],
  };
}

export const echo = (value: Json) => ({ tool: 'do.echo', input: { value } });
export const note = (value: Json) => ({ tool: 'do.note', input: { value } });
export const fail = (how: Record<string, Json> = {}) => ({ tool: 'do.fail', input: how });
export const held = (name: string, value: Json = null) => ({ tool: 'held.work', input: { name, value } });
export const once = (name: string, value: Json = null) => ({ tool: 'held.once', input: { name, value } });

/** A plan document as a value. */
export const plan = (
  tasks: Record<string, unknown>,
  rest: Record<string, unknown> = {},
): Record<string, unknown> => ({
  version: 1,
  goal: { name: 'Test' },
  tasks,
  ...rest,
});

export interface Workbench {
  readonly engine: Engine;
  readonly clock: HandClock;
  readonly held: Held;
  readonly notes: Json[];
  /** Submits a plan and waits for its end. */
  run(
    tasks: Record<string, unknown>,
    rest?: Record<string, unknown>,
    options?: SubmitOptions,
  ): Promise<{ goal: GoalHandle; result: Result; facts: Fact[] }>;
  submit(
    tasks: Record<string, unknown>,
    rest?: Record<string, unknown>,
    options?: SubmitOptions,
  ): Promise<GoalHandle>;
}

/** Opens an engine with the tools of this file on a store in memory, and a clock that stands still. */
export async function openWorkbench(
  options: Partial<EngineOptions> & { clock?: HandClock; held?: Held } = {},
): Promise<Workbench> {
  const { held: givenHeld, ...rest } = options;
  const clock = rest.clock ?? handClock();
  const heldCalls = givenHeld ?? createHeld();
  const quick = createQuick();
  const engine = await createEngine({
    store: 'memory',
    endpoint: false,
    ...rest,
    clock,
    tools: [...heldCalls.tools, ...quick.tools, ...(rest.tools ?? [])],
  });
  afterThis(() => engine.close({ graceMs: 0 }));
  const submit: Workbench['submit'] = (tasks, more, submitOptions) =>
    engine.submit(plan(tasks, more), submitOptions);
  return {
    engine,
    clock,
    held: heldCalls,
    notes: quick.notes,
    submit,
    async run(tasks, more, submitOptions) {
      const goal = await submit(tasks, more, submitOptions);
      const result = await goal.result();
      return { goal, result, facts: await factsOf(goal) };
    },
  };
}

/** All facts of a goal so far. */
export async function factsOf(goal: GoalHandle, from = 1): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const fact of goal.events({ follow: false, from })) facts.push(fact);
  return facts;
}

/** Waits for a fact of a type, and of a task when one is named. */
export async function until(goal: GoalHandle, type: string, taskId?: string, from = 1): Promise<Fact> {
  for await (const fact of goal.events({ from })) {
    if (fact.type === type && (taskId === undefined || fact.data['taskId'] === taskId)) return fact;
  }
  throw new Error(`the goal has ended without ${type} ${taskId ?? ''}`);
}

/** How the tasks of a result stand. */
export const statuses = (result: Result): Record<string, string> =>
  Object.fromEntries(Object.entries(result.tasks).map(([id, { status }]) => [id, status]));

/** Types of facts about a task, in order. */
export const story = (facts: readonly Fact[], taskId: string): string[] =>
  facts.filter(({ data }) => data['taskId'] === taskId).map(({ type }) => type);

/** Checks that something is refused with `COMMAND_REFUSED` and a reason that fits. */
export async function expectRefused(command: Promise<unknown>, reason: RegExp): Promise<void> {
  await expect(command).rejects.toMatchObject({
    code: 'COMMAND_REFUSED',
    message: expect.stringMatching(reason) as string,
  });
}

/** A folder that is removed after the test. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'statewright test '));
  afterThis(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
