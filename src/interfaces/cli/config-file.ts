// Configuration file: `statewright.config.{js,mjs,json,yaml,yml}` in the working directory, or the one named.
// What it says of the engine is checked by the engine; a JavaScript file may also bring tools and a planner.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import { EngineError } from '../../errors.js';
import type { Config, Planner, Tool } from '../../index.js';

/** What a configuration file gives. */
export interface FileConfig {
  readonly config?: Partial<Config>;
  readonly tools?: readonly Tool[];
  readonly planner?: Planner;
}

const names = ['js', 'mjs', 'json', 'yaml', 'yml'].map((extension) => `statewright.config.${extension}`);

/**
 * Reads the configuration.
 *
 * @param named - The file given by `--config`; without it the first of the usual names, or none.
 * @throws EngineError `INPUT_UNREADABLE` when the file is not there or does not run, `INPUT_INVALID` when it
 * holds no settings.
 */
export async function readConfigFile(named: string | undefined): Promise<FileConfig> {
  const file = named ?? names.find((name) => existsSync(name));
  if (file === undefined) return {};
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new EngineError('INPUT_UNREADABLE', `There is no configuration file ${path}. Check --config.`);
  }
  const isCode = ['.js', '.mjs'].includes(extname(path).toLowerCase());
  const value = isCode ? await load(path, file) : await parse(path, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `expected settings such as { roots: […] }, got ${Array.isArray(value) ? 'a list' : typeof value}`;
    throw new EngineError('INPUT_INVALID', `${file}: ${message}`, {
      problems: [{ path: '', file, message }],
    });
  }
  const { tools, planner, ...config } = value as Partial<Config> & Omit<FileConfig, 'config'>;
  if (!isCode && (tools !== undefined || planner !== undefined)) {
    const message = 'tools and planners are code: expected them in a .js or .mjs file';
    throw new EngineError('INPUT_INVALID', `${file}: ${message}`, {
      problems: [{ path: 'tools', file, message }],
    });
  }
  if (tools !== undefined && !Array.isArray(tools)) {
    const message = `expected a list of tools, got ${typeof tools}`;
    throw new EngineError('INPUT_INVALID', `${file}: ${message}`, {
      problems: [{ path: 'tools', file, message }],
    });
  }
  return {
    config,
    ...(tools === undefined ? {} : { tools: tools as readonly Tool[] }),
    ...(planner === undefined ? {} : { planner }),
  };
}

/** Runs a JavaScript file: its default export, else its named ones. */
async function load(path: string, file: string): Promise<unknown> {
  try {
    const loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    return loaded['default'] ?? { ...loaded };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('INPUT_UNREADABLE', `The configuration file ${file} could not be run: ${reason}`, {
      cause,
    });
  }
}

async function parse(path: string, file: string): Promise<unknown> {
  const lines = new LineCounter();
  const document = parseDocument(await readFile(path, 'utf8'), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error === undefined) return document.toJS({ maxAliasCount: 100 }) as unknown;
  const { line, col } = lines.linePos(error.pos[0]);
  throw new EngineError('INPUT_INVALID', `${file} cannot be read: ${error.message}`, {
    problems: [{ path: '', file, line, column: col, message: error.message }],
  });
}
