// What the commands `htn` do. Loaded when one of them is called, so that no other command loads the planner.
import { stringify } from 'yaml';
import pc from 'picocolors';
import { EngineError } from '../../errors.js';
import {
  decompositionLines,
  explainFailure,
  explainPlan,
  explanationLines,
  failureLines,
  planHtn,
  readHtnPlan,
  toEnginePlan,
  validatePlan,
  writeHtnPlan,
  type HtnDomain,
  type HtnProblem,
  type HtnSearchOutcome,
} from '../../planning.js';
import { clean, count, isUnicode } from './display.js';
import { exitCode } from './exit-code.js';
import { needProblem, readHtnFiles, readInput } from './htn-files.js';
import type { Output } from './output.js';
import { readCount, readDuration } from './plan-file.js';
import type { Session } from './session.js';
import type { SharedOptions } from './settings.js';

interface SearchFlags extends SharedOptions {
  readonly time: string;
  readonly memory: string;
  readonly seed: string;
}

export interface PlanFlags extends SearchFlags {
  readonly improve?: boolean;
  readonly as: 'tree' | 'steps' | 'text' | 'plan';
  readonly order: 'methods' | 'causal';
  readonly depth?: string;
  readonly width: string;
}

export type ExplainFlags = SearchFlags & { readonly limit: string };

/** A line with its indentation, cleaned of what could steer the terminal. */
function cleanLine(line: string): string {
  const indent = /^[ │├└─|`-]*/.exec(line)?.[0] ?? '';
  return indent + clean(line.slice(indent.length));
}

async function search(
  domain: HtnDomain,
  problem: HtnProblem,
  flags: SearchFlags,
  improve = false,
): Promise<HtnSearchOutcome> {
  const outcome = await planHtn(domain, problem, {
    timeMs: readDuration(flags.time, '--time'),
    memoryMb: readCount(flags.memory, '--memory', 1),
    seed: readCount(flags.seed, '--seed'),
    improve,
  });
  if (outcome.status !== 'solved') return outcome;
  const { valid, findings } = validatePlan(domain, problem, outcome.plan);
  if (valid) return outcome;
  const first = findings[0];
  throw new EngineError(
    'ENGINE_INVARIANT',
    `The planner made a wrong plan: ${first?.path ?? ''}: ${first?.message ?? ''}. This is a bug.`,
  );
}

/** Plans, checks the plan and prints it; gives the exit code. */
export async function makePlan(
  session: Session,
  [domainFile = '', problemFile]: readonly string[],
  flags: PlanFlags,
): Promise<number> {
  const { output } = session;
  const files = await readHtnFiles(domainFile, problemFile);
  const problem = needProblem(files, domainFile);
  const outcome = await search(files.domain, problem, flags, flags.improve === true);
  if (outcome.status !== 'solved') return tellFailure(files.domain, problem, outcome, output);
  const { plan: found, statistics, optimal } = outcome;
  const engine =
    flags.as === 'plan'
      ? toEnginePlan(files.domain, problem, found, { data: files.data, order: flags.order })
      : undefined;
  const steps = found.steps.map(({ operator, arguments: args }) => ({ operator, arguments: args }));
  output.record(engine?.document ?? { type: 'plan', cost: found.cost, optimal, steps, statistics });
  if (engine !== undefined)
    output.text(stringify(engine.document, { lineWidth: 110, aliasDuplicateObjects: false }).trimEnd());
  else if (flags.as === 'text') output.text(writeHtnPlan(found).trimEnd());
  else if (flags.as === 'steps')
    steps.forEach((step) => output.text(clean([step.operator, ...step.arguments].join(' '))));
  else {
    const { nodes } = statistics;
    output.text(
      pc.bold(
        `${clean(problem.name)}: ${count(steps.length, 'step')}, cost ${found.cost}${optimal ? ' (the least there is)' : ''}`,
      ),
    );
    const depth = flags.depth === undefined ? {} : { depth: readCount(flags.depth, '--depth', 1) };
    const width = readCount(flags.width, '--width', 1);
    for (const line of decompositionLines(found, { ...depth, width, ascii: !isUnicode() }))
      output.text(cleanLine(line));
    output.text(pc.dim(`found by '${statistics.strategy}' with ${count(nodes, 'node')}`));
  }
  return exitCode.succeeded;
}

function tellFailure(
  domain: HtnDomain,
  problem: HtnProblem,
  outcome: HtnSearchOutcome,
  output: Output,
): number {
  const failure = explainFailure(domain, problem);
  const ended = outcome.status === 'limit' ? { limit: outcome.limit } : {};
  output.record({ type: 'failure', ...ended, ...failure, status: outcome.status });
  const first =
    outcome.status === 'limit'
      ? `No plan was found before the limit of ${outcome.limit}. ${outcome.reason}`
      : outcome.status === 'unsolvable'
        ? `There is no plan: ${outcome.reason}`
        : '';
  output.text(pc.red(first));
  for (const line of failureLines(failure).slice(1)) output.text(cleanLine(line));
  return exitCode.failed;
}

/** Checks documents, and a plan against them; gives the exit code. */
export async function validateFiles(
  session: Session,
  [domainFile = '', problemFile, planFile]: readonly string[],
): Promise<number> {
  const { output } = session;
  const files = await readHtnFiles(domainFile, problemFile);
  const { operators, methods, tasks } = files.domain;
  if (planFile === undefined) {
    const counts = { operators: operators.length, tasks: tasks.length, methods: methods.length };
    output.record({
      type: 'valid',
      domain: files.domain.name,
      ...counts,
      problem: files.problem?.name ?? null,
    });
    const about = `${count(counts.operators, 'operator')}, ${count(counts.tasks, 'task')}, ${count(counts.methods, 'method')}`;
    const own =
      files.problem === undefined
        ? ''
        : `; problem ${clean(files.problem.name)}: ${count(files.problem.objects.length, 'object')}, ${count(files.problem.facts.length, 'fact')}`;
    output.text(`${clean(files.domain.name)} is sound: ${about}${own}`);
    return exitCode.succeeded;
  }
  const problem = needProblem(files, domainFile);
  const found = readHtnPlan(await readInput(planFile), files.domain, problem);
  const verdict = validatePlan(files.domain, problem, found);
  output.record({ type: 'verdict', ...verdict, steps: found.steps.length, cost: found.cost });
  if (verdict.valid)
    output.text(`The plan is a solution: ${count(found.steps.length, 'step')}, cost ${found.cost}`);
  else {
    output.text(pc.red(`The plan is no solution: ${count(verdict.count, 'finding')}`));
    for (const { path, message } of verdict.findings.slice(0, 20))
      output.text(`  ${path}: ${clean(message)}`);
  }
  return verdict.valid ? exitCode.succeeded : exitCode.failed;
}

/** Plans and says why, or why not; gives the exit code. */
export async function explainFiles(
  session: Session,
  [domainFile = '', problemFile]: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  const { output } = session;
  const files = await readHtnFiles(domainFile, problemFile);
  const problem = needProblem(files, domainFile);
  const outcome = await search(files.domain, problem, flags);
  if (outcome.status !== 'solved') return tellFailure(files.domain, problem, outcome, output);
  const explainer = explainPlan(files.domain, problem, outcome.plan);
  const limit = readCount(flags.limit, '--limit', 1);
  let told = 0;
  for (const index of outcome.plan.nodes.keys()) {
    const one = explainer.node(index);
    if (one === undefined) continue;
    told += 1;
    if (told > limit && !output.json) continue;
    output.record({ type: 'explanation', ...one });
    for (const line of explanationLines(one))
      output.text(line.startsWith(' ') ? pc.dim(cleanLine(line)) : clean(line));
  }
  if (told > limit) output.text(pc.dim(`… and ${count(told - limit, 'more task')}; --limit shows more`));
  return exitCode.succeeded;
}
