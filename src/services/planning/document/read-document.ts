// Reader of documents: a JSON value → the long form, checked by the model's schemas, with the graph of its
// tasks. Everything that can be checked is checked, also next to what is broken.
import type { z } from 'zod';
import { Contingency } from '../../../model/contingency.js';
import { Criterion } from '../../../model/criterion.js';
import { Dependency } from '../../../model/dependency.js';
import { GoalSpec } from '../../../model/goal.js';
import type { GoalSpecInput } from '../../../model/goal.js';
import { limits } from '../../../model/limits.js';
import { InputDeclaration, PlanHead } from '../../../model/plan.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import { Resource } from '../../../model/resource.js';
import { Id } from '../../../model/scalars.js';
import type { Json } from '../../../model/scalars.js';
import { Strategy } from '../../../model/strategy.js';
import { Task } from '../../../model/task.js';
import type { TaskInput } from '../../../model/task.js';
import { didYouMean } from '../../nearest.js';
import { admissionProblems } from '../admission/admission.js';
import type { AdmissionOptions } from '../admission/admission.js';
import { buildGraph } from '../graph.js';
import { createPlanProblems } from '../plan-problem.js';
import type { PlanProblem, PlanProblems } from '../plan-problem.js';
import { got, schemaProblems } from '../schema-problem.js';
import { isMap, report, startWalk, within, writtenPath } from './expansion.js';
import type { Expander, JsonMap, Walk } from './expansion.js';
import { inputTypes, isOfType } from './inputs.js';
import { checkJson } from './json-check.js';
import type { ParsedPlan } from './parsed-plan.js';
import { expanders } from './short-forms.js';

/** What came of reading; `parsed` is there when there is no problem. */
export interface ReadDocument {
  readonly parsed: ParsedPlan | undefined;
  /** Paths are those of the document as it was written. */
  readonly problems: readonly PlanProblem[];
  readonly count: number;
}

export interface ReadOptions extends Omit<AdmissionOptions, 'goal'> {
  readonly name: string;
}

const topKeys = [
  'version',
  'goal',
  'inputs',
  'resources',
  'strategy',
  'tasks',
  'dependencies',
  'contingencies',
  'planCriteria',
  'metadata',
];

/** Reads a document. It never throws for a bad document. */
export function readDocument(value: unknown, options: ReadOptions): ReadDocument {
  const problems = createPlanProblems();
  const json = checkJson(value, problems);
  if (json === undefined) return { parsed: undefined, problems: problems.list, count: problems.count };
  if (!isMap(json)) {
    problems.add({ path: [], message: `expected a map with version, goal and tasks, ${got(json)}` });
    return { parsed: undefined, problems: problems.list, count: problems.count };
  }
  const tasks = isMap(json['tasks']) ? Object.keys(json['tasks']).length : 0;
  if (tasks > limits.tasks) {
    problems.add({
      path: ['tasks'],
      message: `expected at most ${limits.tasks} tasks, got ${tasks}`,
      hint: 'Loop over a list with forEach, or split the work into several goals.',
    });
    return { parsed: undefined, problems: problems.list, count: problems.count };
  }
  const reader: Reader = { walk: startWalk(problems), problems, top: json };
  checkTop(reader);
  const goal = readGoal(reader, options.name);
  const plan = readPlan(reader);
  const { graph, planProblems } = buildGraph(plan, options.expressions);
  const found = [...planProblems, ...admissionProblems(plan, graph, { ...options, goal })];
  for (const problem of found)
    problems.add({ ...problem, path: writtenPath(problem.path, reader.walk.moves) });
  const parsed = problems.count > 0 ? undefined : { document: { version: 1 as const, goal, plan }, graph };
  return { parsed, problems: problems.list, count: problems.count };
}

/** A broken task keeps its place, so that others that name it are not blamed. */
const brokenTask: TaskInput = { action: { kind: 'wait', for: { durationMs: 0 } } };

interface Reader {
  readonly walk: Walk;
  readonly problems: PlanProblems;
  readonly top: JsonMap;
}

function checkTop({ top, walk }: Reader): void {
  for (const key of Object.keys(top)) {
    if (topKeys.includes(key)) continue;
    const hint = didYouMean(key, topKeys) ?? `Known keys: ${topKeys.join(', ')}.`;
    report(walk, { at: 'key', message: `the key '${key}' is not known here`, hint }, key);
  }
  const version = top['version'];
  if (version === undefined) {
    report(
      walk,
      { message: 'expected version: 1, but it is missing', hint: 'Add `version: 1` at the top.' },
      'version',
    );
  } else if (typeof version === 'number' && Number.isInteger(version) && version > 1) {
    const hint = 'Install a newer statewright, or write the plan for version 1.';
    report(
      walk,
      { message: `this version reads plan documents of version 1, got version ${version}`, hint },
      'version',
    );
  } else if (version !== 1) report(walk, { message: `expected version: 1, ${got(version)}` }, 'version');
}

/**
 * Expands and checks one part, and notes its problems.
 *
 * @returns The part without what is wrong in it, so that the rest can be checked further; undefined when
 * nothing is left that makes sense.
 */
function readPart<Schema extends z.ZodType>(
  schema: Schema,
  expand: Expander,
  value: Json,
  reader: Reader,
): z.input<Schema> | undefined {
  const { walk, problems } = reader;
  const long = expand(value, walk);
  const result = schema.safeParse(long);
  // What is kept is the long form; the schema's own result would have all defaults filled in.
  if (result.success) return long as z.input<Schema>;
  for (const problem of schemaProblems(result.error.issues, long, walk.to)) {
    problems.add({ ...problem, path: writtenPath(problem.path, walk.moves) });
  }
  if (!isMap(long)) return undefined;
  const broken = new Set(result.error.issues.map((issue) => issue.path[0]));
  const rest = Object.fromEntries(Object.entries(long).filter(([key]) => !broken.has(key)));
  if (schema === (Task as z.ZodType) && broken.has('action')) Object.assign(rest, brokenTask);
  return schema.safeParse(rest).success ? (rest as z.input<Schema>) : undefined;
}

function readGoal(reader: Reader, name: string): GoalSpecInput {
  const given = reader.top['goal'] ?? {};
  if (typeof given === 'string') return { name: given };
  const named = isMap(given) && given['name'] === undefined ? { name, ...given } : given;
  return readAt('goal', GoalSpec, expanders.goal, named, reader) ?? { name };
}

function readPlan(reader: Reader): PlanSpecInput {
  const { top } = reader;
  const plan: PlanSpecInput = { tasks: readTasks(reader) };
  const inputs = readNamed('inputs', InputDeclaration, expanders.input, reader, { type: 'any' as const });
  const resources = readNamed('resources', Resource, expanders.resource, reader, {});
  const dependencies = readList('dependencies', Dependency, expanders.dependency, reader);
  const contingencies = readList('contingencies', Contingency, expanders.contingency, reader);
  const planCriteria = readList('planCriteria', Criterion, expanders.criterion, reader);
  if (inputs !== undefined) plan.inputs = checkDefaults(inputs, reader);
  if (resources !== undefined) plan.resources = resources;
  if (top['strategy'] !== undefined) {
    const strategy = readAt('strategy', Strategy, expanders.strategy, top['strategy'], reader);
    if (strategy !== undefined) plan.strategy = strategy;
  }
  if (dependencies !== undefined) plan.dependencies = dependencies;
  if (contingencies !== undefined) plan.contingencies = contingencies;
  if (planCriteria !== undefined) plan.planCriteria = planCriteria;
  if (top['metadata'] !== undefined) {
    const metadata = readAt('metadata', PlanHead.shape.metadata, expanders.metadata, top['metadata'], reader);
    if (metadata !== undefined) plan.metadata = metadata;
  }
  return plan;
}

function readAt<Schema extends z.ZodType>(
  key: string | number,
  schema: Schema,
  expand: Expander,
  value: Json,
  reader: Reader,
): z.input<Schema> | undefined {
  return within(reader.walk, key, key, () => readPart(schema, expand, value, reader));
}

function readTasks(reader: Reader): Record<string, TaskInput> {
  const given = reader.top['tasks'];
  if (!isMap(given) || Object.keys(given).length === 0) {
    const message = `expected a map of tasks by id, ${isMap(given) ? 'got an empty one' : got(given)}`;
    report(reader.walk, { message }, 'tasks');
    return {};
  }
  return readNamed('tasks', Task, expanders.task, reader, brokenTask) ?? {};
}

/** Reads a map whose keys are ids. */
function readNamed<Schema extends z.ZodType>(
  key: string,
  schema: Schema,
  expand: Expander,
  reader: Reader,
  broken: z.input<Schema>,
): Record<string, z.input<Schema>> | undefined {
  const given = reader.top[key];
  if (given === undefined) return undefined;
  const parts: Record<string, z.input<Schema>> = {};
  within(reader.walk, key, key, () => {
    if (!isMap(given)) {
      report(reader.walk, { message: `expected a map, ${got(given)}` });
      return;
    }
    for (const id of Object.keys(given)) {
      const checked = Id.safeParse(id);
      if (!checked.success) {
        report(
          reader.walk,
          { at: 'key', message: `${checked.error.issues[0]?.message ?? 'not an id'}, got '${id}'` },
          id,
        );
      }
      parts[id] = readAt(id, schema, expand, given[id] ?? null, reader) ?? broken;
    }
  });
  return parts;
}

/** Reads a list. With a hopeless entry the others are checked, but not used: their places would shift. */
function readList<Schema extends z.ZodType>(
  key: string,
  schema: Schema,
  expand: Expander,
  reader: Reader,
): z.input<Schema>[] | undefined {
  const given = reader.top[key];
  if (given === undefined) return undefined;
  const parts: z.input<Schema>[] = [];
  let isWhole = Array.isArray(given);
  within(reader.walk, key, key, () => {
    if (!Array.isArray(given)) {
      report(reader.walk, { message: `expected a list, ${got(given)}` });
      return;
    }
    given.forEach((one, index) => {
      const part = readAt(index, schema, expand, one, reader);
      if (part !== undefined) parts.push(part);
      else isWhole = false;
    });
  });
  return isWhole ? parts : undefined;
}

function checkDefaults(
  inputs: Record<string, z.input<typeof InputDeclaration>>,
  { walk }: Reader,
): Record<string, z.input<typeof InputDeclaration>> {
  for (const [name, { type = 'any', default: value }] of Object.entries(inputs)) {
    if (value === undefined || isOfType(type, value)) continue;
    report(
      walk,
      { message: `expected ${inputTypes[type]} as the type says, ${got(value)}` },
      'inputs',
      name,
      'default',
    );
  }
  return inputs;
}
