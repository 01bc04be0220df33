// fs.mkdir: makes a folder and the folders above it.
import { z } from 'zod';
import { defineTool } from '../tool.js';
import type { Confinement } from './confinement.js';
import { PathField } from './fields.js';
import { withFileFailures } from './file-failure.js';
import { makeFolder } from './placement.js';

const MkdirInput = z.strictObject({ path: PathField });
const MkdirOutput = z.object({
  path: z.string(),
  created: z.boolean().describe('It was not there before.'),
});

/** Makes `fs.mkdir`. A folder that is there already is fine. */
export function createMkdirTool(confinement: Confinement) {
  return defineTool({
    name: 'fs.mkdir',
    description: 'Makes a folder, with the folders above it; fine when it is there already.',
    input: MkdirInput,
    output: MkdirOutput,
    effect: 'idempotent',
    safety: 'write',
    run: async (input) => {
      const { path } = await confinement.target(input.path);
      return withFileFailures('Could not make folder', path, async () => ({
        path,
        created: await makeFolder(path),
      }));
    },
  });
}
