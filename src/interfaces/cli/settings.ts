// Settings: what every command is told by its options, the environment and the configuration file.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { EngineError } from '../../errors.js';
import type { Durability } from '../../index.js';
import { readConfigFile, type FileConfig } from './config-file.js';

export const defaultStore = '.statewright';

/** The options that all commands have. */
export interface SharedOptions {
  readonly store: string;
  readonly config?: string;
  readonly json?: boolean;
}

export interface Settings {
  /** The store's folder, absolute. */
  readonly store: string;
  /** `--config`, absolute, for processes that are started in turn. */
  readonly configFile: string | undefined;
  readonly config: FileConfig;
  readonly durability?: Durability | undefined;
}

/** Gives a command the options that all have. */
export function withSharedOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-s, --store <dir>', 'folder of the store').env('STATEWRIGHT_STORE').default(defaultStore),
    )
    .addOption(
      new Option('-c, --config <file>', 'configuration file [statewright.config.{js,mjs,json,yaml}]').env(
        'STATEWRIGHT_CONFIG',
      ),
    )
    .option('--json', 'print one JSON object a line');
}

/** Reads the settings of a command. @throws EngineError when the configuration file cannot be used. */
export async function readSettings(options: SharedOptions & { durability?: Durability }): Promise<Settings> {
  return {
    store: resolve(options.store),
    configFile: options.config === undefined ? undefined : resolve(options.config),
    config: await readConfigFile(options.config),
    durability: options.durability,
  };
}

/**
 * For commands that look at what is there: a mistyped folder must not become a new store.
 *
 * @throws EngineError `INPUT_UNREADABLE`
 */
export function requireStore(settings: Settings): void {
  if (existsSync(settings.store)) return;
  throw new EngineError(
    'INPUT_UNREADABLE',
    `There is no store at ${settings.store}. Name it with --store, or make it with 'statewright run'.`,
  );
}

/** The command that a person types next, with the store when it is not the usual one. */
export function hint(settings: Settings, words: string): string {
  const isUsual =
    settings.store === resolve(defaultStore) ||
    settings.store === resolve(process.env['STATEWRIGHT_STORE'] ?? '');
  return `statewright ${words}${isUsual ? '' : ` --store ${quoted(settings.store)}`}`;
}

/** A word for a command line, quoted when it needs it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word);
