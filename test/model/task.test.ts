// Tasks: what is stored without its defaults is completed as its schema would complete it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeTask, Task, type TaskInput } from '#src/model/task.js';

const text = fc.string({ minLength: 1, maxLength: 20 });
const id = fc.stringMatching(/^[a-z0-9._-]{1,12}$/);
const json = fc.jsonValue({ maxDepth: 2 });
const call = fc.record(
  { kind: fc.constant('tool_call' as const), tool: fc.constant('fs.copy'), input: json },
  { requiredKeys: ['kind', 'tool'] },
);
const command = fc.record({
  kind: fc.constant('system_cmd' as const),
  command: text,
  args: fc.array(text, { maxLength: 2 }),
});
const wait = fc.constant({ kind: 'wait' as const, for: { durationMs: 5 } });
const loop = call.map((one) => ({
  kind: 'for_each' as const,
  items: 'inputs.files',
  as: 'file',
  do: one,
}));

const task = fc.record(
  {
    action: fc.oneof({ weight: 4, arbitrary: call }, command, wait, loop),
    name: text,
    description: text,
    parentTaskId: id,
    depth: fc.nat(5),
    after: fc.array(id, { maxLength: 3 }),
    when: text,
    optional: fc.boolean(),
    critical: fc.boolean(),
    preconditions: fc.array(text, { maxLength: 2 }),
    produces: fc.array(text, { maxLength: 2 }),
    requires: fc.constant({ locks: [{ name: 'a' }] }),
    estimate: fc.constant({ durationMs: { p50: 10 } }),
    retry: fc.record({ maxRetries: fc.nat(5) }),
    timeoutMs: fc.nat(),
    priority: fc.integer({ min: 1, max: 10 }),
    effect: fc.constantFrom('once', 'keyed', 'idempotent'),
    probe: call,
    compensate: call,
    approval: fc.constantFrom('none', 'required', { approvers: ['ann'] }, { quorum: 2 }),
    review: fc.constantFrom('none', 'required', {}),
    approvalTimeoutMs: fc.nat(),
    successCriteria: fc.constant([{ id: 'c', check: { expression: 'true' } }]),
    contingencies: fc.array(id, { maxLength: 2 }),
    metadata: fc.dictionary(id, json, { maxKeys: 2 }),
  },
  { requiredKeys: ['action'] },
);

describe('a stored task', () => {
  test('is completed with the defaults of its schema', () => {
    fc.assert(
      fc.property(task, (given) => {
        const parsed = Task.safeParse(given);
        fc.pre(parsed.success);
        expect(completeTask(given as unknown as TaskInput)).toEqual(parsed.data);
      }),
      { numRuns: 500 },
    );
  });

  test('shares its defaults with others, and nobody can change them', () => {
    const { after } = completeTask({ action: { kind: 'tool_call', tool: 'fs.copy' } });
    expect(() => after.push('a')).toThrow(TypeError);
  });
});
