// Plans how a folder of files is organised, shows the plan, and lets the engine carry it out.
//   npm run build && node dist/examples/plan-files/main.js [FOLDER]     without a folder: on a temporary one
//   node dist/examples/plan-files/main.js --measure 10000               only plans, for imagined files
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, defineTool } from 'statewright';
import {
  decompositionLines,
  planHtn,
  readDomainDocument,
  toEnginePlan,
  validatePlan,
  type HtnDomain,
  type HtnPlan,
  type HtnProblem,
  type HtnSearchOptions,
} from 'statewright/planning';
import { z } from 'zod';
import { filesOf, imaginedFiles, problemOf, sampleFolder } from './files.js';

/** Every file that the index names is there, and no other. */
const verify = defineTool({
  name: 'plan-files.verify',
  description: 'Compares an index with the folder.',
  input: z.strictObject({ folder: z.string(), index: z.string() }),
  output: z.object({ files: z.number(), missing: z.array(z.string()) }),
  effect: 'idempotent',
  async run({ folder, index }) {
    const lines = (await readFile(index, 'utf8')).split('\n').filter((line) => line.startsWith('- '));
    const missing: string[] = [];
    for (const line of lines) {
      const [kind = '', ...name] = line.slice(2).split('/');
      const there = await filesOf(join(folder, kind)).catch(() => []);
      if (!there.some((file) => file.name === name.join('/'))) missing.push(line.slice(2));
    }
    if (missing.length > 0) throw new Error(`The index names what is not there: ${missing.join(', ')}`);
    return { files: lines.length, missing };
  },
});

/** The methods lead straight to the plan, so there is nothing to ground and to estimate. */
const options: HtnSearchOptions = { timeMs: 60_000, strategies: ['lifted'] };

const domainFile = new URL('../../../examples/plan-files/organise.domain.yaml', import.meta.url);
const { domain } = readDomainDocument(await readFile(domainFile, 'utf8'), { file: 'organise.domain.yaml' });
const [first, second] = process.argv.slice(2);
if (first === '--measure') await measure(Number(second ?? 10_000));
else process.exitCode = await organise(first ?? (await sampleFolder(12)));

/** Plans, or says why not. The plan is checked, as every plan should be. */
async function planFor(own: HtnDomain, problem: HtnProblem): Promise<HtnPlan> {
  const outcome = await planHtn(own, problem, options);
  if (outcome.status !== 'solved') throw new Error(`There is no plan: ${outcome.status}`);
  const { valid, findings } = validatePlan(own, problem, outcome.plan);
  if (!valid) throw new Error(`The plan is wrong: ${findings[0]?.message ?? ''}`);
  return outcome.plan;
}

async function organise(folder: string): Promise<number> {
  const files = await filesOf(folder);
  if (files.length === 0) {
    console.log('There are no files to organise.');
    return 0;
  }
  const { problem, data } = problemOf(folder, files);
  const plan = await planFor(domain, problem);
  console.log(`${problem.name}: ${plan.steps.length} steps`);
  for (const line of decompositionLines(plan, { width: 6 })) console.log(line);
  const { document } = toEnginePlan(domain, problem, plan, { data, order: 'causal' });
  const config = { roots: [folder] };
  await using engine = await createEngine({ store: 'memory', tools: [verify], config, endpoint: false });
  const preview = await engine.plan(document);
  console.log(`\n${preview.tasks.length} tasks in ${preview.levels.length} levels, ${preview.width} at once`);
  const goal = await engine.submit(document);
  const { status, tasks } = await goal.result();
  for (const [id, { failure }] of Object.entries(tasks))
    if (failure !== undefined) console.log(id, failure.message);
  console.log(`${status}: ${JSON.stringify(tasks['verify-inbox']?.output ?? null)}`);
  if (status === 'succeeded') console.log(await readFile(join(folder, 'index.md'), 'utf8'));
  return status === 'succeeded' ? 0 : 1;
}

async function measure(count: number): Promise<void> {
  const { problem, data } = problemOf('somewhere', imaginedFiles(count));
  const cpu = (): number => {
    const { user, system } = process.cpuUsage();
    return Math.round((user + system) / 1000);
  };
  const times = [cpu()];
  const outcome = await planHtn(domain, problem, options);
  times.push(cpu());
  if (outcome.status !== 'solved') throw new Error(`There is no plan: ${outcome.status}`);
  const { valid } = validatePlan(domain, problem, outcome.plan);
  times.push(cpu());
  const { before } = toEnginePlan(domain, problem, outcome.plan, { data, order: 'causal' });
  times.push(cpu());
  const [planned = 0, checked = 0, ordered = 0] = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  const edges = before.reduce((sum, list) => sum + list.length, 0);
  console.log(
    `${count} files: ${outcome.plan.steps.length} steps planned in ${planned} ms of CPU by '${outcome.statistics.strategy}', checked in ${checked} ms (${valid ? 'valid' : 'wrong'}), ordered by ${edges} edges in ${ordered} ms`,
  );
}
