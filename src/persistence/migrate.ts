// Migrate: how what an older version has stored becomes what this one reads. The format of records is migrated in one
// pass before a store is used; snapshots of an older chart are migrated as their goal is read, and are written in the
// turn that puts it back.
//
// V1 what is already as it should be is not touched; so a pass that was cut off is simply done again.
// V2 what no migration leads away from is refused by name; nothing is guessed.
// V3 the store's own format is written last: until then the pass is done again.
import { EngineError } from '../errors.js';
import { decodeVersioned, encodeRecord, recordVersion } from './codec.js';
import { addressOfActorKey, keys } from './keys.js';
import type { Database } from './disk.js';
import { type ActorRecord, kindOfKey, parseRecord, type RecordKind } from './records.js';

type Snapshot = ActorRecord['snapshot'];

/** The version of a chart, and for each older one how its snapshots become those of the next. */
export interface ChartHistory {
  readonly version: number;
  readonly migrations: Readonly<Record<number, (snapshot: Snapshot) => Snapshot>>;
}
export type ChartHistories = Readonly<Partial<Record<ActorRecord['machine'], ChartHistory>>>;

/** The newest format, and for each older one how its records become those of the next. */
export interface FormatHistory {
  readonly format: number;
  readonly migrations: Readonly<Record<number, (kind: RecordKind, key: string, value: unknown) => unknown>>;
}

/** The formats of this version. */
export const formats: FormatHistory = { format: recordVersion, migrations: {} };

/**
 * Gives an actor's record as this version's chart reads it.
 *
 * @throws EngineError `STORE_NEWER`, or `STORE_OLDER` when no migration leads here or one fails.
 */
export function migrateActor(record: ActorRecord, address: string, charts: ChartHistories): ActorRecord {
  const { machine } = record;
  const history = charts[machine];
  if (history === undefined) return record;
  const { version, migrations } = history;
  const about = `${address} was stored by version ${record.version} of the ${machine} chart; this engine has version ${version}`;
  if (record.version > version) throw new EngineError('STORE_NEWER', `${about}. Use a newer statewright.`);
  let { snapshot } = record;
  for (let from = record.version; from < version; from++) {
    const step = migrations[from];
    if (step === undefined)
      throw new EngineError(
        'STORE_OLDER',
        `${about}, and there is no migration from version ${from}. End the goal with the version that began it.`,
      );
    try {
      snapshot = step(snapshot);
    } catch (cause) {
      const why = `the migration from version ${from} failed: ${(cause as Error).message}`;
      throw new EngineError('STORE_OLDER', `${about}, and ${why}.`, { cause });
    }
  }
  return record.version === version ? record : { machine, version, snapshot };
}

/** What a migration does, or would do. */
export interface Migration {
  /** The format that the store had, and the newest. */
  readonly format: { readonly from: number; readonly to: number };
  /** Records that are rewritten because of the format. */
  readonly records: number;
  /** Actors by chart and version. */
  readonly actors: readonly {
    readonly chart: string;
    readonly from: number;
    readonly to: number;
    readonly count: number;
  }[];
  /** What stays as it is: its goal is set aside when the store is opened. */
  readonly refused: readonly { readonly subject: string; readonly message: string }[];
}

export interface MigrateOptions {
  /** Actors of charts that are not named stay as they are. */
  readonly charts: ChartHistories;
  readonly formats: FormatHistory;
  /** Changes nothing. */
  readonly check: boolean;
  /** Told how many records have been looked at. */
  readonly onProgress?: (seen: number) => void;
}

/** How many records are written in one batch. */
const batchSize = 500;
const progressEvery = 10_000;

/**
 * Migrates a whole store, or only says what would be done. Nobody else may have it.
 *
 * @throws EngineError `STORE_NEWER` or `STORE_OLDER` when its format cannot be read; nothing was changed then.
 */
export async function migrateStore(db: Database, options: MigrateOptions): Promise<Migration> {
  const { charts, check, onProgress } = options;
  const { format: to } = options.formats;
  const from = await formatOf(db, options.formats);
  const actors = new Map<string, Migration['actors'][number]>();
  const refused: Migration['refused'][number][] = [];
  const put = { type: 'put' } as const;
  let writes: { type: 'put'; key: string; value: string }[] = [];
  let records = 0;
  let seen = 0;
  const flush = async (): Promise<void> => {
    if (!check && writes.length > 0) await db.batch(writes, { sync: true } as object);
    writes = [];
  };

  function noteActor(before: ActorRecord, after: ActorRecord): void {
    const name = `${before.machine} ${before.version}`;
    const count = (actors.get(name)?.count ?? 0) + 1;
    actors.set(name, { chart: before.machine, from: before.version, to: after.version, count });
  }

  for await (const [key, stored] of db.iterator()) {
    if (++seen % progressEvery === 0) onProgress?.(seen);
    const kind = key === keys.format ? undefined : kindOfKey(key);
    if (kind === undefined) continue;
    const subject = kind === 'actor' ? addressOfActorKey(key) : key;
    try {
      const { version, value } = decodeVersioned(key, stored, to);
      let migrated = migrateValue(kind, key, value, version, options.formats);
      if (version < to) records += 1;
      if (kind === 'actor') {
        const actor = parseRecord('actor', key, migrated);
        const next = migrateActor(actor, subject, charts);
        if (next !== actor) noteActor(actor, next);
        migrated = next === actor ? migrated : next;
      }
      if (migrated !== value || version < to)
        writes.push({ ...put, key, value: encodeRecord(key, migrated, to) });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refused.push({ subject, message: error.message });
    }
    if (writes.length >= batchSize) await flush();
  }
  await flush();
  if (from < to) {
    const { value } = decodeVersioned(keys.format, (await db.get(keys.format)) ?? '', to);
    const now = encodeRecord(keys.format, { ...(value as object), format: to }, to);
    writes.push({ ...put, key: keys.format, value: now });
    await flush();
  }
  return { format: { from, to }, records, actors: [...actors.values()], refused };
}

/** Migrates the records of a store whose format is an older one; of all others nothing. */
export async function migrateFormat(db: Database, history: FormatHistory): Promise<void> {
  const format = await formatOf(db, history);
  if (format < history.format) await migrateStore(db, { charts: {}, formats: history, check: false });
}

/** The format of a store. @throws EngineError `STORE_NEWER` or `STORE_OLDER` when nothing leads from there to here. */
async function formatOf(db: Database, { format: to, migrations }: FormatHistory): Promise<number> {
  const stored = await db.get(keys.format);
  if (stored === undefined) return to;
  const { value } = decodeVersioned(keys.format, stored, to);
  const { format } = parseRecord('format', keys.format, value);
  if (format > to)
    throw new EngineError(
      'STORE_NEWER',
      `The store has format ${format}, this version reads up to ${to}. Use a newer statewright.`,
    );
  for (let from = format; from < to; from++) {
    if (migrations[from] !== undefined) continue;
    throw new EngineError(
      'STORE_OLDER',
      `The store has format ${format}, this version reads ${to}, and there is no migration from format ${from}. ` +
        'End its goals with the version that began them, or begin a new store.',
    );
  }
  return format;
}

function migrateValue(
  kind: RecordKind,
  key: string,
  value: unknown,
  from: number,
  { format, migrations }: FormatHistory,
): unknown {
  let migrated = value;
  for (let version = from; version < format; version++) {
    const step = migrations[version];
    if (step === undefined)
      throw new EngineError(
        'STORE_OLDER',
        `Record ${key} has format ${from}; no migration leads from ${version}.`,
      );
    migrated = step(kind, key, migrated);
  }
  return migrated;
}
