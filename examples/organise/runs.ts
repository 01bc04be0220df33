// Runs: which runs there were in a work folder. A run is noted in a small file before its goal is submitted:
// the file says what has to be known to open the store (the folders that tools may touch), the store says all
// the rest.
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Run = z.object({
  version: z.literal(1),
  number: z.number().int().positive(),
  folder: z.string(),
  out: z.string(),
  /** What the sample was made of; absent for a person's folder. */
  sample: z.object({ files: z.number(), seed: z.number() }).optional(),
});
export type Run = z.infer<typeof Run>;

/** The goal of a run. */
export const goalOf = ({ number }: Run): string => `organise-${number}`;
/** The goal that undoes it; an undo that could not put all back can be tried again. */
export const undoGoalOf = ({ number }: Run, attempt: number): string => `undo-${number}.${attempt}`;

/** Where the store of a work folder is. */
export const storeOf = (work: string): string => join(work, 'store');

/** The runs of a work folder, the last one last. A file that is none of ours is passed over. */
export async function readRuns(work: string): Promise<Run[]> {
  const names = await readdir(work).catch(() => []);
  const runs: Run[] = [];
  for (const name of names.filter((one) => /^run-\d+\.json$/.test(one))) {
    const parsed = Run.safeParse(JSON.parse(await readFile(join(work, name), 'utf8')));
    if (parsed.success) runs.push(parsed.data);
  }
  return runs.sort((a, b) => a.number - b.number);
}

/** Notes a run, whole or not at all. */
export async function writeRun(work: string, run: Run): Promise<void> {
  await mkdir(work, { recursive: true });
  const path = join(work, `run-${run.number}.json`);
  const handle = await open(`${path}.part`, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(run, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
}
