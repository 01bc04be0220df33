// Rescue: how an engine gets its store back after a failed write, and tells of it: to the log, to whoever listens, and,
// once it is over, to the journal.
import { EngineError } from '../errors.js';
import type { Database } from '../persistence/ledger.js';
import type { Rescue } from '../persistence/disk.js';
import type { Clock } from '../services/clock.js';
import type { EngineOptions, StoreTrouble } from './api.js';
import type { StorePort } from './database.js';
import type { Runtime } from './runtime-types.js';

export interface RescueOptions {
  readonly port: StorePort;
  readonly clock: Clock;
  /** Told when trouble begins, changes and, with undefined, is over. */
  readonly tell: (trouble: StoreTrouble | undefined, before: StoreTrouble | undefined) => void;
}

export interface EngineRescue extends Rescue {
  /** What keeps the store from being written now. */
  readonly trouble: () => StoreTrouble | undefined;
}

/** Makes the rescue of an engine's store. */
export function createRescue({ port, clock, tell }: RescueOptions): EngineRescue {
  let trouble: StoreTrouble | undefined;

  function say(next: StoreTrouble | undefined): void {
    const before = trouble;
    trouble = next;
    tell(next, before);
  }

  return {
    trouble: () => trouble,
    reopen: () => openWithBallast(port),
    ...(port.ballast === undefined ? {} : { room: port.ballast.make }),
    wait: (ms, callback) => clock.at(clock.now() + ms, callback),
    onTrouble: ({ message }) => say({ since: trouble?.since ?? clock.now(), message }),
    onRecovered: () => say(undefined),
  };
}

/** Opens a database; when that fails for want of room or the like, the ballast is given up for it. */
export async function openWithBallast({ open, ballast }: StorePort): Promise<Database> {
  try {
    return await open();
  } catch (error) {
    const isHopeless = !(error instanceof EngineError) || error.code !== 'STORE_UNREADABLE';
    if (isHopeless || ballast === undefined || !(await ballast.give())) throw error;
    return open();
  }
}

/** Tells of trouble with the store while it lasts, and journals it once it is over. */
export function tellTrouble(
  runtime: Runtime,
  logger: EngineOptions['logger'],
  trouble: StoreTrouble | undefined,
  before: StoreTrouble | undefined,
): void {
  const at = runtime.options.clock.now();
  runtime.attempts.reconsider();
  runtime.telemetry$.next({ kind: 'store', at, ...(trouble === undefined ? {} : { trouble }) });
  if (trouble !== undefined) return logger?.error(trouble, 'the store cannot be written');
  logger?.warn(before ?? {}, 'the store can be written again');
  runtime.system.run('', (turn) =>
    turn.changes.fact({ at, goal: '', actor: 'engine', type: 'store.recovered', data: { ...before } }),
  );
}

/** Trouble that will not end. */
export const lost = (error: EngineError | undefined, since: number): StoreTrouble | undefined =>
  error === undefined ? undefined : { since, message: error.message };
