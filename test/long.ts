// Long forms of tests, and what is written anew by them: `npm run test:crash`, `test:limits`, `fixtures`. What is set in the
// environment holds; further arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Form {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const forms: Readonly<Record<string, Form>> = {
  crash: {
    arguments: ['test/crash', '--no-file-parallelism'],
    environment: { STATEWRIGHT_KILLS: '200', STATEWRIGHT_FAULTS: '1000', STATEWRIGHT_DAMAGE: 'all' },
  },
  limits: {
    arguments: ['test/limits', '--disable-console-intercept'],
    environment: { STATEWRIGHT_LIMITS: 'full' },
  },
  fixtures: { arguments: ['test/fixtures'], environment: { STATEWRIGHT_WRITE_FIXTURES: '1' } },
};

const [name = '', ...more] = process.argv.slice(2);
const form = forms[name];
if (form === undefined) {
  console.error(`Expected one of ${Object.keys(forms).join(', ')}, got '${name}'.`);
  process.exitCode = 2;
} else {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...form.arguments, ...more], {
    stdio: 'inherit',
    env: { ...form.environment, ...process.env },
  });
  process.exitCode = status ?? 1;
}
