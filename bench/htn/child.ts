// Child: plans one instance within a limit of CPU time and memory, has the validator check the plan, and prints one
// line of JSON.
import { readFileSync } from 'node:fs';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';
import { cpuMs } from '../processor.js';
import type { Answer, Asked } from './result.js';

const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;

const answer = (): Answer => {
  const reader = readHddl(readFileSync(asked.domainFile, 'utf8'), asked.domainFile);
  const problem = reader.problem(readFileSync(asked.problemFile, 'utf8'), asked.problemFile);
  let firstMs = 0;
  const outcome = planHtnNow(reader.domain, problem, {
    now: cpuMs,
    timeMs: asked.limitMs,
    memoryMb: asked.memoryMb,
    seed: asked.seed,
    improve: asked.improve,
    ...(asked.strategies === undefined ? {} : { strategies: asked.strategies }),
    onImprovement: () => {
      firstMs ||= cpuMs();
    },
  });
  const cpuSeconds = (outcome.status === 'solved' ? firstMs : cpuMs()) / 1000;
  const { statistics } = outcome;
  if (outcome.status !== 'solved') {
    return { status: outcome.status === 'limit' ? outcome.limit : outcome.status, cpuSeconds, statistics };
  }
  const { plan } = outcome;
  const verdict = validatePlan(reader.domain, problem, plan);
  return {
    status: verdict.valid ? 'solved' : 'invalid',
    cpuSeconds,
    statistics,
    steps: plan.steps.length,
    cost: plan.cost,
    ...(verdict.valid ? {} : { message: JSON.stringify(verdict.findings.slice(0, 3)) }),
  };
};

let said: Answer;
try {
  said = answer();
} catch (error) {
  said = { status: 'error', cpuSeconds: cpuMs() / 1000, message: String(error) };
}
process.stdout.write(`${JSON.stringify(said)}\n`);
