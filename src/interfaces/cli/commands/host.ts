// `host`: an engine without a goal of its own, as `run --detach` starts it. It carries on what is in the store
// and ends when nothing is left to do.
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { EngineError } from '../../../errors.js';
import { connectEngine, type Engine } from '../../../index.js';
import { openAccess } from '../access.js';
import type { Tidings } from '../detached.js';
import { exitCode } from '../exit-code.js';
import { createInterrupts, type Interrupts } from '../interrupts.js';
import type { Binder, Session } from '../session.js';
import { withSharedOptions } from '../settings.js';
import { durabilityOption } from './follow-goal.js';

/** How often a store is looked at whose engine gives no sign of its end, in milliseconds. */
const lookMs = 250;

export function addHost(program: Command, bind: Binder): void {
  const command = program
    .command('host', { hidden: true })
    .description('Carries on what is in the store until nothing is left to do; started by run --detach.')
    .addOption(durabilityOption());
  withSharedOptions(command);
  bind(command, host);
}

function tell(tidings: Tidings): void {
  if (process.connected) process.send?.(tidings);
}

async function host(session: Session): Promise<number> {
  const interrupts = createInterrupts();
  try {
    const own = await takeStore(session, interrupts);
    if (own === undefined) return exitCode.succeeded;
    tell({ state: 'ready' });
    const noMore = new AbortController();
    interrupts.onFirst(() => noMore.abort());
    if (process.connected) process.once('disconnect', () => void endWhenIdle(own, noMore));
    else void endWhenIdle(own, noMore);
    await untilOver(own, noMore);
    await own.close(interrupts.halt.aborted ? { graceMs: 0 } : {});
    return exitCode.succeeded;
  } catch (error) {
    const known = error instanceof EngineError ? error : undefined;
    const message = error instanceof Error ? error.message : String(error);
    tell({
      state: 'failed',
      code: known?.code ?? 'ENGINE_INVARIANT',
      message,
      problems: known?.problems ?? [],
    });
    throw error;
  } finally {
    interrupts.dispose();
    if (process.connected) process.disconnect();
  }
}

/** The engine, as soon as no other process has the store; nothing when it was called off before. */
async function takeStore({ settings }: Session, interrupts: Interrupts): Promise<Engine | undefined> {
  while (!interrupts.wasAsked()) {
    const other = await connectEngine(settings.store);
    if (other === undefined) {
      const access = await openAccess(settings, { carriesOn: true });
      if (access.own !== undefined) return access.own;
      await access.close();
      continue;
    }
    tell({ state: 'waiting' });
    await other.close();
    await wait(lookMs);
  }
  return undefined;
}

/** Whether a goal is left that can go on. One that was set aside waits for no engine. */
async function isIdle(engine: Engine): Promise<boolean> {
  const open = await engine.goals({ status: 'open' });
  return open.every(({ fault }) => fault !== undefined);
}

async function endWhenIdle(engine: Engine, noMore: AbortController): Promise<void> {
  if (await isIdle(engine)) noMore.abort();
}

/** Goes on until the last goal has ended, or it is called off. */
async function untilOver(engine: Engine, noMore: AbortController): Promise<void> {
  const ends = /^goal\.(succeeded|partial|failed|aborted)$|^engine\.faulted$/;
  const facts = engine.telemetry$.subscribe((one) => {
    if (one.kind !== 'fact' || !ends.test(one.fact.type) || process.connected) return;
    // The goal's record is written with the fact, and what follows from it in turns after it.
    setImmediate(() => void endWhenIdle(engine, noMore));
  });
  try {
    if (!noMore.signal.aborted) {
      await new Promise<void>((resolve) =>
        noMore.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
    }
  } finally {
    facts.unsubscribe();
  }
}
