// Sample plans for the tests of planning: arbitrary documents and graphs, and small makers.
import fc from 'fast-check';
import { EngineError } from '#src/errors.js';
import type { PlanSpecInput } from '#src/model/plan.js';
import type { Json } from '#src/model/scalars.js';
import type { TaskInput } from '#src/model/task.js';

/** A task that calls a tool. */
export function call(input: Json = {}, more: Partial<TaskInput> = {}): TaskInput {
  return { action: { kind: 'tool_call', tool: 'data.echo', input }, ...more };
}

/** The refusal that some work ends with. */
export function refusalOf(work: () => unknown): EngineError {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('expected an EngineError');
}

/** Ids that are awkward in one way or another. */
const taskId = fc.oneof(
  fc.constantFrom('a', 'b-2', 'make-index', 'v1.2', 'in', 'constructor', 'toString', '1st', 'x_y'),
  fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/),
);

const shortAction = (ids: readonly string[]): fc.Arbitrary<Json> => {
  const reference =
    ids.length === 0
      ? fc.constant('text')
      : fc.constantFrom(...ids).map((id) => `{{ tasks['${id}'].output.x }}`);
  const input = fc.record({
    a: fc.oneof(reference, fc.integer(), fc.constant(null)),
    b: fc.array(reference, { maxLength: 2 }),
  });
  const step = fc.oneof(
    fc.record({ tool: fc.constantFrom('data.echo', 'fs.stat'), input }),
    fc.record({
      command: fc.constant('node'),
      args: fc.array(fc.oneof(reference, fc.integer()), { maxLength: 3 }),
      env: fc.constant({ PORT: 1 }),
    }),
    fc.record({
      request: fc.record({ url: reference, expect: fc.constant(201), body: fc.constant({ a: 1 }) }),
    }),
  );
  return fc.oneof(
    { weight: 3, arbitrary: step },
    fc.constantFrom<Json>(
      { wait: '30s' },
      { wait: 250 },
      { wait: { signal: 'go', timeout: '1h' } },
      { wait: { approval: 'sure?' }, timeout: '2h' },
      { wait: { until: '2030-01-01T00:00:00Z' } },
    ),
    fc.record({
      forEach: ids.length === 0 ? fc.constant<Json>([1, 2]) : fc.oneof(fc.constant<Json>([1, 2]), reference),
      as: fc.constant('one'),
      do: step,
    }),
  ) as fc.Arbitrary<Json>;
};

/** A short-form task that may come after and read the tasks given. */
const shortTask = (ids: readonly string[]): fc.Arbitrary<Json> => {
  const after =
    ids.length === 0 ? fc.constant<Json>([]) : fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 });
  return fc.record(
    {
      action: shortAction(ids),
      after,
      timeout: fc.constantFrom<Json>('30s', '250ms', 5000, '1.5m'),
      retry: fc.constant<Json>({ maxRetries: 2, backoff: { base: '100ms', cap: '5s' } }),
      when: fc.constantFrom<Json>('inputs.n > 1', true, '{{ inputs.n == 2 }}'),
      effect: fc.constantFrom<Json>('idempotent', 'once'),
      probe: fc.constant<Json>({ command: './probe.sh' }),
      compensate: fc.constant<Json>({ tool: 'data.echo', input: { was: '{{ output }}' } }),
      successCriteria: fc.constant<Json>([{ id: 'ok', check: 'output != null' }]),
      estimate: fc.constant<Json>({ expected: '2m', p95: 180_000 }),
      metadata: fc.constant<Json>({ any: ['thing'] }),
    },
    { requiredKeys: ['action'] },
  ) as fc.Arbitrary<Json>;
};

/** Plan documents in short form whose tasks only refer to tasks before them. */
export const planDocument: fc.Arbitrary<{ [key: string]: Json }> = fc
  .uniqueArray(taskId, { minLength: 1, maxLength: 8 })
  .chain((ids) =>
    fc.record(
      {
        version: fc.constant(1),
        goal: fc.constantFrom<Json>('Do it', {
          name: 'Do it',
          deadline: '2030-01-01',
          successCriteria: [{ id: 'c', check: { expression: 'inputs.n == 2' } }],
        }),
        inputs: fc.constant({ n: { type: 'integer', default: 2 } }),
        resources: fc.constant({
          seat: { capacity: 2 },
          calls: { kind: 'rate', capacity: 5, interval: '1m' },
        }),
        strategy: fc.constantFrom<Json>(
          { mode: 'sequential' },
          { maxParallelTasks: 3, estimatedDuration: '10m' },
        ),
        tasks: fc
          .tuple(...ids.map((_, index) => shortTask(ids.slice(0, index))))
          .map((tasks) =>
            Object.fromEntries(tasks.map((task, index): [string, Json] => [ids[index] ?? '', task])),
          ),
        contingencies: fc.constant([
          {
            id: 'again',
            trigger: [{ field: 'failure.class', operator: 'eq', value: 'transient' }],
            actions: [{ id: 's', do: { retry: { delay: '5s' } } }],
            maxDuration: '1m',
          },
        ]),
      },
      { requiredKeys: ['version', 'inputs', 'tasks'] },
    ),
  ) as fc.Arbitrary<{ [key: string]: Json }>;

/** Plans without cycles, of any shape: each task may come after, read or be ordered with tasks before it. */
export const acyclicPlan: fc.Arbitrary<PlanSpecInput> = fc.integer({ min: 1, max: 25 }).chain((size) =>
  fc
    .array(
      fc.tuple(
        fc.nat(size - 1),
        fc.nat(size - 1),
        fc.constantFrom('after', 'data', 'on_success', 'on_failure', 'conflict', 'preferred'),
      ),
      { maxLength: 60 },
    )
    .map((edges) => {
      const tasks: Record<string, TaskInput> = {};
      const reads = new Map<string, string[]>();
      const dependencies: NonNullable<PlanSpecInput['dependencies']> = [];
      for (let index = 0; index < size; index += 1)
        tasks[`t${index}`] = call({}, { estimate: { expectedMs: 1000 * (index + 1) } });
      for (const [one, other, kind] of edges) {
        if (one === other) continue;
        const [from, to] = [`t${Math.min(one, other)}`, `t${Math.max(one, other)}`];
        const task = tasks[to] as TaskInput;
        if (kind === 'after') task.after = [...(task.after ?? []), from];
        else if (kind === 'data') reads.set(to, [...(reads.get(to) ?? []), from]);
        else dependencies.push({ from, to, type: kind as 'on_success' });
      }
      for (const [id, sources] of reads) {
        tasks[id] = {
          ...(tasks[id] as TaskInput),
          ...call({ all: sources.map((source) => `{{ tasks.${source}.output }}`) }),
        };
      }
      return { tasks, dependencies };
    }),
);
