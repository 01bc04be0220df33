// The long forms of the crash tests, one after the other: `npm run test:crash`. What is set in the environment holds.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const long = {
  STATEWRIGHT_KILLS: '200',
  STATEWRIGHT_FAULTS: '1000',
  STATEWRIGHT_DAMAGE: 'all',
};
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', 'test/crash', '--no-file-parallelism', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...long, ...process.env } },
);
process.exitCode = status ?? 1;
