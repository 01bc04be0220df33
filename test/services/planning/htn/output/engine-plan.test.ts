// A solution as a plan of the engine: tasks with tools, inputs and orders, and what is refused.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createEngine } from 'statewright';
import { EngineError } from '#src/errors.js';
import type { Json } from '#src/model/scalars.js';
import { planFromValue } from '#src/services/planning/document/plan-document.js';
import { readDomainDocument } from '#src/services/planning/htn/language/domain-document.js';
import { toEnginePlan } from '#src/services/planning/htn/output/engine-plan.js';
import type { EnginePlanOptions } from '#src/services/planning/htn/output/engine-plan.js';
import { fillInput } from '#src/services/planning/htn/output/tool-input.js';
import { planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { parcels } from '../parcels.js';

const example = new URL('../../../../../examples/plan-files/organise.domain.yaml', import.meta.url);

function planned(text: string, options: EnginePlanOptions = {}) {
  const { domain, problem, data } = readDomainDocument(text);
  if (problem === undefined) throw new Error('no problem');
  const outcome = planHtnNow(domain, problem, {});
  if (outcome.status !== 'solved') throw new Error(outcome.status);
  return { ...toEnginePlan(domain, problem, outcome.plan, { data, ...options }), plan: outcome.plan };
}

type Tasks = Record<
  string,
  { action: { input: Json }; after: string[]; estimate: Json; metadata: { needs: Json[]; partOf: string[] } }
>;

describe('the example', () => {
  const { document, taskIds } = planned(readFileSync(example, 'utf8'), { order: 'causal' });
  const tasks = document['tasks'] as unknown as Tasks;

  test('is a plan document that the engine takes', () => {
    expect(planFromValue(document).graph.ids).toEqual(taskIds);
  });

  test('moves come after what they need, and are apart from each other', () => {
    expect(tasks['move-a-txt-inbox-documents']?.after.sort()).toEqual([
      'analyse-inbox',
      'make-folder-documents',
    ]);
    expect(tasks['write-index-inbox']?.after.filter((id) => id.startsWith('move-'))).toHaveLength(4);
    expect(tasks['verify-inbox']?.after).toEqual(['write-index-inbox']);
    expect(tasks['make-folder-documents']?.after).toEqual([]);
  });

  test('has data, links, durations and where each task comes from', () => {
    const move = tasks['move-d-zip-inbox-archives'];
    expect(move?.action.input).toEqual({
      from: 'inbox/d.zip',
      to: 'inbox/archives/d.zip',
      onConflict: 'fail',
    });
    expect(move?.estimate).toEqual({ expectedMs: 60, cost: 0 });
    expect(move?.metadata.needs).toContainEqual({ fact: 'exists(archives)', from: 'make-folder-archives' });
    expect(move?.metadata.needs).toContainEqual({ fact: 'at(d.zip, inbox)' });
    expect(move?.metadata.partOf.at(-1)).toBe('place(d.zip)');
    expect(tasks['verify-inbox']?.action.input).toEqual({
      folder: 'inbox',
      index: '{{ tasks.write-index-inbox.output.path }}',
    });
  });
});

const bell = `version: 1
domain: bell
predicates: { ready: , rung: }
operators:
  prepare: { postconditions: ready, tool: data.query, input: { data: { n: [1, 2] }, expression: 'sum(n)' } }
  ring:
    preconditions: ready
    postconditions: rung
    tool: text.template
    input: { template: 'It is <% n %>', data: { n: '{{ links.ready.output.result }}' } }
tasks: { job: }
methods: { do-it: { for: job, subtasks: [prepare, ring] } }
problem: { tasks: job, goal: rung }
`;

describe('what a plan says', () => {
  test('is done by the engine, with data from task to task', async () => {
    await using engine = await createEngine({ store: 'memory' });
    const goal = await engine.submit(planned(bell).document);
    const { status, tasks } = await goal.result();
    expect(status).toBe('succeeded');
    expect(tasks['ring']?.output).toMatchObject({ text: 'It is 3' });
  });

  test('orders of methods are kept, unless only those of causes are asked for', () => {
    const apart = bell
      .replace('preconditions: ready', 'preconditions: true')
      .replace('{{ links.ready.output.result }}', '1');
    expect(planned(apart).before).toEqual([[], [0]]);
    expect(planned(apart, { order: 'causal' }).before).toEqual([[], []]);
  });

  test('steps without tools, and names that stand for nothing, refuse it', () => {
    const { domain, problem } = parcels();
    const outcome = planHtnNow(domain, problem, {});
    if (outcome.status !== 'solved') throw new Error(outcome.status);
    const refuse = (): unknown => toEnginePlan(domain, problem, outcome.plan);
    expect(refuse).toThrow(EngineError);
    expect(refuse).toThrow(
      /^The plan has \d+ problems; the first: steps\[0\]: drive\(.*\) is bound to no tool\. Add `tool:` to the operator drive\.$/,
    );
    const wait = { kind: 'wait', for: { durationMs: 0 } };
    const { document } = toEnginePlan(domain, problem, outcome.plan, { actionOf: () => wait });
    expect(planFromValue(document).document.plan.tasks).toHaveProperty(
      Object.keys(document['tasks'] as object)[0] ?? '',
    );
    const start = bell.replace('links.ready', 'links.rung');
    expect(() => planned(start)).toThrow("no task of the plan makes 'rung' for this step");
  });
});

describe('inputs', () => {
  const missing: string[] = [];
  const fill = (template: Json): Json =>
    fillInput(template, {
      values: new Map<string, Json>([
        ['f', { path: 'a "b"', size: 3, 'odd-key': true }],
        ['d', 'home'],
      ]),
      task: (predicate) => (predicate === 'made' ? 'make-1.2' : undefined),
      missing: (text) => missing.push(text),
    });

  test.each<[Json, Json]>([
    ['{{ f.path }}', 'a "b"'],
    ['{{ f.size }}', 3],
    ['{{f}}', { path: 'a "b"', size: 3, 'odd-key': true }],
    ['in {{ d }}/{{ f.path }}', 'in home/a "b"'],
    ['{{ f.size + 1 }}', '{{ 3 + 1 }}'],
    ['{{ f.path.size() + tasks.f.output.f }}', '{{ "a \\"b\\"".size() + tasks.f.output.f }}'],
    ['{{ "f.path" + d }}', '{{ "f.path" + "home" }}'],
    ['{{ links.made.output.x }}', '{{ tasks["make-1.2"].output.x }}'],
    ['{{ output.path }}', '{{ output.path }}'],
    [{ a: ['{{ d }}', 1, null] }, { a: ['home', 1, null] }],
  ])('%j → %j', (template, filled) => expect(fill(template)).toEqual(filled));

  test('what is missing is told', () => {
    fill('{{ f.length }} {{ links.lost.output }}');
    expect(missing).toEqual(['f.length', 'links.lost.output']);
  });

  test('data that looks like a template stays data', () => {
    expect(
      fillInput('{{ f }}', {
        values: new Map([['f', '{{ x }}']]),
        task: () => undefined,
        missing: () => undefined,
      }),
    ).toBe('{{{{ x }}');
  });
});
