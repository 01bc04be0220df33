// Ledger: turns become batches. What a turn changed is written in one atomic batch; turns that end while a
// batch is being written share the next one (group commit).
//
// L1 a batch holds whole turns only, in their order.
// L2 what is to happen after a turn (effects, acknowledgements, followers) happens after its batch is written.
// L3 every batch has a journal record with the next commit number; facts are numbered without gaps.
// L4 a failed write is gone over (disk.ts), and what waits for it waits on; once it was given up nothing more is written.
import { EngineError, invariant } from '../errors.js';
import type { Fact } from '../model/fact.js';
import { decodeRecord, encodeRecord } from './codec.js';
import {
  createDisk,
  type Database as StoreDatabase,
  type Disk,
  type Operation,
  type Rescue,
  type Write,
} from './disk.js';
import { keys } from './keys.js';
import { outlineOfGraph } from './outline.js';
import { createRecent } from './recent.js';
import { parseRecord, writtenSchemas, type RecordKind, type RecordOf, toStored } from './records.js';

/** The database that a ledger writes to. */
export type Database = StoreDatabase;

/** `sync` flushes each batch to the disk, `relaxed` hands it to the operating system, `memory` is for stores that are not kept. */
export type Durability = 'sync' | 'relaxed' | 'memory';

/** A fact before it has its number. */
export type NewFact = Omit<Fact, 'seq'>;

/** What one turn changes. Filled by whoever takes part in the turn; closed by the actor system. */
export interface Turn {
  put<K extends RecordKind>(kind: K, key: string, value: RecordOf<K>): void;
  /** Puts a record under a key that the store does not hold; when it is removed before it was written, nothing is. */
  create<K extends RecordKind>(kind: K, key: string, value: RecordOf<K>): void;
  /** Puts text that is no record, such as an index entry or a blob. */
  putText(key: string, text: string): void;
  remove(key: string): void;
  fact(fact: NewFact): void;
  /** Called once the turn's batch is on disk. */
  afterCommit(callback: () => void): void;
}

export interface Ledger {
  /** Opens a turn. One at a time. */
  begin(): Turn;
  /** Closes the open turn; its changes go into the next batch. */
  end(): void;
  /** Drops the open turn: nothing of it is written and none of its callbacks is called. */
  discard(): void;
  /** Reads a record as of now: the open turn, turns not yet written, then the database. */
  read<K extends RecordKind>(kind: K, key: string): RecordOf<K> | undefined;
  readText(key: string): string | undefined;
  /** Why nothing will be written any more; undefined while all is well. */
  broken(): EngineError | undefined;
  /** The database as it is now, and what is wrong with it. */
  readonly disk: Pick<Disk, 'db' | 'reading' | 'trouble' | 'isAway' | 'back' | 'close'>;
  /** Resolves when all turns that have ended are on disk; rejects when that was given up. */
  settled(): Promise<void>;
  /** As `settled`, but does not wait for a disk that cannot be written now: for those who only look. */
  quiet(): Promise<void>;
  /** Resolves when all is on disk, or has been tried once more in vain and was given up. */
  close(): Promise<void>;
  /** Called with the facts of each batch after it was written. */
  onFacts(listener: (facts: readonly Fact[]) => void): () => void;
  /** The last fact number that is on disk. */
  lastSeq(): number;
  readonly commits: () => number;
}

type Entry = {
  readonly kind: RecordKind | 'text' | 'removed';
  readonly value: unknown;
  readonly fresh: boolean;
};

interface Batch {
  readonly entries: Map<string, Entry>;
  /** Their number is 0 until they are written. */
  readonly facts: (Fact & { seq: number })[];
  readonly callbacks: (() => void)[];
}

const emptyBatch = (): Batch => ({ entries: new Map(), facts: [], callbacks: [] });
const isEmpty = (batch: Batch): boolean =>
  batch.entries.size === 0 && batch.facts.length === 0 && batch.callbacks.length === 0;

export interface LedgerOptions {
  readonly db: Database;
  readonly durability: Durability;
  /** Numbers of the last commit and the last fact that the store holds; 0 for a new one. */
  readonly lastCommit: number;
  readonly lastSeq: number;
  /** The commit that the store ends with, when that is not the last one [lastCommit]. */
  readonly storedCommit?: number;
  /** Told after each batch is on disk, before those who wait for it. */
  readonly onWritten?: (numbers: { readonly commit: number; readonly seq: number }) => void;
  /** Told once when writing was given up. */
  readonly onWriteError: (error: EngineError) => void;
  /** How a failed write is gone over; without it the first one is the last. */
  readonly rescue?: Rescue;
}

/** Makes a ledger on an open database. */
export function createLedger(options: LedgerOptions): Ledger {
  const rescue = options.rescue && { ...options.rescue, onTrouble: troubled };
  const { db, storedCommit: endsAt = options.lastCommit } = options;
  const disk = createDisk({ db, sync: options.durability === 'sync', endsAt, rescue });
  const listeners = new Set<(facts: readonly Fact[]) => void>();
  let turn: Batch | undefined;
  let pending = emptyBatch();
  let writing: Batch | undefined;
  let commit = options.lastCommit;
  let seq = options.lastSeq;
  let writtenSeq = options.lastSeq;
  const broken = disk.givenUp;
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const looking: (() => void)[] = [];
  const recent = createRecent();

  const found = (key: string): Entry | undefined =>
    turn?.entries.get(key) ?? pending.entries.get(key) ?? writing?.entries.get(key);

  async function writeAll(): Promise<void> {
    while (!isEmpty(pending) && broken() === undefined) {
      const batch = pending;
      writing = batch;
      pending = emptyBatch();
      const facts = number(batch);
      try {
        await disk.write(encode(batch, facts));
      } catch (error) {
        options.onWriteError(error as EngineError);
        break;
      }
      writing = undefined;
      writtenSeq = facts.at(-1)?.seq ?? writtenSeq;
      options.onWritten?.({ commit, seq: writtenSeq });
      for (const callback of batch.callbacks) callback();
      if (facts.length > 0) for (const listener of listeners) listener(facts);
    }
    writing = undefined;
    settle();
  }

  function settle(): void {
    const all = waiting;
    waiting = [];
    const error = broken();
    for (const one of all) {
      if (error === undefined) one.resolve();
      else one.reject(error);
    }
    look();
  }

  function troubled(error: EngineError): void {
    options.rescue?.onTrouble(error);
    look();
  }

  const look = (): void => looking.splice(0).forEach((tell) => tell());

  const isSettled = (): boolean => writing === undefined && isEmpty(pending);

  async function quiet(): Promise<void> {
    while (!isSettled() && disk.trouble() === undefined && broken() === undefined)
      await new Promise<void>((resolve) => void looking.push(resolve));
    await disk.back();
  }

  function number(batch: Batch): Fact[] {
    for (const fact of batch.facts) fact.seq = ++seq;
    return batch.facts;
  }

  function encode(batch: Batch, facts: readonly Fact[]): Write {
    const operations: Operation[] = [];
    for (const [key, entry] of batch.entries) {
      if (entry.kind === 'removed') operations.push({ type: 'del', key });
      else if (entry.kind === 'text') operations.push({ type: 'put', key, value: entry.value as string });
      else operations.push({ type: 'put', key, value: encodeRecord(key, entry.value) });
    }
    commit += 1;
    const first = facts[0]?.seq ?? seq + 1;
    const key = keys.journal(first, commit);
    const value = encodeRecord(key, { commit, seq: first, facts: facts.map(toStored) });
    operations.push({ type: 'put', key, value });
    for (const goalId of new Set(facts.map((fact) => fact.goal))) {
      operations.push({ type: 'put', key: keys.goalJournal(goalId, first, commit), value: '' });
    }
    return { operations, commit, key, value };
  }

  function merge(from: Batch, into: Batch): void {
    for (const [key, entry] of from.entries) {
      set(into, key, entry);
      recent.note(key, entry.kind, entry.value);
    }
    for (const fact of from.facts) into.facts.push(fact);
    for (const callback of from.callbacks) into.callbacks.push(callback);
  }

  /** A record that came and went before it was ever written leaves no trace on disk. */
  function set(batch: Batch, key: string, entry: Entry): void {
    const known = batch.entries.get(key);
    if (known?.fresh === true && entry.kind === 'removed') batch.entries.delete(key);
    else if (known === undefined || known.fresh === entry.fresh) batch.entries.set(key, entry);
    else batch.entries.set(key, { ...entry, fresh: known.fresh });
  }

  const openTurn = (): Batch => {
    if (turn === undefined) throw new EngineError('ENGINE_INVARIANT', 'L1 no turn is open. This is a bug.');
    return turn;
  };

  const handle: Turn = {
    put: (kind, key, value) => set(openTurn(), key, { kind, value, fresh: false }),
    create: (kind, key, value) => set(openTurn(), key, { kind, value, fresh: true }),
    putText: (key, text) => set(openTurn(), key, { kind: 'text', value: text, fresh: false }),
    remove: (key) => set(openTurn(), key, { kind: 'removed', value: undefined, fresh: false }),
    // All facts have one shape, made in one piece: they are many, and live until they are written.
    fact: ({ at, goal, actor, type, from, to, cause, data }) =>
      void openTurn().facts.push({ seq: 0, at, goal, actor, type, from, to, cause, data }),
    afterCommit: (callback) => void openTurn().callbacks.push(callback),
  };

  function settled(): Promise<void> {
    const error = broken();
    if (error !== undefined) return Promise.reject(error);
    if (isSettled()) return Promise.resolve();
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  }

  return {
    begin() {
      const error = broken();
      if (error !== undefined) throw error;
      turn = emptyBatch();
      return handle;
    },
    end() {
      const ended = openTurn();
      for (const [key, entry] of ended.entries) check(key, entry);
      turn = undefined;
      if (isEmpty(ended)) return;
      const idle = isSettled();
      merge(ended, pending);
      // A later microtask, so that turns which end in the same tick share the batch.
      if (idle) queueMicrotask(() => void writeAll());
    },
    discard() {
      turn = undefined;
    },
    read(kind, key) {
      const entry = found(key);
      if (entry?.kind === 'removed') return undefined;
      if (entry !== undefined) return entry.value as RecordOf<typeof kind>;
      const known = recent.get(key);
      if (known !== undefined) return known as RecordOf<typeof kind>;
      const stored = disk.get(key);
      if (stored === undefined) return undefined;
      const value = decodeRecord(key, stored);
      const record = kind === 'planGraph' ? outlineOfGraph(key, value) : parseRecord(kind, key, value);
      recent.note(key, kind, record);
      return record as RecordOf<typeof kind>;
    },
    readText(key) {
      const entry = found(key);
      if (entry?.kind === 'removed') return undefined;
      return entry === undefined ? disk.get(key) : (entry.value as string);
    },
    broken,
    disk,
    settled,
    quiet,
    close: () => {
      disk.hurry();
      return settled().catch(() => {});
    },
    onFacts(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lastSeq: () => writtenSeq,
    commits: () => commit,
  };
}

/** What is written was checked first: a record that its schema refuses is a bug of ours. */
function check(key: string, { kind, value }: Entry): void {
  // Plans are checked when they are made; a part of a large one is not walked through again.
  if (kind === 'text' || kind === 'removed' || kind === 'planPart' || kind === 'planGraph') return;
  const parsed = writtenSchemas[kind].safeParse(value);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  invariant(false, `L5 record ${key} fits its schema: ${issue?.path.join('.')} ${issue?.message}`);
}
