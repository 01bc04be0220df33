// Test level: a store in memory that has accidents. The process that uses it can die before or after any write; a
// write can fail, with or without its bytes on the disk; the disk can be full and later have room; writes can take
// time.
//
// D1 once the process is dead nothing is written any more and nobody is told of anything; `next` is what a process
//    that starts then finds: all that was on the disk.
// D2 a handle on which a write failed is like LevelDB's: it goes on to take writes, shows them, and they are gone
//    when the store is opened again. While the disk is full each write fails.
// D3 one handle at a time; a second `open` is refused until the first was closed.
import { MemoryLevel } from 'memory-level';
import type { Database } from '../persistence/ledger.js';
import type { Clock } from '../services/clock.js';

/** What happens at a write. */
export type WriteFault =
  /** The process dies with the write on the disk (`after`) or without (`before`). */
  | { readonly kind: 'stop'; readonly when: 'before' | 'after' }
  /** It rejects; `applied` [false] says whether it is on the disk all the same. */
  | { readonly kind: 'fail'; readonly applied?: boolean; readonly code?: 'EIO' | 'ENOSPC' };

/** One change of a write. */
export interface LevelOperation {
  readonly type: 'put' | 'del';
  readonly key: string;
  readonly value?: string;
}

/** A write, as it is told to `onWrite`. */
export interface LevelWrite {
  /** From 1, in this life of the process. */
  readonly number: number;
  readonly operations: readonly LevelOperation[];
}

export interface TestLevelOptions {
  /** What is on the disk at first [nothing]. */
  readonly entries?: readonly (readonly [string, string])[];
  /** By which slow writes take their time. */
  readonly clock?: Clock;
  /** Told of each write as it begins; may plan what happens at it, and take its time with that. */
  readonly onWrite?: (write: LevelWrite) => WriteFault | undefined | Promise<WriteFault | undefined>;
  /** Told of each write that is on the disk, before whoever wrote it is. */
  readonly onWritten?: (write: LevelWrite) => void;
}

export interface TestLevel {
  /** Opens the store: a `database` for `createEngine`. */
  open(): Promise<Database>;
  /** How many writes were begun in this life. */
  readonly writes: number;
  /** Plans what happens at the write of a number, counted from 1 in this life. */
  at(write: number, fault: WriteFault): void;
  /** Forgets what was planned. */
  calm(): void;
  /** The disk is full: each write fails with `ENOSPC`. `canOpen` [true]: whether there is room to open the store. */
  fill(options?: { canOpen?: boolean }): void;
  makeRoom(): void;
  /** From now on each write takes so long by the clock, one after the other; 0 for at once. */
  slow(latencyMs: number): void;
  /** The process dies now, between two writes. */
  stop(): void;
  readonly isStopped: boolean;
  /** Resolves when the process has died. */
  readonly stopped: Promise<'stopped'>;
  /** What a process that starts now finds; the present one is dead then. */
  next(options?: TestLevelOptions): Promise<TestLevel>;
  /** What is on the disk under a key. */
  get(key: string): string | undefined;
  /** All that is on the disk. */
  entries(): Promise<(readonly [string, string])[]>;
}

/** One each time: what waits for a shared one would be kept by it for ever. */
const never = (): Promise<never> => new Promise(() => {});

/** An open handle. Its database holds what is on the disk, until a write fails: then `kept` does. */
interface Handle {
  readonly db: Database;
  kept: Map<string, string> | undefined;
}

/** Makes a store in memory. */
export function createTestLevel(options: TestLevelOptions = {}): TestLevel {
  const planned = new Map<number, WriteFault>();
  let stored = new Map(options.entries ?? []);
  let handle: Handle | undefined;
  let writes = 0;
  let room: 'enough' | 'none' | 'to-open' = 'enough';
  let latencyMs = 0;
  let queue: Promise<unknown> = Promise.resolve();
  let isStopped = false;
  let tell = (_: 'stopped'): void => {};
  const stopped = new Promise<'stopped'>((resolve) => {
    tell = resolve;
  });

  const stop = (): void => {
    isStopped = true;
    tell('stopped');
  };

  const contentOf = async ({ db, kept }: Handle): Promise<Map<string, string>> =>
    kept ?? new Map(await db.iterator().all());

  /** Lets a write take its time, behind those before it. */
  function takeTime(): Promise<unknown> {
    const { clock } = options;
    if (latencyMs === 0 || clock === undefined) return queue;
    const ms = latencyMs;
    queue = queue.then(() => new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve)));
    return queue;
  }

  async function write(
    to: Handle,
    operations: readonly LevelOperation[],
    apply: () => Promise<void>,
  ): Promise<void> {
    if (isStopped) return never();
    writes += 1;
    const number = writes;
    const answer = options.onWrite?.({ number, operations });
    const asked = answer instanceof Promise ? await answer : answer;
    if (latencyMs > 0) await takeTime();
    const fault = asked ?? planned.get(number);
    if (isStopped) return never();
    if (fault?.kind === 'stop' && fault.when === 'before') {
      stop();
      return never();
    }
    if (room !== 'enough' || fault?.kind === 'fail') {
      const isFirst = to.kept === undefined;
      to.kept = await contentOf(to);
      if (isFirst && room === 'enough' && fault?.kind === 'fail' && fault.applied === true) {
        applyTo(to.kept, operations);
        options.onWritten?.({ number, operations });
      }
      throw failure(room === 'enough' ? (fault as { code?: string }).code : 'ENOSPC');
    }
    await apply();
    if (to.kept === undefined) options.onWritten?.({ number, operations });
    if (fault?.kind === 'stop') stop();
    if (isStopped) return never();
  }

  async function open(): Promise<Database> {
    if (isStopped) return never();
    if (handle !== undefined) throw notOpened('LEVEL_LOCKED', 'the store is open already in this process');
    if (room === 'none') throw notOpened('LEVEL_IO_ERROR', 'there is no room to open the store');
    const db = new MemoryLevel<string, string>({ valueEncoding: 'utf8' }) as unknown as Database;
    await db.open();
    await db.batch([...stored].map(([key, value]) => ({ type: 'put' as const, key, value })));
    const made: Handle = { db, kept: undefined };
    handle = made;
    Object.assign(
      db,
      overrides(made, (operations, apply) => write(made, operations, apply)),
      {
        close: closing(made),
      },
    );
    return db;
  }

  function closing(made: Handle): () => Promise<void> {
    const close = made.db.close.bind(made.db);
    return async () => {
      if (handle === made) {
        stored = await contentOf(made);
        handle = undefined;
      }
      await close();
    };
  }

  const entries = async (): Promise<(readonly [string, string])[]> =>
    [...(handle === undefined ? stored : await contentOf(handle))].sort(([a], [b]) => (a < b ? -1 : 1));

  return {
    open,
    get writes() {
      return writes;
    },
    at: (number, fault) => void planned.set(number, fault),
    calm: () => planned.clear(),
    fill: ({ canOpen = true } = {}) => {
      room = canOpen ? 'to-open' : 'none';
    },
    makeRoom: () => {
      room = 'enough';
    },
    slow: (ms) => {
      if (ms > 0 && options.clock === undefined)
        throw new Error('Slow writes need a clock: createTestLevel({ clock }).');
      latencyMs = ms;
    },
    stop,
    get isStopped() {
      return isStopped;
    },
    stopped,
    next: async (nextOptions = {}) => {
      stop();
      return createTestLevel({ ...options, ...nextOptions, entries: await entries() });
    },
    get: (key) => (handle === undefined ? stored.get(key) : fromHandle(handle, key)),
    entries,
  };
}

const fromHandle = ({ db, kept }: Handle, key: string): string | undefined =>
  kept === undefined ? db.getSync(key) : kept.get(key);

type Write = (operations: readonly LevelOperation[], apply: () => Promise<void>) => Promise<void>;

/** The writing methods of a handle, so that each of their calls is one numbered write. */
function overrides({ db }: Handle, write: Write): Partial<Record<keyof Database, unknown>> {
  type Given = { type: 'put' | 'del'; key: string; value?: string }[];
  const own = {
    batch: db.batch.bind(db) as (given: Given, options?: object) => Promise<void>,
    put: db.put.bind(db) as (key: string, value: string, options?: object) => Promise<void>,
    del: db.del.bind(db) as (key: string, options?: object) => Promise<void>,
    clear: db.clear.bind(db) as (options?: object) => Promise<void>,
  };
  return {
    batch(given: Given | undefined, options: object = {}) {
      if (given === undefined) throw new Error('A test level takes whole batches: give batch() a list.');
      return write(given, () => own.batch(given, options));
    },
    put: (key: string, value: string, options: object = {}) =>
      write([{ type: 'put', key, value }], () => own.put(key, value, options)),
    del: (key: string, options: object = {}) => write([{ type: 'del', key }], () => own.del(key, options)),
    async clear(options: object = {}) {
      const keys = await db.keys(options).all();
      const operations = keys.map((key) => ({ type: 'del' as const, key }));
      return write(operations, () => own.clear(options));
    },
  };
}

function applyTo(content: Map<string, string>, operations: readonly LevelOperation[]): void {
  for (const { type, key, value } of operations) {
    if (type === 'put') content.set(key, value ?? '');
    else content.delete(key);
  }
}

/** What classic-level rejects a write with. */
function failure(code = 'EIO'): Error {
  const what = code === 'ENOSPC' ? 'No space left on device' : 'Input/output error';
  return Object.assign(new Error(`IO error: ${what}`), { code: 'LEVEL_IO_ERROR', cause: { code } });
}

function notOpened(code: string, message: string): Error {
  const cause = Object.assign(new Error(message), { code });
  return Object.assign(new Error('Database failed to open', { cause }), { code: 'LEVEL_DATABASE_NOT_OPEN' });
}
