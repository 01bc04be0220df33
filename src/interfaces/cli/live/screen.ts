// Screen: lines at the bottom of a terminal that are drawn over and over. Each drawing is one write, at most
// ten a second, of lines that are overwritten in place: nothing flickers, and what is above stays. The cursor is
// hidden within a drawing only, so that a process which is killed leaves the terminal as it should be.
import type { WriteStream } from 'node:tty';

const frameMs = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
/** Terminals that know these draw what is between them at once; the others ignore them. */
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';

export interface Screen {
  /** Draws soon; more calls until then are one. */
  redraw(): void;
  /** Prints lines that stay, above the drawing. */
  print(lines: readonly string[]): void;
  /** Takes the drawing away until `resume`, for a question. */
  suspend(): void;
  resume(): void;
  /** Draws a last time and leaves it there, or takes it away. */
  close(keep: boolean): void;
}

/** Makes a screen. `lines` is asked for what to draw, and told how much room there is. */
export function createScreen(
  stream: WriteStream,
  lines: (columns: number, rows: number) => readonly string[],
): Screen {
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  let last = 0;
  let state: 'live' | 'suspended' | 'closed' = 'live';

  const size = (): [number, number] => [stream.columns || 80, stream.rows || 24];
  const erase = (): string => (drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`);
  /** The lines over those that are there, each cleared behind its end. */
  const paint = (): string => {
    const now = lines(...size());
    const up = drawn === 0 ? '' : `\u001b[${drawn}A`;
    const text = now.map((line) => `${line}\u001b[K\n`).join('');
    drawn = now.length;
    return `${up}\r${text}\u001b[J`;
  };
  const draw = (): void => {
    timer = undefined;
    if (state !== 'live') return;
    last = Date.now();
    stream.write(`${beginFrame}${hideCursor}${paint()}${showCursor}${endFrame}`);
  };
  const onResize = (): void => {
    // Lines that were wrapped anew cannot be counted: what is there is left, and the drawing begins below.
    if (state === 'live') stream.write(erase());
    drawn = 0;
    screen.redraw();
  };
  stream.on('resize', onResize);

  const screen: Screen = {
    redraw() {
      if (state === 'live') timer ??= setTimeout(draw, Math.max(0, last + frameMs - Date.now()));
    },
    print(stay) {
      const text = stay.map((line) => `${line}\n`).join('');
      if (state !== 'live') {
        stream.write(text);
        return;
      }
      const cleared = erase();
      drawn = 0;
      stream.write(`${beginFrame}${hideCursor}${cleared}${text}${paint()}${showCursor}${endFrame}`);
    },
    suspend() {
      if (state !== 'live') return;
      state = 'suspended';
      stream.write(erase());
      drawn = 0;
    },
    resume() {
      if (state !== 'suspended') return;
      state = 'live';
      draw();
    },
    close(keep) {
      clearTimeout(timer);
      if (state === 'closed') return;
      if (state === 'live') stream.write(keep ? paint() : erase());
      state = 'closed';
      stream.removeListener('resize', onResize);
    },
  };
  return screen;
}
