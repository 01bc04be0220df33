// Solve: the process in which one instance is planned once. Its clock is the CPU time it has used, the start of the
// process included. Prints one line of JSON.
import { readFileSync } from 'node:fs';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { planHtnInSlices } from '#src/services/planning/htn/plan-htn.js';
import type { SearchStrategy } from '#src/services/planning/htn/search-outcome.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';
import type { Answer } from './results.js';

/** What the process is told by its one argument. */
export interface Assignment {
  readonly domainFile: string;
  readonly problemFile: string;
  readonly limitMs: number;
  readonly memoryMb: number;
  readonly seed: number;
  readonly strategies: readonly SearchStrategy[] | null;
  readonly improve: boolean;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function solve(told: Assignment): Promise<Answer> {
  const reader = readHddl(readFileSync(told.domainFile, 'utf8'), told.domainFile);
  const problem = reader.problem(readFileSync(told.problemFile, 'utf8'), told.problemFile);
  let firstMs: number | null = null;
  const outcome = await planHtnInSlices(reader.domain, problem, {
    now: cpuMs,
    timeMs: Math.max(1, told.limitMs - cpuMs()),
    memoryMb: told.memoryMb,
    seed: told.seed,
    improve: told.improve,
    onImprovement: () => {
      firstMs ??= cpuMs();
    },
    ...(told.strategies === null ? {} : { strategies: told.strategies }),
  });
  const endMs = cpuMs();
  const { nodes, revisits, strategy, facts, operators, tasks, methods } = outcome.statistics;
  const common = {
    cpuMs: firstMs ?? endMs,
    endMs,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    counts: { nodes, revisits, facts, operators, tasks, methods },
    strategy,
  };
  if (outcome.status === 'unsolvable') return { ...common, status: 'unsolvable' };
  if (outcome.status === 'limit') return { ...common, status: 'limit', message: outcome.limit };
  const { plan, optimal } = outcome;
  const verdict = validatePlan(reader.domain, problem, plan);
  if (!verdict.valid) {
    const [first] = verdict.findings;
    return { ...common, status: 'invalid', message: `${first?.path}: ${first?.message}` };
  }
  return { ...common, status: 'solved', cost: plan.cost, steps: plan.steps.length, optimal };
}

async function main(): Promise<void> {
  const told = JSON.parse(process.argv[2] ?? '{}') as Assignment;
  const answer = await solve(told).catch((error: unknown): Answer => {
    return { status: 'error', message: error instanceof Error ? error.message : String(error) };
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

await main();
