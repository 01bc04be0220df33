// Disk: a store in memory that can do what disks and processes do. It dies at any write, with that write on it or
// not; a write fails, done or not; it is full until there is room; writes are slow until they are let through.
//
// D1 what is on it is told in the log at the moment it is.
// D2 after a failed write the handle takes later writes and loses them, as LevelDB does, until it is opened again.
import { MemoryLevel } from 'memory-level';
import type { Database } from '#src/persistence/ledger.js';
import type { Entry, Operation } from './log.js';

export interface Disk {
  readonly db: Database;
  /** Dies at so many writes from now [1: the next]: with that write on disk, or without. */
  dieAt(writes: number, written: boolean): void;
  /** Dies between two writes; one that is slow is on disk or not. */
  die(written: boolean): void;
  /** The next write fails, done or not. */
  failNext(written: boolean): void;
  /** Every write fails until there is room. */
  setFull(full: boolean): void;
  /** Writes wait from now on until they are let through; those that wait are let through when it ends. */
  setSlow(slow: boolean): void;
  /** Lets a slow write through; says whether there was one. */
  release(): boolean;
  /** Nothing gives trouble any more. */
  heal(): void;
  readonly isDead: boolean;
  /** Resolves when the process has died. */
  readonly death: Promise<'dead'>;
  /** What a process that starts now finds. */
  next(): Promise<Disk>;
}

type Write = (operations: readonly Operation[], options: object) => Promise<void>;

const never = new Promise<never>(() => {});

/** Makes a disk with some entries [none]; `tell` gets what happens on it. */
export async function createDisk(
  tell: (operations: readonly Operation[]) => void,
  entries: readonly (readonly [string, string])[] = [],
): Promise<Disk> {
  const level = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await level.open();
  await level.batch(entries.map(([key, value]) => ({ type: 'put' as const, key, value })));
  const db = level as unknown as Database;
  const writeThrough = db.batch.bind(db) as unknown as Write;
  const slow: { operations: readonly Operation[]; pass: () => void }[] = [];
  let isSlow = false;
  let isFull = false;
  let isLost = false;
  let failing: { written: boolean } | undefined;
  let left = Number.POSITIVE_INFINITY;
  let isWritten = false;
  let isDead = false;
  let tellDeath = (_: 'dead'): void => {};
  const death = new Promise<'dead'>((resolve) => {
    tellDeath = resolve;
  });

  async function write(operations: readonly Operation[]): Promise<void> {
    await writeThrough(operations, {});
    tell(operations);
  }

  function over(): void {
    isDead = true;
    tellDeath('dead');
  }

  async function batch(operations: readonly Operation[]): Promise<void> {
    if (isDead) return never;
    if (isSlow) await new Promise<void>((pass) => slow.push({ operations, pass }));
    if (isDead) return never;
    left -= 1;
    if (left <= 0) {
      if (isWritten) await write(operations);
      over();
      return never;
    }
    if (isLost) return;
    if (isFull) {
      isLost = true;
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    }
    if (failing === undefined) return write(operations);
    if (failing.written) await write(operations);
    failing = undefined;
    isLost = true;
    throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  }
  Object.assign(db, { batch });

  const release = (): boolean => {
    const first = slow.shift();
    first?.pass();
    return first !== undefined;
  };

  const setSlow = (now: boolean): void => {
    isSlow = now;
    while (!isSlow && release());
  };

  return {
    db,
    dieAt: (writes, written) => {
      left = writes;
      isWritten = written;
    },
    die: (written) => {
      const [first] = slow;
      if (first !== undefined && written && !isLost && !isFull) {
        isDead = true;
        void write(first.operations).then(over);
      } else over();
    },
    failNext: (written) => {
      failing = { written };
    },
    setFull: (full) => {
      isFull = full;
    },
    setSlow,
    release,
    heal: () => {
      left = Number.POSITIVE_INFINITY;
      failing = undefined;
      isFull = false;
      setSlow(false);
    },
    get isDead() {
      return isDead;
    },
    death,
    next: async () => createDisk(tell, await level.iterator().all()),
  };
}
