// Verify resume: proves that a plan and its tools go on after a crash, by killing the process at every write.
import { judge } from './judge.js';
import { createReport, type ResumeProblem, type ResumeReport } from './report.js';
import { carryOut, type Kill, type Run } from './run.js';
import { readScenario, type Scenario, type VerifyOptions, type VerifySettings } from './scenario.js';
import { createSeededIds } from './seeded-ids.js';

/**
 * Carries a scenario out undisturbed and counts its writes; then once for each write and each of before and after, with
 * the process killed there and a new one carrying on; then with every call that may be repeated made twice. Each run has
 * a new world, a new store in memory, and a clock of its own. All of them are held against the promises.
 *
 * A kill falls between two writes of the engine, never in the middle of a tool's own work: a call that is under way
 * comes to its end in the outside world, and its outcome is lost.
 *
 * @throws EngineError `INPUT_INVALID` for a scenario that cannot be read. What `setUp`, `tearDown` and `tools` throw goes through.
 *
 * @example
 * ```ts
 * const report = await verifyResume({
 *   setUp: () => new Map<string, number>(),
 *   tools: (payments) => [payTool(payments)],
 *   plan: { version: 1, goal: 'Pay', tasks: { pay: { action: { tool: 'shop.pay', input: { amount: 5 } } } } },
 *   check: ({ world }) => assert.equal(world.size, 1),
 * });
 * console.log(report.ok, String(report));
 * ```
 */
export async function verifyResume<World = undefined>(
  scenario: Scenario<World>,
  options: VerifyOptions = {},
): Promise<ResumeReport> {
  const settings = readScenario(scenario, options);
  const problems: ResumeProblem[] = [];
  let runs = 0;
  let unreached = 0;

  const undisturbed = await carryOut(scenario, settings, 'undisturbed');
  const name = scenario.name ?? 'scenario';
  const writePoints = undisturbed.writes;

  /** Notes what is wrong with a run; says whether another one is worth while. */
  function note(run: Run): boolean {
    runs += 1;
    if (run.lives <= run.kills.length) unreached += 1;
    const { kind, kills, witness } = run;
    for (const breach of judge(run, undisturbed, scenario.compare)) {
      const { promise, message } = breach;
      problems.push({ run: kind, at: kills, promise, message, trace: witness.trace });
    }
    return new Set(problems.map(({ trace }) => trace)).size < settings.maxProblems;
  }

  const report = (): ResumeReport => createReport({ name, writePoints, runs, unreached, problems });
  note(undisturbed);
  if (problems.length > 0) return report();
  // What differs by itself cannot be compared.
  note(await carryOut(scenario, settings, 'undisturbed'));
  if (problems.length > 0) return report();
  const plans = plannedRuns(writePoints, settings);
  for (const [i, { kind, kills }] of plans.entries()) {
    const goOn = note(await carryOut(scenario, settings, kind, kills));
    options.onProgress?.({ run: i + 1, of: plans.length, problems: problems.length });
    if (!goOn) break;
  }
  return report();
}

/**
 * As {@link verifyResume}, for tests: throws the report as text when a promise was broken.
 *
 * @throws EngineError `INPUT_INVALID`; Error with the report.
 */
export async function assertResumes<World = undefined>(
  scenario: Scenario<World>,
  options: VerifyOptions = {},
): Promise<ResumeReport> {
  const report = await verifyResume(scenario, options);
  if (!report.ok) throw new Error(String(report));
  return report;
}

/** The runs beside the undisturbed ones. */
function plannedRuns(
  writePoints: number,
  { repeat, twice, seed }: VerifySettings,
): { kind: 'killed' | 'repeated'; kills: Kill[] }[] {
  const planned: { kind: 'killed' | 'repeated'; kills: Kill[] }[] = [];
  if (repeat) planned.push({ kind: 'repeated', kills: [] });
  for (let write = 1; write <= writePoints; write++)
    for (const when of ['before', 'after'] as const)
      planned.push({ kind: 'killed', kills: [{ write, when }] });
  const { random } = createSeededIds(seed);
  const below = (limit: number): number => 1 + Math.floor(random() * Math.max(1, limit));
  const when = (): Kill['when'] => (random() < 0.5 ? 'before' : 'after');
  for (let i = 0; i < twice; i++) {
    const write = below(writePoints);
    // A new life makes some writes of its own before it goes on.
    const second = below(Math.min(writePoints, writePoints - write + 2));
    planned.push({
      kind: 'killed',
      kills: [
        { write, when: when() },
        { write: second, when: when() },
      ],
    });
  }
  return planned;
}
