// Session: what a command has at hand while it runs, and how its end becomes an exit code.
import type { Command } from 'commander';
import { userInfo } from 'node:os';
import pc from 'picocolors';
import { createOutput, type Output } from './output.js';
import { type Access, openAccess } from './access.js';
import { readSettings, requireStore, type Settings, type SharedOptions } from './settings.js';
import { reportError } from './problems.js';

export interface Session {
  readonly output: Output;
  readonly settings: Settings;
  readonly version: string;
}

/** A command's work: gives the exit code. */
export type Work<Options> = (session: Session, args: readonly string[], options: Options) => Promise<number>;

/** Ties a command to its work. The exit code is kept for the end of the process. */
export type Binder = <Options extends object>(command: Command, work: Work<Options & SharedOptions>) => void;

/** Makes the binder of a process. */
export function createBinder(version: string, finish: (code: number) => void): Binder {
  return (command, work) => {
    command.action(async (...received: unknown[]) => {
      const args = received
        .slice(0, -2)
        .flat()
        .filter((arg) => typeof arg === 'string');
      const options = received.at(-2) as Parameters<typeof work>[2];
      const output = createOutput(options.json === true);
      try {
        const settings = await readSettings(options);
        finish(await work({ output, settings, version }, args, options));
      } catch (error) {
        finish(reportError(error, output, version));
      }
      await output.flush();
    });
  };
}

/** Opens the store that is there, does something with it and lets go of it again. */
export async function withStore<T>(
  { settings, output }: Session,
  work: (access: Access) => Promise<T>,
): Promise<T> {
  requireStore(settings);
  const access = await openAccess(settings, { carriesOn: false });
  try {
    const trouble = await access.engine.trouble();
    if (trouble !== undefined) output.note(pc.yellow(trouble.message));
    return await work(access);
  } finally {
    await access.close(0);
  }
}

/** Who gives a command, as it is journaled. */
export function whoever(): string {
  try {
    return userInfo().username;
  } catch {
    return 'command line';
  }
}
