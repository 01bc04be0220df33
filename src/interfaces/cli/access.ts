// Access: how a command gets at a store: through the engine of the process that has it, or by opening it.
import { setTimeout as wait } from 'node:timers/promises';
import { EngineError } from '../../errors.js';
import { connectEngine, createEngine, type Engine, type RemoteEngine } from '../../index.js';
import type { Settings } from './settings.js';

/** How long a store is tried that is in use by a process which cannot be reached, such as one that just starts. */
const patienceMs = 5_000;
const retryMs = 100;

/** An engine that has the store, here or in another process. */
export interface Access {
  readonly engine: RemoteEngine;
  /** The engine when it runs in this process. */
  readonly own: Engine | undefined;
  /** Lets go of it. An engine here waits for what runs; call it again with 0 to stop that at once. */
  close(graceMs?: number): Promise<void>;
}

export interface AccessOptions {
  /**
   * Whether an engine that is opened here carries goals on. `false`: it only looks and takes commands, so that
   * a command that is over in a moment begins no work that it would cut off.
   */
  readonly carriesOn: boolean;
}

/** What runs is given its time; a person who does not want to wait says so by another Ctrl-C. */
const longGraceMs = 86_400_000;

/**
 * Gets at the store. Another process may take or leave it at any moment, so both ways are tried in turn.
 *
 * @throws EngineError `STORE_IN_USE` when a process has it that cannot be reached; others as `createEngine`.
 */
export async function openAccess(settings: Settings, options: AccessOptions): Promise<Access> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const remote = await connectEngine(settings.store);
    if (remote !== undefined) return { engine: remote, own: undefined, close: () => remote.close() };
    try {
      const own = await openOwn(settings, options);
      return { engine: own, own, close: (graceMs = longGraceMs) => own.close({ graceMs }) };
    } catch (error) {
      const inUse = error instanceof EngineError && error.code === 'STORE_IN_USE';
      if (!inUse || Date.now() > until) throw error;
      await wait(retryMs);
    }
  }
}

function openOwn(settings: Settings, { carriesOn }: AccessOptions): Promise<Engine> {
  const { config, tools, planner } = settings.config;
  return createEngine({
    store: settings.store,
    ...(settings.durability === undefined ? {} : { durability: settings.durability }),
    ...(config === undefined ? {} : { config }),
    ...(tools === undefined ? {} : { tools }),
    ...(planner === undefined ? {} : { planner }),
    // Who looks in for a moment is nobody to give work to.
    ...(carriesOn ? {} : { carryOn: false, endpoint: false }),
  });
}

/** An engine on nothing, for looking at plans: it leaves no trace. */
export function openThrowaway(settings: Settings): Promise<Engine> {
  const { config, tools, planner } = settings.config;
  return createEngine({
    store: 'memory',
    endpoint: false,
    ...(config === undefined ? {} : { config }),
    ...(tools === undefined ? {} : { tools }),
    ...(planner === undefined ? {} : { planner }),
  });
}
