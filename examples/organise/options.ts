// Options: what the command line asks for.
import { parseArgs } from 'node:util';

export const help = `Organises a folder: sorts every file by what it is, finds exact copies, writes an index, and proves that no
byte was lost. It can be killed at any moment; the same command goes on where it was.

  npm start                         make a sample of about 300 messy files and organise it
  npm start -- --folder DIR         organise your own folder: shows the plan and asks first
  npm start -- --undo               put everything back as it was (with --folder DIR: in that folder)

Options
  --folder DIR   the folder to organise; hidden files in it are left alone
  --out DIR      where the category folders go [DIR/organised]
  --yes          go ahead without asking
  --undo         undo the last run
  --fresh        leave an unfinished run as it is and start a new one
  --force        also a folder that belongs to a git repository
  --files N      files in the sample [300]
  --seed N       another sample [1]
  --help         this text

Exit codes: 0 all done · 1 failed · 2 bad input · 3 partly done · 4 given up · 5 stopped or waiting (run it again to go
on) · 6 the store is in use or damaged · 70 a bug.
`;

export interface Options {
  readonly folder: string | undefined;
  readonly out: string | undefined;
  readonly yes: boolean;
  readonly undo: boolean;
  readonly fresh: boolean;
  readonly force: boolean;
  readonly help: boolean;
  readonly files: number;
  readonly seed: number;
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line. @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const options: Options = {
    folder: values.folder,
    out: values.out,
    yes: values.yes === true,
    undo: values.undo === true,
    fresh: values.fresh === true,
    force: values.force === true,
    help: values.help === true,
    files: whole('files', values.files, 300, 100_000),
    seed: whole('seed', values.seed, 1, 0xffff_ffff),
  };
  if (options.out !== undefined && options.folder === undefined) {
    throw new UsageError('--out goes with --folder: name the folder to organise.');
  }
  if (options.undo && options.fresh)
    throw new UsageError('--undo and --fresh exclude each other: choose one.');
  for (const name of ['files', 'seed'] as const) {
    if (values[name] !== undefined && options.folder !== undefined) {
      throw new UsageError(`--${name} is about the sample and does not go with --folder.`);
    }
  }
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        folder: { type: 'string' },
        out: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        undo: { type: 'boolean' },
        fresh: { type: 'boolean' },
        force: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        files: { type: 'string' },
        seed: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whole(name: string, given: string | undefined, otherwise: number, most: number): number {
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= 1 && number <= most) return number;
  throw new UsageError(`--${name} expects a whole number from 1 to ${most}, got '${given}'.`);
}
