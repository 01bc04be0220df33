// The simulation as a command:
//
//   npm run test:sim -- [--seeds 2000] [--from 1] [--jobs 1] [--trace] [--first]
//
// --jobs runs so many processes; --trace prints every run as it went; --first stops at the first seed that fails.
// It ends with 1 when a promise was not kept.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judge, type Violation } from './checker.js';
import { play } from './driver.js';
import { commandFor, textOf, traceOf } from './trace.js';

/** What a process tells about one seed. */
interface Report {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly trace?: string;
}

interface Settings {
  readonly from: number;
  readonly until: number;
  /** Every so many seeds is this process's. */
  readonly step: number;
  readonly trace: boolean;
}

/** Plays and judges one seed; a run that breaks off is one that P3 is not kept in. */
async function look(seed: number, trace: boolean): Promise<Report> {
  try {
    const run = await play(seed);
    const violations = judge(run);
    return {
      seed,
      violations,
      ...(trace || violations.length > 0 ? { trace: traceOf(run, violations) } : {}),
    };
  } catch (error) {
    const message = `the run broke off: ${(error as Error).stack}`;
    return { seed, violations: [{ promise: 'P3', message, entry: 0 }] };
  }
}

/** Plays seeds in this process. A run that waits for what never comes lets the process end: then its seed is told. */
async function playAll(
  { from, until, step, trace }: Settings,
  tell: (report: Report) => boolean,
): Promise<void> {
  let now: number | undefined;
  process.once('exit', () => {
    if (now === undefined) return;
    tell({ seed: now, violations: [{ promise: 'P3', message: 'the run waits for ever', entry: 0 }] });
    process.exitCode = 1;
  });
  for (let seed = from; seed < until; seed += step) {
    now = seed;
    if (!tell(await look(seed, trace))) break;
  }
  now = undefined;
}

function fork1(settings: Settings, tell: (report: Report) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--child', JSON.stringify(settings)]);
    child.on('message', (report) => {
      if (!tell(report as Report)) child.kill();
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      // One that was stopped after a seed had failed ends with SIGTERM.
      if (code === null && signal !== 'SIGTERM')
        return reject(
          new Error(`A process of the simulation ended with ${signal}: not all seeds were played.`),
        );
      resolve();
    });
  });
}

/** What led to the first violation. */
function lastLines(trace: string): string {
  const lines = trace.split('\n');
  const at = lines.findIndex((line) => line.startsWith('***'));
  return lines.slice(Math.max(0, at - 40), at + 1).join('\n');
}

const count = (value: string, name: string): number => {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name}: expected a whole number from 1, got '${value}'.`);
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      trace: { type: 'boolean', default: false },
      first: { type: 'boolean', default: false },
      child: { type: 'string' },
    },
  });
  if (values.child !== undefined) {
    return playAll(JSON.parse(values.child) as Settings, (report) => process.send?.(report) === true);
  }
  const [seeds, from, jobs] = [
    count(values.seeds, 'seeds'),
    count(values.from, 'from'),
    count(values.jobs, 'jobs'),
  ];
  const failed: Report[] = [];
  const began = performance.now();
  let done = 0;
  const progress = (): void => {
    const rate = (1_000 * done) / (performance.now() - began);
    console.log(`${done} of ${seeds} seeds, ${failed.length} failed, ${rate.toFixed(1)}/s`);
  };
  const tell = (report: Report): boolean => {
    done += 1;
    const { seed, violations, trace } = report;
    if (values.trace && trace !== undefined) console.log(`\n=== seed ${seed}\n${trace}`);
    else if (trace !== undefined && failed.length === 0)
      console.log(`\n=== seed ${seed}\n${lastLines(trace)}`);
    if (violations.length > 0) {
      failed.push(report);
      const found = violations.slice(0, 10).map((one) => `  ${textOf(one)}`);
      console.log(`\nseed ${seed} fails:\n${found.join('\n')}\n  To repeat it: ${commandFor(seed)}\n`);
    }
    if (done % 500 === 0) progress();
    return !(values.first && failed.length > 0);
  };
  const settings = (i: number): Settings => ({
    from: from + i,
    until: from + seeds,
    step: jobs,
    trace: values.trace,
  });
  if (jobs === 1) await playAll(settings(0), tell);
  else await Promise.all(Array.from({ length: jobs }, (_, i) => fork1(settings(i), tell)));
  progress();
  if (failed.length > 0) {
    console.log(`failed: ${failed.map(({ seed }) => seed).join(', ')}`);
    process.exitCode = 1;
  }
}

await main();
