// The built-in tools of an engine, made from one set of options.
import { isAbsolute, normalize, resolve, sep } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../errors.js';
import { type Clock, createSystemClock } from '../clock.js';
import { createQueryTool } from './data-query.js';
import { createConfinement } from './fs/confinement.js';
import { createCopyTool } from './fs/copy.js';
import { createHashTool } from './fs/hash.js';
import { createListTool } from './fs/list.js';
import { createMkdirTool } from './fs/mkdir.js';
import { createMoveTool } from './fs/move.js';
import { createReadTool } from './fs/read.js';
import { createRemoveTool } from './fs/remove.js';
import { createStatTool } from './fs/stat.js';
import { createWriteTool } from './fs/write.js';
import { createHttpTools } from './http/http-tools.js';
import { HttpSettings } from './http/settings.js';
import { createTemplateTool } from './text-template.js';
import type { Tool } from './tool.js';

const Path = z
  .string()
  .min(1)
  .refine((path) => !path.includes('\0'), { error: 'expected a path without zero characters' });

/** A name in each root; it must not lead out of it. */
const TrashFolder = Path.refine(
  (path) => {
    const parts = normalize(path).split(sep);
    return !isAbsolute(path) && !parts.includes('..') && normalize(path) !== '.';
  },
  { error: 'expected a relative path within each root' },
);

/** Settings of the built-in tools, with their defaults. */
export const BuiltinToolSettings = z.strictObject({
  /** The folders that file tools may touch; relative paths of tools are taken from the first. */
  roots: z.array(Path).min(1).optional(),
  /** What file tools neither read nor change, with all below; relative to the first root. */
  protectedPaths: z.array(Path).default([]),
  /** The most bytes that fs.read gives at once. */
  maxReadBytes: z.number().int().positive().default(8_388_608),
  /** The most bytes that fs.write writes. */
  maxWriteBytes: z.number().int().positive().default(67_108_864),
  /** Where fs.remove puts things, in each root. */
  trashFolder: TrashFolder.default('.statewright-trash'),
  http: HttpSettings.prefault({}),
});

/** Options of the built-in tools. `roots` is the working directory at the time of the call unless given. */
export type BuiltinToolOptions = z.input<typeof BuiltinToolSettings> & { clock?: Clock | undefined };

/**
 * Makes the built-in tools: `fs.list`, `fs.stat`, `fs.read`, `fs.write`, `fs.mkdir`, `fs.move`, `fs.copy`,
 * `fs.remove`, `fs.hash`, `text.template`, `data.query`, `http.get` and `http.request`.
 *
 * @throws EngineError `INPUT_INVALID` when an option is wrong.
 *
 * @example
 * const tools = createToolRegistry(createBuiltinTools({ roots: ['inbox'] }));
 */
export function createBuiltinTools(options: BuiltinToolOptions = {}): Tool[] {
  const { clock = createSystemClock(), ...rest } = options;
  const parsed = BuiltinToolSettings.safeParse(rest);
  if (!parsed.success) {
    throw new EngineError(
      'INPUT_INVALID',
      `The options of the built-in tools are wrong:\n${z.prettifyError(parsed.error)}`,
      {
        problems: parsed.error.issues.map((issue) => ({
          path: `tools.${issue.path.join('.')}`,
          message: issue.message,
        })),
      },
    );
  }
  const settings = parsed.data;
  const confinement = createConfinement({
    roots: (settings.roots ?? [process.cwd()]).map((root) => resolve(root)),
    protectedPaths: settings.protectedPaths,
  });
  return [
    createListTool(confinement, settings),
    createStatTool(confinement),
    createReadTool(confinement, settings),
    createWriteTool(confinement, settings),
    createMkdirTool(confinement),
    createMoveTool(confinement),
    createCopyTool(confinement),
    createRemoveTool(confinement, settings),
    createHashTool(confinement),
    createTemplateTool(),
    createQueryTool(),
    ...createHttpTools(settings.http, clock),
  ];
}
