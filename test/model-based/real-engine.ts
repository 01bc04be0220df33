// Real engine: an engine on a store on disk, with scripted tools and a clock that is moved by hand. It knows the
// state of each actor, from XState's inspection events.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyMachineSnapshot, InspectionEvent } from 'xstate';
import { stateName } from '#src/actors/state-name.js';
import { createEngine } from '#src/engine.js';
import type { Engine } from '#src/engine/api.js';
import type { Coverage } from '../machines/coverage.js';
import { createManualClock, type ManualClock } from '#src/testing/manual-clock.js';
import { createPlanning, type Planning } from './planning.js';
import { createScript, type Script } from '#src/testing/script.js';

export interface RealEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly script: Script;
  readonly planning: Planning;
  /** The state of an actor, also of one that has ended; undefined before it was made. */
  state(address: string): string | undefined;
  /** The context of an actor. */
  context(address: string): Record<string, unknown>;
  /** Resolves when nothing happens any more by itself. */
  quiet(): Promise<void>;
  /** Moves the clock to an instant, ringing what is due on the way. */
  moveTo(instant: number): Promise<void>;
  moveBy(ms: number): Promise<void>;
}

/** How long a person is waited for in these engines. */
export const patienceMs = 60_000;

/** How often a monitor looks, and how long a suspicion must hold. */
export const monitorMs = 5_000;

export interface RealEngineOptions {
  readonly coverage: Coverage;
}

/** Opens an engine in a fresh folder, which is removed with it. */
export async function openRealEngine(options: RealEngineOptions): Promise<RealEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'statewright-paths-'));
  const clock = createManualClock();
  const script = createScript();
  const planning = createPlanning();
  const last = new Map<string, AnyMachineSnapshot>();

  function inspect(event: InspectionEvent): void {
    options.coverage.inspect(event);
    if (event.type !== '@xstate.snapshot' || !('machine' in event.snapshot)) return;
    last.set((event.actorRef as unknown as { id: string }).id, event.snapshot as AnyMachineSnapshot);
  }

  const engine = await createEngine({
    store: folder,
    durability: 'relaxed',
    endpoint: false,
    builtinTools: false,
    tools: script.tools,
    clock,
    inspect,
    config: {
      patienceMs,
      resourceWaitMs: 30_000,
      stopGraceMs: 1_000,
      monitor: { intervalMs: monitorMs, windowMs: monitorMs, stalledFactor: 2 },
    },
    planner: planning.planner,
  });

  async function quiet(): Promise<void> {
    for (let i = 0; i < 2; i++) {
      await engine.settled();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await engine.settled();
  }

  async function moveTo(instant: number): Promise<void> {
    while (clock.ring(instant)) await quiet();
    clock.moveTo(instant);
    await quiet();
  }

  return {
    engine,
    clock,
    script,
    planning,
    state: (address) => {
      const snapshot = last.get(address);
      return snapshot === undefined ? undefined : stateName(snapshot.value);
    },
    context: (address) => (last.get(address)?.context ?? {}) as Record<string, unknown>,
    quiet,
    moveTo,
    moveBy: (ms) => moveTo(clock.now() + ms),
    async [Symbol.asyncDispose]() {
      const closed = engine.close({ graceMs: 0 });
      await new Promise((resolve) => setImmediate(resolve));
      // What the script never ends is forgotten after its grace.
      await moveTo(clock.now() + 60_000);
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
