// The job's own tools: three that only compute, and one that takes an empty folder away.
import { rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { defineTool, ToolFailure, type Tool } from 'statewright';
import { check, CheckInput, CheckOutput } from './check.js';
import { decide, DecideInput, Decision, isWithin } from './decide.js';
import { describe, DescribeInput, Description } from './describe.js';

const decideTool = defineTool({
  name: 'organise.decide',
  description: 'Decides for each listed file into which category folder it goes, and under which name.',
  input: DecideInput,
  output: Decision,
  effect: 'idempotent',
  safety: 'read',
  run: (input) => {
    if (!input.truncated) return decide(input);
    throw new ToolFailure({
      code: 'too-many-files',
      class: 'logic',
      message: `'${input.folder}' holds more than ${input.entries.length} files and folders. Organise its folders one by one.`,
      effect: 'none',
    });
  },
});

const describeTool = defineTool({
  name: 'organise.describe',
  description: 'Puts together what the indexes of an organised folder say.',
  input: DescribeInput,
  output: Description,
  effect: 'idempotent',
  safety: 'read',
  run: describe,
});

const checkTool = defineTool({
  name: 'organise.check',
  description: 'Compares the hashes from before and after, and the indexes with the files.',
  input: CheckInput,
  output: CheckOutput,
  effect: 'idempotent',
  safety: 'read',
  run: check,
});

/** Takes back `fs.mkdir`: a folder that was there before, or in which something is, stays. */
function createClearTool(outs: readonly string[]) {
  return defineTool({
    name: 'organise.clear',
    description: 'Removes a folder if it is empty and was not there before.',
    input: z.strictObject({ path: z.string(), existed: z.boolean() }),
    output: z.object({ removed: z.boolean() }),
    effect: 'idempotent',
    safety: 'write',
    run: async ({ path, existed }) => {
      if (existed || !outs.some((out) => isWithin(out, resolve(path)))) return { removed: false };
      try {
        await rmdir(path);
        return { removed: true };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return { removed: true };
        if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return { removed: false };
        throw error;
      }
    },
  });
}

/** The tools of the job. `outs` are the target folders, in which empty folders may be removed. */
export function createOrganiseTools(outs: readonly string[]): Tool[] {
  return [decideTool, describeTool, checkTool, createClearTool(outs)];
}
