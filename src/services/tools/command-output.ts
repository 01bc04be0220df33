// What a command writes: kept up to a limit, and read on beyond it so that the command never waits for us.

/** Keeps the first bytes of a stream, and separately the last few. */
export interface Capture {
  add(piece: Buffer): void;
  /** The first bytes as UTF-8; a character that the limit has cut is left out. */
  text(): string;
  /** The last two KiB as UTF-8. */
  tail(): string;
  truncated(): boolean;
}

const tailBytes = 2048;

/** Makes a capture of at most `maxBytes`. */
export function createCapture(maxBytes: number): Capture {
  const pieces: Buffer[] = [];
  let kept = 0;
  let total = 0;
  let last = Buffer.alloc(0);
  return {
    add: (piece) => {
      const room = maxBytes - kept;
      if (room > 0) {
        pieces.push(piece.subarray(0, room));
        kept += Math.min(room, piece.length);
      }
      total += piece.length;
      last = Buffer.concat([last, piece.subarray(-tailBytes)]).subarray(-tailBytes);
    },
    // A decoder in stream mode holds an unfinished character back.
    text: () =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(pieces), { stream: total > kept }),
    tail: () => last.toString('utf8').replace(/^\uFFFD+/, ''),
    truncated: () => total > kept,
  };
}

/** Takes progress lines out of a stream. */
export interface ProgressLines {
  /** Gives what is not (and cannot become) a progress line. */
  filter(piece: Buffer): Buffer;
  /** Gives what was held back when the stream has ended. */
  end(): Buffer;
}

const mark = Buffer.from('::progress ');
const longestLine = 1024;
const newline = 10;

/**
 * Finds lines of the form `::progress 0.4 words` (a share from 0 to 1, then any words or none), reports them
 * and takes them out. Other lines pass unchanged and without delay, except the beginning of what may still
 * become a progress line.
 */
export function createProgressLines(report: (share: number, message?: string) => void): ProgressLines {
  let held: Buffer = Buffer.alloc(0);
  // Whether we are in a line that is known not to be one of progress.
  let isPlain = false;
  const takeLine = (bytes: Buffer, out: Buffer[]): Buffer => {
    const end = bytes.indexOf(newline);
    const line = end < 0 ? bytes : bytes.subarray(0, end + 1);
    if (!isPlain && !mayBeProgress(line)) isPlain = true;
    if (end < 0) {
      if (!isPlain) return hold(line, out);
      out.push(line);
    } else if (isPlain || !tellProgress(line, report)) {
      out.push(line);
    }
    if (end >= 0) isPlain = false;
    return bytes.subarray(line.length);
  };
  const hold = (line: Buffer, out: Buffer[]): Buffer => {
    if (line.length <= longestLine) held = Buffer.from(line);
    else {
      isPlain = true;
      out.push(line);
    }
    return Buffer.alloc(0);
  };
  return {
    filter: (piece) => {
      const out: Buffer[] = [];
      let rest: Buffer = held.length === 0 ? piece : Buffer.concat([held, piece]);
      held = Buffer.alloc(0);
      while (rest.length > 0) rest = takeLine(rest, out);
      return Buffer.concat(out);
    },
    end: () => {
      const rest = held;
      held = Buffer.alloc(0);
      return rest.length > 0 && tellProgress(rest, report) ? Buffer.alloc(0) : rest;
    },
  };
}

/** Whether a line, or the beginning of one, can be of progress. */
function mayBeProgress(line: Buffer): boolean {
  const length = Math.min(line.length, mark.length);
  return line.subarray(0, length).equals(mark.subarray(0, length));
}

function tellProgress(line: Buffer, report: (share: number, message?: string) => void): boolean {
  const found = /^::progress (\d+(?:\.\d+)?)(?:[ \t]+(.*?))?\s*$/.exec(line.toString('utf8'));
  const share = Number(found?.[1]);
  if (found === null || share > 1) return false;
  const words = found[2] ?? '';
  if (words === '') report(share);
  else report(share, words);
  return true;
}
