// Store: what the benchmarks need to know of the disk: an engine on a fresh store, how large a store is, and
// what was written to it, batch by batch.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { createEngine, type Engine, type EngineOptions, type Tool } from 'statewright';

/** Runs some work in a new folder and removes it. */
export async function inFolder<Result>(
  parent: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(parent, 'statewright-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An engine on a store on disk, with the tool and nothing else. It flushes every batch, if not told otherwise. */
export function openEngine(
  folder: string,
  tool: Tool,
  durability: 'sync' | 'relaxed' = 'sync',
  config: NonNullable<EngineOptions['config']> = {},
): Promise<Engine> {
  return createEngine({
    store: folder,
    durability,
    tools: [tool],
    builtinTools: false,
    endpoint: false,
    config,
  });
}

/** Bytes of all files below a folder, but for the ballast of a store, which is the same for all. */
export function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'ballast')
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Bytes of a closed store once LevelDB has rewritten all of it. */
export async function compactedBytes(folder: string): Promise<number> {
  const db = openLevel(join(folder, 'db'));
  await db.open();
  // The types of `level` are those of browsers too, which have no compaction.
  await (db as unknown as { compactRange(start: string, end: string): Promise<void> }).compactRange('!', '~');
  await db.close();
  return bytesIn(folder);
}

/** The bytes of the value of the only record whose key starts with a prefix and contains a part; 0 for none. */
export async function recordBytes(folder: string, prefix: string, part: string): Promise<number> {
  const db = openLevel(join(folder, 'db'));
  await db.open();
  let bytes = 0;
  for await (const [key, value] of db.iterator({ gte: prefix, lt: `${prefix}\uffff` })) {
    if (key.includes(part)) bytes += Buffer.byteLength(value);
  }
  await db.close();
  return bytes;
}

export function openLevel(folder: string): Level<string, string> {
  return new Level<string, string>(folder, { valueEncoding: 'utf8' });
}

/** The form of one batch: how much of what was written. */
export interface BatchForm {
  readonly puts: number;
  readonly deletes: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
}

type Operation = { readonly type: string; readonly key: string; readonly value?: string };

/** Notes the form of every batch that is written in this process until it is told to stop; costs the writer next to nothing. */
export function recordBatches(): { forget(): void; stop(): readonly BatchForm[] } {
  const forms: BatchForm[] = [];
  const prototype = Level.prototype as unknown as { batch: (...args: unknown[]) => unknown };
  const original = prototype.batch;
  prototype.batch = function batch(this: unknown, ...args: unknown[]): unknown {
    const [operations] = args;
    if (Array.isArray(operations)) forms.push(formOf(operations as Operation[]));
    const result = original.apply(this, args);
    return operations === undefined ? noting(result as Chain, forms) : result;
  };
  const stop = (): readonly BatchForm[] => {
    prototype.batch = original;
    return forms;
  };
  return { forget: () => void forms.splice(0), stop };
}

interface Chain {
  put(key: string, value: string): Chain;
  del(key: string): Chain;
  write(options: object): Promise<void>;
}

/** Lets a chained batch note what is put and deleted, and its form when it is written. */
function noting(chain: Chain, forms: BatchForm[]): Chain {
  let [puts, deletes, keyBytes, valueBytes] = [0, 0, 0, 0];
  const { put, del, write } = chain;
  chain.put = (key, value) => {
    puts += 1;
    keyBytes += key.length;
    valueBytes += value.length;
    return put.call(chain, key, value);
  };
  chain.del = (key) => {
    deletes += 1;
    keyBytes += key.length;
    return del.call(chain, key);
  };
  chain.write = (options) => {
    forms.push({ puts, deletes, keyBytes, valueBytes });
    return write.call(chain, options);
  };
  return chain;
}

function formOf(operations: readonly Operation[]): BatchForm {
  let [puts, keyBytes, valueBytes] = [0, 0, 0];
  for (const { type, key, value } of operations) {
    keyBytes += key.length;
    if (type !== 'put') continue;
    puts += 1;
    valueBytes += value?.length ?? 0;
  }
  return { puts, deletes: operations.length - puts, keyBytes, valueBytes };
}
