// A store to be damaged: some goals have ended, some are in the middle. It is copied while its engine has it open, as a
// kill would leave it; what an engine makes of a damaged copy is judged against what was in it.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  createEngine,
  defineTool,
  type Diagnosis,
  EngineError,
  type Engine,
  type Fact,
  type Json,
} from '#src/index.js';

const input = z.object({ name: z.string(), value: z.any().optional() });

/** Tools that write down what ran; names in `hangs` do not end. */
export function createJobTools(ran: string[], hangs: ReadonlySet<string>) {
  const make = (name: string, effect: 'idempotent' | 'once') =>
    defineTool({
      name,
      description: name,
      input,
      output: z.any(),
      effect,
      run: async (given, { goalId, taskId, signal }) => {
        ran.push(`${goalId}/${taskId}`);
        if (hangs.has(`${goalId}/${given.name}`))
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return (given.value ?? given.name) as Json;
      },
    });
  return [make('job.step', 'idempotent'), make('job.once', 'once')];
}

const step = (name: string, value?: Json) => ({
  tool: 'job.step',
  input: { name, ...(value === undefined ? {} : { value }) },
});

/** A chain, a loop, a large output, an effect with a probe. */
export const jobDocument = {
  version: 1,
  goal: { name: 'Job' },
  tasks: {
    a: { action: step('a') },
    b: { action: step('b', 'x'.repeat(70_000)), after: ['a'] },
    list: { action: step('list', [1, 2, 3]) },
    loop: { action: { forEach: '{{ tasks.list.output }}', width: 2, do: step('round', '{{ item }}') } },
    hold: { action: step('hold'), after: ['b', 'loop'] },
    pay: {
      action: { tool: 'job.once', input: { name: 'pay' } },
      probe: { tool: 'job.step', input: { name: 'probe', value: true } },
      after: ['a'],
    },
    end: { action: step('end'), after: ['hold', 'pay'] },
  },
};

const taskCount = Object.keys(jobDocument.tasks).length;

export interface Original {
  /** The folder of the store, as a kill would have left it. */
  readonly folder: string;
  readonly facts: readonly Fact[];
  /** Tasks that had succeeded, as `goal/task`. */
  readonly done: ReadonlySet<string>;
  readonly goals: readonly string[];
}

async function factsOf(engine: Engine): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const fact of engine.events({ follow: false })) facts.push(fact);
  return facts;
}

/** Makes it in a fresh folder. Its first goals lie in a table, the last ones in the log. */
export async function makeOriginal(): Promise<Original & AsyncDisposable> {
  const place = await mkdtemp(join(tmpdir(), 'statewright damage '));
  const store = join(place, 'store');
  const goals = ['one', 'two', 'three', 'four'];
  const hangs = new Set(['two/hold', 'four/hold', 'four/pay']);
  const ran: string[] = [];
  let engine = await openJob(store, ran, hangs);
  for (const [i, id] of goals.entries()) {
    const goal = await engine.submit(jobDocument, { goalId: id });
    const held = hangs.has(`${id}/hold`);
    for await (const { type, data } of goal.events()) {
      if (!held && type.startsWith('goal.') && type !== 'goal.submitted' && type !== 'goal.started') break;
      if (held && type === 'attempt.started' && data['taskId'] === 'hold') break;
    }
    if (!held) await goal.result();
    if (i !== 1) continue;
    // Opening moves what the log holds into a table.
    await engine.close({ graceMs: 0 });
    engine = await openJob(store, ran, hangs);
  }
  await engine.settled();
  const facts = await factsOf(engine);
  const folder = join(place, 'copy');
  await cp(store, folder, { recursive: true });
  await engine.close({ graceMs: 0 });
  const done = new Set(
    facts
      .filter(({ type }) => type === 'task.succeeded')
      .map(({ goal, data }) => `${goal}/${String(data['taskId'])}`),
  );
  return {
    folder,
    facts,
    done,
    goals,
    [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }),
  };
}

export function openJob(
  store: string,
  ran: string[],
  hangs: ReadonlySet<string> = new Set(),
): Promise<Engine> {
  return createEngine({
    store,
    durability: 'relaxed',
    endpoint: false,
    builtinTools: false,
    tools: createJobTools(ran, hangs),
    config: { stopGraceMs: 0 },
  });
}

/** A copy of a store, to be damaged; removed when it is disposed of. */
export async function copyOf({ folder }: Original): Promise<{ folder: string } & AsyncDisposable> {
  const place = await mkdtemp(join(tmpdir(), 'statewright damaged '));
  await cp(folder, place, { recursive: true });
  return { folder: place, [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }) };
}

/** What an engine made of a damaged store. */
export interface Aftermath {
  /** Why it could not be opened. */
  readonly refused: string | undefined;
  readonly findings: Diagnosis['findings'];
  /** Goals that were set aside or cannot be read. */
  readonly aside: readonly string[];
  /** How the others have ended. */
  readonly ended: Readonly<Record<string, string>>;
  /** Goals that are not there any more. */
  readonly gone: readonly string[];
  /** What had succeeded before and was run again. */
  readonly repeated: readonly string[];
  /** Facts that differ from those before. */
  readonly changed: readonly number[];
}

/** Opens a damaged store and lets its goals come to their end. */
export async function carryOn(folder: string, original: Original): Promise<Aftermath> {
  const ran: string[] = [];
  const nothing = { findings: [], aside: [], ended: {}, gone: [], repeated: [], changed: [] };
  let engine: Engine;
  try {
    engine = await openJob(folder, ran);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...nothing, refused: `${error.code}: ${error.message}` };
  }
  try {
    // Before anything new is added: what was there is as it was.
    const aside: string[] = [];
    const ended: Record<string, string> = {};
    const gone: string[] = [];
    for (const id of original.goals) {
      try {
        const result = await (await engine.goal(id)).result();
        const whole = Object.values(result.tasks).filter(({ status }) => status === 'succeeded').length;
        ended[id] =
          whole === taskCount ? result.status : `${result.status} with ${whole} of ${taskCount} tasks`;
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (error.code === 'GOAL_UNKNOWN') gone.push(id);
        else aside.push(id);
      }
    }
    const { findings } = await engine.diagnose();
    const stored = await factsOf(engine).catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error;
      return [];
    });
    const bySeq = new Map(stored.map((fact) => [fact.seq, JSON.stringify(fact)]));
    const changed = original.facts
      .filter((fact) => bySeq.get(fact.seq) !== JSON.stringify(fact))
      .map(({ seq }) => seq);
    return {
      refused: undefined,
      findings,
      aside,
      ended,
      gone,
      repeated: ran.filter((one) => original.done.has(one)),
      changed,
    };
  } finally {
    await engine.close({ graceMs: 0 });
  }
}

/** What is wrong with an aftermath: state that is not what it was, without a word. */
export function silentWrongs({
  refused,
  findings,
  aside,
  ended,
  gone,
  repeated,
  changed,
}: Aftermath): string[] {
  if (refused !== undefined) return [];
  const wrongs = Object.entries(ended)
    .filter(([, how]) => how !== 'succeeded')
    .map(([id, how]) => `${id} ended ${how}`);
  if (findings.length > 0) return wrongs;
  if (aside.length > 0) wrongs.push(`set aside without a finding: ${aside.join()}`);
  if (gone.length > 0) wrongs.push(`gone: ${gone.join()}`);
  if (repeated.length > 0) wrongs.push(`ran again: ${repeated.join()}`);
  if (changed.length > 0) wrongs.push(`facts changed: ${changed.join()}`);
  return wrongs;
}
