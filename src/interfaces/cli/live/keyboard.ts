// Keyboard: takes the keys while the tree is drawn. In raw mode what is typed does not spoil the drawing, and
// Ctrl-C reaches this process alone: as a signal of the terminal it would also hit a program that is started at
// that very moment and has not left the terminal's process group yet.
import { readFileSync } from 'node:fs';
import type { Interrupts } from '../interrupts.js';

export interface Keyboard {
  /** Takes the keys, when there is a keyboard and this process is in front. */
  take(): void;
  /** Gives them back, for a question or for good. */
  give(): void;
}

/** What Ctrl-Z does to the drawing. */
export interface Stops {
  stopped(): void;
  continued(): void;
}

const ctrlC = 0x03;
const ctrlZ = 0x1a;
const ctrlBackslash = 0x1c;

export function createKeyboard(interrupts: Interrupts, stops: Stops): Keyboard {
  const { stdin } = process;
  const onKey = (keys: Buffer): void => {
    for (const key of keys) {
      if (key === ctrlC) interrupts.interrupt();
      else if (key === ctrlZ) stop();
      else if (key === ctrlBackslash) process.kill(process.pid, 'SIGQUIT');
    }
  };
  const keyboard: Keyboard = {
    take() {
      if (!stdin.isTTY || !isInFront()) return;
      stdin.setRawMode(true);
      stdin.on('data', onKey);
      stdin.resume();
    },
    give() {
      if (!stdin.isTTY || stdin.listenerCount('data') === 0) return;
      stdin.removeListener('data', onKey);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
  /** Goes to sleep as the shell expects, and draws again when it is brought back to the front. */
  function stop(): void {
    stops.stopped();
    process.once('SIGCONT', () => {
      if (isInFront()) stops.continued();
    });
    process.kill(process.pid, 'SIGTSTP');
  }
  return keyboard;
}

/** Whether the terminal listens to this process, and not to another job. Where it cannot be known: yes. */
export function isInFront(): boolean {
  try {
    // `pid (name) state ppid pgrp session tty_nr tpgid`, and a name may hold anything.
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
