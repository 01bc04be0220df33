// Last commit: the file `<store>/last-commit` says which batch was acknowledged last. LevelDB drops the damaged end of
// its log without a word; with this number beside it, what is missing there is noticed when the store is opened.
//
// It is written over in place after each batch, and not flushed: it survives the death of the process, and after a loss
// of power it is at worst behind. In `relaxed` it may then be ahead, which is the loss that mode allows.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { checksum } from './codec.js';

export interface CommitNumbers {
  readonly commit: number;
  /** The number of its last fact, or of the last one before it. */
  readonly seq: number;
}

export interface CommitMark {
  /** What was noted last; undefined when there is nothing that can be trusted. */
  read(): CommitNumbers | undefined;
  note(numbers: CommitNumbers): void;
  close(): void;
}

const name = 'last-commit';
const padded = (n: number): string => String(n).padStart(16, '0');

/** The mark of the store in a folder. A file that cannot be written is done without. */
export function createCommitMark(folder: string): CommitMark {
  const path = join(folder, name);
  let file: number | undefined;
  let isClosed = false;

  return {
    read() {
      try {
        const [, commit = '', seq = '', sum] =
          /^(\d{16}) (\d{16}) ([0-9a-f]{8})\n$/.exec(readFileSync(path, 'utf8')) ?? [];
        if (sum !== checksum(name, `${commit} ${seq}`)) return undefined;
        return { commit: Number(commit), seq: Number(seq) };
      } catch {
        return undefined;
      }
    },
    note({ commit, seq }) {
      if (isClosed) return;
      const numbers = `${padded(commit)} ${padded(seq)}`;
      try {
        file ??= openSync(path, openMode(path), 0o600);
        writeSync(file, `${numbers} ${checksum(name, numbers)}\n`, 0);
      } catch {
        // The batch is on disk all the same; only a loss of it would not be noticed.
      }
    },
    close() {
      isClosed = true;
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** Written over without being cut first, so that it is whole at any moment. */
function openMode(path: string): 'r+' | 'w+' {
  try {
    closeSync(openSync(path, 'r+'));
    return 'r+';
  } catch {
    return 'w+';
  }
}
