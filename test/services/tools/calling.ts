// Calls tools as the engine does: input through the schema, output through the schema, a context of its own.
import { mkdtemp, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach } from 'vitest';
import { type BuiltinToolOptions, createBuiltinTools } from '#src/services/tools/builtin.js';
import { createToolRegistry } from '#src/services/tools/registry.js';
import { type ToolCallContext, ToolFailure } from '#src/services/tools/tool.js';

export interface Told {
  readonly progress: { share: number; message: string | undefined }[];
  readonly logs: string[];
}

/** A context like the engine's; what the tool reports is kept. */
export function contextOf(
  difference: Partial<ToolCallContext> = {},
): ToolCallContext & { readonly told: Told } {
  const told: Told = { progress: [], logs: [] };
  return {
    signal: new AbortController().signal,
    idempotencyKey: 'goal/task',
    goalId: 'goal',
    taskId: 'task',
    attempt: 1,
    deadlineAt: Number.MAX_SAFE_INTEGER,
    progress: (share, message) => void told.progress.push({ share, message }),
    log: (message) => void told.logs.push(message),
    ...difference,
    told,
  };
}

/** Calls a built-in tool by name; the output is what its schema makes of it. */
export function callerOf(options: BuiltinToolOptions) {
  const registry = createToolRegistry(createBuiltinTools(options));
  return async <Output = Record<string, unknown>>(
    name: string,
    input: unknown,
    difference: Partial<ToolCallContext> = {},
  ): Promise<Output> => {
    const tool = registry.get(name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    const output: unknown = await tool.run(tool.input.parse(input), contextOf(difference));
    return tool.output.parse(output) as Output;
  };
}

/** The failure with which a call ends; an error when it ends well. */
export async function failureOf(call: Promise<unknown>): Promise<ToolFailure['failure']> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ToolFailure) return error.failure;
    throw error;
  }
  throw new Error('expected the call to fail, it ended well');
}

const made: string[] = [];

/** A new folder with a difficult name, removed after the test. */
export async function newFolder(parent = tmpdir()): Promise<string> {
  const path = await realpath(await mkdtemp(join(parent, 'statewright test äöü 日本 ')));
  made.push(path);
  return path;
}

afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

/** All that is in a folder: contents of files, targets of links, `folder` of folders, by relative path. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    found[relative(folder, path)] = stats.isDirectory()
      ? 'folder'
      : stats.isSymbolicLink()
        ? `-> ${await readlink(path)}`
        : await readFile(path, 'utf8');
  }
  return found;
}

/** The names in a folder that the tools made for themselves and should have cleared away. */
export async function leftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.statewright-(?!trash)/.test(name));
}
