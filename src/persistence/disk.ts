// Disk: the database under a ledger, and what becomes of it when a write fails. The one place that changes the handle.
//
// D1 a write resolves only when its batch is on disk; one at a time.
// D2 a handle on which a write has failed is never written to again: LevelDB would take later writes and lose them.
// D3 after a reopening the batch is written again only onto the commit before it; a store that ends elsewhere was
//    changed by somebody else or has lost what was acknowledged, and nothing is written to it any more.
// D4 it is tried again, ever more rarely, until there is room or it is given up; nothing waits for ever once it closes.
import type { AbstractLevel } from 'abstract-level';
import { EngineError } from '../errors.js';
import { damageOf } from './codec.js';
import { keys } from './keys.js';

/** The database: keys and values are strings. */
export type Database = AbstractLevel<string | Buffer | Uint8Array, string, string>;

export type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

/** One batch, and its commit record. */
export interface Write {
  readonly operations: readonly Operation[];
  readonly commit: number;
  /** The key and the text of its commit record; they are among the operations. */
  readonly key: string;
  readonly value: string;
}

/** How a disk gets over a failed write. */
export interface Rescue {
  /** Opens the database again, after the handle on which a write failed was closed. */
  readonly reopen: () => Promise<Database>;
  /** Whether there is room to go on, asked before it is written again [always]. */
  readonly room?: () => Promise<boolean>;
  /** Calls back after a time; gives what calls it off. */
  readonly wait: (ms: number, callback: () => void) => () => void;
  /** Told when a write has failed, and each time it is tried in vain. */
  readonly onTrouble: (error: EngineError) => void;
  /** Told when it is written again and goes on; before those who wait for the write. */
  readonly onRecovered: () => void;
}

export interface Disk {
  /** The handle as it is now. @throws EngineError `STORE_WRITE_FAILED` while there is none. */
  db(): Database;
  /** The text under a key. @throws EngineError `STORE_DAMAGED`, or `STORE_WRITE_FAILED` while there is no handle */
  get(key: string): string | undefined;
  /** Resolves when there is a handle again, or none will come. */
  back(): Promise<void>;
  /** Whether the database is being opened again: nothing can be read, so no turn can be taken. */
  isAway(): boolean;
  /** Reads from the database; done again when the handle was changed meanwhile. */
  reading<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** Resolves when the batch is on disk, however long that takes; rejects when it was given up. */
  write(batch: Write): Promise<void>;
  /** Why nothing can be written now; it is being tried again. */
  trouble(): EngineError | undefined;
  /** Why nothing will be written any more. */
  givenUp(): EngineError | undefined;
  /** From now on a write that fails is tried once more at once, and then given up. */
  hurry(): void;
  close(): Promise<void>;
}

export interface DiskOptions {
  readonly db: Database;
  readonly sync: boolean;
  /** The commit that the database ends with. */
  readonly endsAt: number;
  /** Without it the first write that fails is the last. */
  readonly rescue?: Rescue | undefined;
}

const firstPauseMs = 100;
const longestPauseMs = 10_000;

/** Makes a disk on an open database. */
export function createDisk({ db: first, sync, endsAt, rescue }: DiskOptions): Disk {
  let handle: Database | undefined = first;
  let trouble: EngineError | undefined;
  let givenUp: EngineError | undefined;
  let last = endsAt;
  let hurried = false;
  let closed = false;
  let wake = (): void => {};
  const awaiting: (() => void)[] = [];

  const send = (db: Database, { operations }: Write): Promise<void> =>
    db.batch(operations as Operation[], { sync } as object);

  async function write(batch: Write): Promise<void> {
    if (givenUp !== undefined) throw givenUp;
    try {
      await send(db(), batch);
    } catch (cause) {
      if (rescue === undefined) throw giveUp(finalError(cause));
      note(cause, rescue);
      await recover(batch, rescue);
      trouble = undefined;
      rescue.onRecovered();
    }
    last = batch.commit;
  }

  /** Tries until the batch is on disk. */
  async function recover(batch: Write, how: Rescue): Promise<void> {
    let isTrusted = false;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const isLast = hurried;
      try {
        if (!isTrusted) {
          const db = await reopen(how);
          if (await isThere(db, batch)) return;
          isTrusted = true;
        }
        if ((await how.room?.()) ?? true) {
          isTrusted = false;
          return await send(db(), batch);
        }
      } catch (cause) {
        if (givenUp !== undefined) throw givenUp;
        note(cause, how);
      }
      if (isLast) throw giveUp(finalError(trouble?.cause));
      await pause(pauseMs, how);
    }
  }

  async function reopen(how: Rescue): Promise<Database> {
    const old = handle;
    handle = undefined;
    // A handle that cannot be closed is left alone; then the store is still locked, and opening says so.
    await old?.close().catch(() => {});
    handle = await how.reopen();
    tellBack();
    return handle;
  }

  /** D3: whether the batch was written after all; throws when the store does not end where it has to. */
  async function isThere(db: Database, batch: Write): Promise<boolean> {
    const [end] = await db.iterator({ ...keys.journalAll, reverse: true, limit: 1 }).all();
    const [key = '', value] = end ?? [];
    if (key === batch.key && value === batch.value) return true;
    const commit = Number(key.slice(key.lastIndexOf('/') + 1) || 0);
    if (commit === last) return false;
    const found = `expected commit ${last}, or ${batch.commit} as it is in memory, found commit ${commit}`;
    throw giveUp(
      new EngineError(
        'STORE_DAMAGED',
        `After a failed write the store does not end where it did: ${found}. Nothing more is written to it; ` +
          "start again, and see 'statewright doctor'.",
      ),
    );
  }

  function note(cause: unknown, how: Rescue): void {
    trouble = new EngineError(
      'STORE_WRITE_FAILED',
      `The store cannot be written: ${reasonOf(cause)}. Nothing new is started and no command is taken; what runs goes on, ` +
        'and nothing that was acknowledged is lost. Make room or mend the disk: it goes on by itself.',
      { cause },
    );
    how.onTrouble(trouble);
  }

  function giveUp(error: EngineError): EngineError {
    givenUp = error;
    trouble = undefined;
    tellBack();
    return error;
  }

  function tellBack(): void {
    for (const tell of awaiting.splice(0)) tell();
  }

  function pause(ms: number, how: Rescue): Promise<void> {
    if (hurried) return Promise.resolve();
    return new Promise((resolve) => {
      const callOff = how.wait(ms, resolve);
      wake = () => {
        callOff();
        resolve();
      };
    });
  }

  function db(): Database {
    if (handle !== undefined) return handle;
    throw givenUp ?? trouble ?? new EngineError('ENGINE_CLOSED', 'The store was closed.');
  }

  const isAway = (): boolean => handle === undefined && givenUp === undefined && !closed;
  const back = (): Promise<void> =>
    isAway() ? new Promise((resolve) => void awaiting.push(resolve)) : Promise.resolve();

  async function reading<T>(work: (now: Database) => Promise<T>): Promise<T> {
    for (;;) {
      await back();
      if (isAway()) continue;
      const used = db();
      try {
        return await work(used);
      } catch (error) {
        if (handle === used) throw damageOf(error);
      }
    }
  }

  function get(key: string): string | undefined {
    const now = db();
    try {
      return now.getSync(key);
    } catch (error) {
      throw damageOf(error);
    }
  }

  return {
    db,
    get,
    isAway,
    back,
    reading,
    write,
    trouble: () => trouble,
    givenUp: () => givenUp,
    hurry: () => {
      hurried = true;
      wake();
    },
    close: async () => {
      closed = true;
      tellBack();
      await handle?.close();
    },
  };
}

/** abstract-level wraps what the operating system said. */
function reasonOf(cause: unknown): string {
  const { message, cause: inner } = cause as Error;
  return inner instanceof Error ? `${message}: ${inner.message}` : message;
}

function finalError(cause: unknown): EngineError {
  return new EngineError(
    'STORE_WRITE_FAILED',
    `The store could not be written: ${cause === undefined ? 'there is no room' : reasonOf(cause)}. Nothing that was acknowledged ` +
      'is lost; make room or mend the disk, then start again.',
    { cause },
  );
}
