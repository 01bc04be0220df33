// Codec: how a record is written. `<version>:<crc32>:<json>`; the checksum covers key and text, so that a
// flipped bit, a cut value and a value under another key are all noticed.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { EngineError } from '../errors.js';

/** The version of the record format. */
export const recordVersion = 1;

/** The checksum of a value's text under its key: 8 hexadecimal digits. */
export function checksum(key: string, text: string): string {
  return crc32(text, crc32(key)).toString(16).padStart(8, '0');
}

/** The name of a large value: the SHA-256 of its text, in hexadecimal digits. */
export const contentHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes a value as a record. */
export function encodeRecord(key: string, value: unknown, version: number = recordVersion): string {
  const text = JSON.stringify(value);
  return `${version}:${checksum(key, text)}:${text}`;
}

/**
 * Reads a record of the present format.
 *
 * @throws EngineError `STORE_DAMAGED` when the checksum does not fit, `STORE_NEWER` or `STORE_OLDER` for another format.
 */
export function decodeRecord(key: string, stored: string): unknown {
  const { version, value } = decodeVersioned(key, stored, recordVersion);
  if (version === recordVersion) return value;
  throw new EngineError(
    'STORE_OLDER',
    `Record ${key} has format ${version}, this version reads ${recordVersion}. 'statewright migrate' says more.`,
  );
}

/** Reads a record of any format up to the newest that is known. @throws as {@link decodeRecord} */
export function decodeVersioned(
  key: string,
  stored: string,
  newest: number,
): { version: number; value: unknown } {
  const [header, digits, sum] = /^([1-9]\d{0,3}):([0-9a-f]{8}):/.exec(stored) ?? [];
  if (header === undefined) throw damaged(key, 'it has no header');
  const version = Number(digits);
  const text = stored.slice(header.length);
  if (sum !== checksum(key, text)) throw damaged(key, 'its checksum does not fit');
  if (version > newest) {
    throw new EngineError(
      'STORE_NEWER',
      `Record ${key} has format ${version}, this version reads up to ${newest}. Use a newer statewright.`,
    );
  }
  return { version, value: JSON.parse(text) as unknown };
}

/** The error for a record that cannot be trusted. */
export function damaged(key: string, why: string): EngineError {
  return new EngineError(
    'STORE_DAMAGED',
    `Record ${key} is damaged: ${why}. Its goal is set aside; 'statewright doctor' shows what is affected.`,
  );
}

/** What LevelDB says of tables that it cannot read, as damage; other errors as they are. */
export function damageOf(error: unknown): unknown {
  const { code, message, cause } = error as {
    code?: unknown;
    message?: unknown;
    cause?: { message?: unknown };
  };
  const words = String(cause?.message ?? message);
  if (code !== 'LEVEL_CORRUPTION' && !words.startsWith('Corruption')) return error;
  return new EngineError(
    'STORE_DAMAGED',
    `A part of the database cannot be read (${words}). What lies there is lost; 'statewright doctor --repair' saves the rest.`,
    { cause: error },
  );
}
