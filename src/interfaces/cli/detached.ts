// Detached: an engine in a process of its own that outlives the command which started it.
//
// The new process says over a channel how far it is: `ready` with the store open, `waiting` while another
// process has the store (it takes over when that one ends), or what kept it from starting.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError, type EngineErrorCode, type Problem } from '../../errors.js';
import { connectEngine, type RemoteEngine } from '../../index.js';
import type { Settings } from './settings.js';

/** What the detached process tells the one that started it. */
export type Tidings =
  | { readonly state: 'ready' | 'waiting' }
  | {
      readonly state: 'failed';
      readonly code: string;
      readonly message: string;
      readonly problems: readonly Problem[];
    };

export interface Detached {
  readonly engine: RemoteEngine;
  /** The process that will carry the goals on. */
  readonly pid: number;
  /** Lets the detached process live its own life; it ends when no goal is left. */
  release(): Promise<void>;
}

/** Where a detached engine writes what it cannot tell anybody. */
export const detachedLog = (store: string): string => join(store, 'engine.log');

/**
 * Starts an engine in the background and connects to whoever has the store now.
 *
 * @throws EngineError what kept the engine from starting.
 */
export async function detachEngine(settings: Settings): Promise<Detached> {
  mkdirSync(settings.store, { recursive: true });
  const log = openSync(detachedLog(settings.store), 'a', 0o600);
  const args = [
    fileURLToPath(new URL('main.js', import.meta.url)),
    'host',
    '--store',
    settings.store,
    ...(settings.configFile === undefined ? [] : ['--config', settings.configFile]),
    ...(settings.durability === undefined ? [] : ['--durability', settings.durability]),
  ];
  const child = spawn(process.execPath, args, {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const tidings = await new Promise<Tidings>((resolve) => {
    child.once('message', (message) => resolve(message as Tidings));
    child.once('error', (error) => resolve(failed(`it could not be started: ${error.message}`)));
    child.once('exit', (code) =>
      resolve(failed(`it ended with code ${String(code)}; see ${detachedLog(settings.store)}`)),
    );
  });
  if (tidings.state === 'failed') {
    throw new EngineError(tidings.code as EngineErrorCode, tidings.message, { problems: tidings.problems });
  }
  const engine = await connectEngine(settings.store);
  if (engine === undefined) {
    child.disconnect();
    throw new EngineError(
      'STORE_IN_USE',
      `The store ${settings.store} is in use by a process that cannot be reached.`,
    );
  }
  return {
    engine,
    pid: child.pid ?? 0,
    async release() {
      await engine.close();
      if (child.connected) child.disconnect();
      child.unref();
    },
  };
}

const failed = (reason: string): Tidings => ({
  state: 'failed',
  code: 'STORE_UNREADABLE',
  message: `The engine in the background did not start: ${reason}`,
  problems: [],
});
