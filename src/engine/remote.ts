// Remote: an engine in another process, reached over its endpoint (serve.ts), behind the same interface.
import { EngineError } from '../errors.js';
import { Fact } from '../model/fact.js';
import { Result } from '../model/result.js';
import type { Json } from '../model/scalars.js';
import type { FactPage, FactPageOptions } from '../persistence/fact-pages.js';
import { readLockFile } from '../persistence/lock-file.js';
import type { EndpointClient } from '../services/endpoint/client.js';
import type { EventsQuery } from '../services/endpoint/protocol.js';
import type {
  Diagnosis,
  Engine,
  Explanation,
  PendingApproval,
  GoalHandle,
  GoalSummary,
  PlanPreview,
  StoreTrouble,
  TaskView,
} from './api.js';

/**
 * An engine in another process. Calls reject with `ENGINE_CLOSED` once that process has gone; `close` and
 * `await using` give up the connection only.
 */
export type RemoteEngine = Omit<Engine, 'telemetry$' | 'tools' | 'endpoint' | 'settled'>;

/** How long a process that is said to be an engine may take to say so, in milliseconds. */
const helloMs = 5_000;

/**
 * Finds the engine that has a store.
 *
 * @param storeFolder - The folder of the store.
 * @returns undefined when no engine answers there: nobody has the store, or somebody who serves nobody else.
 * @throws EngineError `STORE_IN_USE` when the engine there speaks another version's protocol.
 */
export async function connectEngine(storeFolder: string): Promise<RemoteEngine | undefined> {
  const lock = await readLockFile(storeFolder);
  if (lock?.url === undefined || lock.token === undefined) return undefined;
  const [{ createEndpointClient }, { endpointProtocol }] = await Promise.all([
    import('../services/endpoint/client.js'),
    import('./serve.js'),
  ]);
  const client = createEndpointClient({ url: lock.url, token: lock.token });
  let hello: { engine?: unknown; protocol?: unknown; pid?: unknown } | undefined;
  try {
    hello = (await client.call('hello', {}, { silenceMs: helloMs })) as typeof hello;
  } catch {
    // Nobody there, or somebody else: a port is given to the next who asks once its owner has died.
    return undefined;
  }
  if (hello?.engine !== 'statewright') return undefined;
  if (hello.protocol !== endpointProtocol) {
    const message =
      `The store ${storeFolder} is in use by process ${String(hello.pid)}, which is another version of statewright: ` +
      `expected protocol ${endpointProtocol}, got ${String(hello.protocol)}. Use that version, or end the process.`;
    throw new EngineError('STORE_IN_USE', message);
  }
  return createRemoteEngine(client);
}

function createRemoteEngine(client: EndpointClient): RemoteEngine {
  const closing = new AbortController();
  const call = <T>(method: string, params: object, signal?: AbortSignal): Promise<T> =>
    client.call(method, params as Json, { signal: either(closing.signal, signal) }) as Promise<T>;

  async function* facts(query: EventsQuery, signal: AbortSignal | undefined): AsyncGenerator<Fact> {
    const stop = either(closing.signal, signal);
    try {
      for await (const value of client.events(query, { signal: stop })) {
        if (stop.aborted) return;
        yield Fact.parse(value);
      }
    } catch (error) {
      // A local engine's events simply end when they are called off.
      if (!stop.aborted) throw error;
    }
  }

  const page = (options: FactPageOptions & { goal?: string }): Promise<FactPage> => call('facts', options);

  const handleOf = (goal: string): GoalHandle => ({
    id: goal,
    snapshot: async () => Result.parse(await call('goal.snapshot', { goal })),
    events: ({ from, follow, signal } = {}) =>
      facts(
        {
          goal,
          until: 'goal',
          ...(from === undefined ? {} : { from }),
          ...(follow === undefined ? {} : { follow }),
        },
        signal,
      ),
    facts: (options) => page({ ...options, goal }),
    result: async ({ signal } = {}) => Result.parse(await call('goal.result', { goal }, signal)),
    pause: (options) => call('goal.pause', { goal, ...options }),
    resume: (options) => call('goal.resume', { goal, ...options }),
    abort: (options) => call('goal.abort', { goal, ...options }),
    approve: (subject, options) => call('goal.approve', { goal, subject, ...options }),
    reject: (subject, options) => call('goal.reject', { goal, subject, ...options }),
    approval: async (subject) =>
      (await call<PendingApproval | null>('goal.approval', { goal, subject })) ?? undefined,
    answer: (task, value, options) => call('goal.answer', { goal, task, value, ...options }),
    signal: (name, payload, options) => call('goal.signal', { goal, name, payload, ...options }),
    retry: (task, options) => call('goal.retry', { goal, task, ...options }),
    skip: (task, options) => call('goal.skip', { goal, task, ...options }),
    explain: () => call<Explanation>('goal.explain', { goal }),
    undo: async (options) => handleOf((await call<{ id: string }>('goal.undo', { goal, ...options })).id),
    tasks: (options) => call<TaskView[]>('goal.tasks', { goal, ...options }),
  });

  const close = (): Promise<void> => {
    closing.abort(new EngineError('ENGINE_CLOSED', 'The connection to the engine was closed.'));
    return Promise.resolve();
  };

  return {
    submit: async (request, options = {}) =>
      handleOf((await call<{ id: string }>('submit', { request, options })).id),
    goal: async (id) => handleOf((await call<{ id: string }>('goal.find', { goal: id })).id),
    goals: (query) => call<GoalSummary[]>('goals', query ?? {}),
    plan: (request, options = {}) => call<PlanPreview>('plan', { request, options }),
    events: ({ signal, ...query } = {}) => facts(query, signal),
    facts: (options) => page({ ...options }),
    collect: (options) => call('collect', options ?? {}),
    diagnose: () => call<Diagnosis>('diagnose', {}),
    trouble: async () => (await call<{ trouble?: StoreTrouble }>('trouble', {})).trouble,
    revive: (goal) => call('revive', { goal }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const either = (one: AbortSignal, other: AbortSignal | undefined): AbortSignal =>
  other === undefined ? one : AbortSignal.any([one, other]);
