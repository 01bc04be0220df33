// Command: runs the built example programs as child processes, the way a person does.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built example programs. */
export const mainJob = `${root}dist/examples/organise/main.js`;
export const hostProgram = `${root}dist/examples/embed/host.js`;
export const verifyProgram = `${root}dist/examples/verify-resume/main.js`;
export const planFilesProgram = `${root}dist/examples/plan-files/main.js`;

/** What a program came to. */
export interface Ended {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when a text has been printed; rejects when the program ends without. */
  printed(text: string): Promise<void>;
}

/** As whom a program runs [as this one]. */
export interface As {
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a program without a terminal, and without colours, which CI asks for. */
export function start(program: string, args: readonly string[], cwd: string, as: As = {}): Running {
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    ...as,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, NO_COLOR: '1', npm_lifecycle_event: 'test' },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece;
    child.emit('printed');
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    err += piece;
  });
  const ended = once(child, 'close').then(([code]): Ended => {
    return { code: (code as number | null) ?? undefined, out, err };
  });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    child.emit('printed');
  });
  return {
    child,
    ended,
    printed: async (text) => {
      while (!out.includes(text)) {
        if (isOver) throw new Error(`the program ended without printing '${text}':\n${out}${err}`);
        await once(child, 'printed');
      }
    },
  };
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], cwd: string, as: As = {}): Promise<Ended> {
  return start(program, args, cwd, as).ended;
}
