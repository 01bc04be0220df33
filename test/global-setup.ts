// Builds dist/ once before the tests, because some of them start the real command line as a child process.
// Type errors are printed and do not stop the tests: `npm run typecheck` is the step that fails on them, and
// the compiler emits all the same.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);

/** Called by vitest once per run. */
export function setup(): void {
  for (const project of ['tsconfig.build.json', 'tsconfig.tools.json']) {
    const run = spawnSync(process.execPath, [compiler, '-p', project], { cwd: root, encoding: 'utf8' });
    if (run.error !== undefined) throw run.error;
    if (run.status !== 0) console.warn(`The build reports errors (${project}):\n${run.stdout}${run.stderr}`);
  }
}
