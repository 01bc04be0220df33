// Serve: what other processes may ask of an engine over its endpoint, and the answers. The counterpart is
// remote.ts; both sides speak the protocol of one number, and a change of any shape raises it.
import { z } from 'zod';
import { EngineError } from '../errors.js';
import { GoalStatus } from '../model/goal.js';
import { Json } from '../model/scalars.js';
import type { EndpointHandler, EventsQuery } from '../services/endpoint/protocol.js';
import { didYouMean } from '../services/nearest.js';
import type { Engine, GoalHandle, SubmitOptions } from './api.js';

/** The version of what is said between serve.ts and remote.ts. */
export const endpointProtocol = 2;

/** What an engine can serve: it needs no more of it. */
export type ServedEngine = Pick<
  Engine,
  'submit' | 'goal' | 'goals' | 'plan' | 'events' | 'facts' | 'collect' | 'diagnose' | 'revive' | 'trouble'
>;

const Submission = z.strictObject({
  request: z.union([z.string(), z.record(z.string(), z.unknown())]),
  options: z
    .strictObject({
      goalId: z.string().optional(),
      inputs: z.record(z.string(), Json).optional(),
      file: z.string().optional(),
      approval: z.boolean().optional(),
    })
    .default({}),
});
const goal = z.string();
const command = { by: z.string().optional(), reason: z.string().optional() };
const FactsQuery = z.strictObject({
  goal: z.string().optional(),
  from: z.number().int().optional(),
  limit: z.number().int().optional(),
  reverse: z.boolean().optional(),
});
const OfGoal = z.strictObject({ goal });
const Command = z.strictObject({ goal, ...command });
const OnSubject = z.strictObject({ goal, subject: z.string().optional(), ...command });
const OnAnswer = OnSubject.extend({ digest: z.string().optional() });
const OnTask = z.strictObject({ goal, task: z.string(), ...command });

interface Method {
  readonly params: z.ZodType;
  readonly run: (engine: ServedEngine, params: never, signal: AbortSignal) => Promise<unknown>;
}

/** Ties a method's code to the shape of its parameters. */
function method<Schema extends z.ZodType>(
  params: Schema,
  run: (engine: ServedEngine, params: Defined<z.output<Schema>>, signal: AbortSignal) => Promise<unknown>,
): Method {
  return { params, run };
}

/** What JSON cannot say: a key that is there with no value. */
type Defined<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]: Exclude<T[K], undefined> }
    : T;

const on = async (
  engine: ServedEngine,
  id: string,
  act: (handle: GoalHandle) => Promise<unknown>,
): Promise<unknown> => act(await engine.goal(id));

const methods: Readonly<Record<string, Method>> = {
  hello: method(z.strictObject({}), () =>
    Promise.resolve({ engine: 'statewright', protocol: endpointProtocol, pid: process.pid }),
  ),
  submit: method(Submission, async (engine, { request, options }) => {
    const handle = await engine.submit(request, options as SubmitOptions);
    return { id: handle.id };
  }),
  plan: method(Submission, (engine, { request, options }) => engine.plan(request, options as SubmitOptions)),
  goals: method(
    z.strictObject({
      status: z.union([GoalStatus, z.literal('open')]).optional(),
      limit: z.number().int().nonnegative().optional(),
    }),
    (engine, query) => engine.goals(query),
  ),
  facts: method(FactsQuery, (engine, query) => engine.facts(query)),
  collect: method(
    z.strictObject({
      olderThanMs: z.number().nonnegative().optional(),
      keep: z.number().int().nonnegative().optional(),
      maxBytes: z.number().int().nonnegative().optional(),
      dryRun: z.boolean().optional(),
    }),
    (engine, options) => engine.collect(options),
  ),
  diagnose: method(z.strictObject({}), (engine) => engine.diagnose()),
  trouble: method(z.strictObject({}), async (engine) => ({ trouble: await engine.trouble() })),
  revive: method(OfGoal, (engine, params) => engine.revive(params.goal)),
  'goal.find': method(OfGoal, async (engine, params) => ({ id: (await engine.goal(params.goal)).id })),
  'goal.snapshot': method(OfGoal, (engine, params) => on(engine, params.goal, (handle) => handle.snapshot())),
  'goal.result': method(OfGoal, (engine, params, signal) =>
    on(engine, params.goal, (handle) => handle.result({ signal })),
  ),
  'goal.explain': method(OfGoal, (engine, params) => on(engine, params.goal, (handle) => handle.explain())),
  'goal.tasks': method(
    z.strictObject({
      goal,
      rounds: z.boolean().optional(),
      limit: z.number().int().nonnegative().optional(),
    }),
    (engine, { goal: id, ...options }) => on(engine, id, (handle) => handle.tasks(options)),
  ),
  'goal.pause': method(Command, (engine, { goal: id, ...by }) =>
    on(engine, id, (handle) => handle.pause(by)),
  ),
  'goal.resume': method(Command, (engine, { goal: id, ...by }) =>
    on(engine, id, (handle) => handle.resume(by)),
  ),
  'goal.abort': method(
    z.strictObject({ goal, compensate: z.boolean().optional(), ...command }),
    (engine, { goal: id, ...options }) => on(engine, id, (handle) => handle.abort(options)),
  ),
  'goal.approve': method(OnAnswer, (engine, { goal: id, subject, ...by }) =>
    on(engine, id, (handle) => handle.approve(subject, by)),
  ),
  'goal.reject': method(OnAnswer, (engine, { goal: id, subject, ...by }) =>
    on(engine, id, (handle) => handle.reject(subject, by)),
  ),
  'goal.approval': method(OfGoal.extend({ subject: z.string().optional() }), (engine, params) =>
    on(engine, params.goal, async (handle) => (await handle.approval(params.subject)) ?? null),
  ),
  'goal.answer': method(OnTask.extend({ value: Json }), (engine, { goal: id, task, value, ...by }) =>
    on(engine, id, (handle) => handle.answer(task, value, by)),
  ),
  'goal.signal': method(
    z.strictObject({ goal, name: z.string(), payload: Json.optional(), ...command }),
    (engine, { goal: id, name, payload, ...by }) =>
      on(engine, id, (handle) => handle.signal(name, payload, by)),
  ),
  'goal.retry': method(OnTask, (engine, { goal: id, task, ...by }) =>
    on(engine, id, (handle) => handle.retry(task, by)),
  ),
  'goal.skip': method(OnTask, (engine, { goal: id, task, ...by }) =>
    on(engine, id, (handle) => handle.skip(task, by)),
  ),
  'goal.undo': method(
    z.strictObject({ goal, goalId: z.string().optional() }),
    (engine, { goal: id, ...options }) =>
      on(engine, id, async (handle) => ({ id: (await handle.undo(options)).id })),
  ),
};

/** Makes the handler that answers an endpoint's calls from an engine. */
export function serveEngine(engine: ServedEngine): EndpointHandler {
  return {
    call(name, params, signal) {
      const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
      if (found === undefined)
        throw refused(`there is no method '${name}'`, didYouMean(name, Object.keys(methods)));
      const parsed = found.params.safeParse(params ?? {});
      if (parsed.success) return found.run(engine, parsed.data as never, signal);
      const issue = parsed.error.issues[0];
      throw refused(`the parameters of '${name}': ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
    },
    events: (query, signal) => eventsOf(engine, query, signal),
  };
}

function refused(reason: string, hint?: string): EngineError {
  const message = `The engine could not be asked: ${reason}.${hint === undefined ? '' : ` ${hint}`}`;
  return new EngineError('INPUT_INVALID', message);
}

async function* eventsOf(
  engine: ServedEngine,
  query: EventsQuery,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const { from = 1, follow = true, goal: id, until } = query;
  if (until === 'goal' && id !== undefined) {
    yield* (await engine.goal(id)).events({ from, follow, signal });
  } else yield* engine.events({ from, follow, signal, ...(id === undefined ? {} : { goal: id }) });
}
