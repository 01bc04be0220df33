// Follow: accompanies a goal until it ends, asks for a person, or is interrupted.
import type { Engine, GoalHandle, Result } from 'statewright';
import { createProgress, type Screen } from './progress.js';

/** Why following stopped. */
export type Stop = { kind: 'ended'; result: Result } | { kind: 'approval' } | { kind: 'interrupted' };

/** Told of Ctrl-C: the first time it stops what is followed, the second time the process. */
export interface Interrupts {
  /** Resolves at the first. */
  readonly first: Promise<void>;
  close(): void;
}

/** Listens for Ctrl-C and for a polite kill. Stopping at once is always safe: the engine goes on where it was. */
export function listenForInterrupts(onSecond: () => void): Interrupts {
  let tell = (): void => undefined;
  let seen = 0;
  const first = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const onSignal = (): void => {
    seen += 1;
    if (seen === 1) tell();
    else onSecond();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    first,
    close: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** Follows a goal with its progress on the screen. */
export async function follow(
  engine: Engine,
  handle: GoalHandle,
  screen: Screen,
  interrupts: Interrupts,
): Promise<Stop> {
  const leave = new AbortController();
  const progress = await createProgress(handle, screen, Date.now());
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const subscription = engine.telemetry$.subscribe((event) => {
    if (event.kind !== 'fact' || event.fact.goal !== handle.id) return;
    progress.note(event.fact);
    if (event.fact.type === 'task.blocked' && event.fact.data['kind'] === 'approval') ask();
  });
  try {
    if (await isWaitingFor(handle, 'approval')) return { kind: 'approval' };
    return await Promise.race([
      handle.result({ signal: leave.signal }).then((result): Stop => ({ kind: 'ended', result })),
      asked.then((): Stop => ({ kind: 'approval' })),
      interrupts.first.then((): Stop => ({ kind: 'interrupted' })),
    ]);
  } finally {
    leave.abort();
    subscription.unsubscribe();
    progress.stop();
  }
}

/** Whether a goal waits for something of a kind. */
export async function isWaitingFor(handle: GoalHandle, kind: 'approval' | 'paused'): Promise<boolean> {
  return (await handle.explain()).waits.some((wait) => wait.kind === kind);
}
