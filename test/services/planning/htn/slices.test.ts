// Planning in slices between turns of the event loop, and the limits that a process sets: stopped, or out of memory.
import { describe, expect, test } from 'vitest';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { planHtn, planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { readProcessMemory } from '#src/services/planning/htn/process-memory.js';
import { Meter } from '#src/services/planning/htn/search/meter.js';
import { type MemoryReading, uncollectedMb } from '#src/services/planning/htn/search-outcome.js';

const mebibyte = 1024 * 1024;

/** Counting to no end: every state is new, and no needs show that the end is never reached. */
const reader = readHddl(`(define (domain counting)
  (:predicates (never)) (:functions (count)) (:task go)
  (:method one :task (go) :ordered-subtasks (and (add) (go)))
  (:method two :task (go) :ordered-subtasks (and (add-two) (go)))
  (:method end :task (go) :precondition (< (count) 0) :ordered-subtasks ())
  (:action add :effect (increase (count) 1))
  (:action add-two :effect (increase (count) 2)))`);
const endless = reader.problem(
  '(define (problem p) (:domain counting) (:htn :ordered-subtasks (go)) (:init (= (count) 0)))',
);
const short = reader.problem(
  '(define (problem p) (:domain counting) (:htn :ordered-subtasks (add)) (:init))',
);

describe('planHtn', () => {
  test('lets the event loop turn, and stops when the signal aborts', async () => {
    const abort = new AbortController();
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (turns === 5) abort.abort();
      else setImmediate(turn);
    };
    setImmediate(turn);
    const outcome = await planHtn(reader.domain, endless, { signal: abort.signal, sliceMs: 1 });
    expect(turns).toBe(5);
    expect(outcome).toMatchObject({ status: 'limit', limit: 'stopped', reason: 'The search was stopped.' });
  });

  test('finds what it finds in one go', async () => {
    const options = { seed: 7, nodes: 2000 };
    for (const problem of [short, endless]) {
      expect(await planHtn(reader.domain, problem, options)).toEqual(
        planHtnNow(reader.domain, problem, options),
      );
    }
  });

  test('refuses names that are not declared by rejecting', async () => {
    const wrong = { ...short, facts: [{ predicate: 'nothing', arguments: [] }] };
    await expect(planHtn(reader.domain, wrong)).rejects.toThrow("unknown predicate 'nothing'");
  });
});

describe('memory of the process', () => {
  /** A process that uses a megabyte more at each look. */
  const growing = (reading: Omit<MemoryReading, 'used'>): (() => MemoryReading) => {
    let used = 500 * mebibyte;
    return () => ({ ...reading, used: (used += mebibyte) });
  };

  test('it may grow by the limit and what is not collected', () => {
    let looks = 0;
    const memory = growing({ heapUsed: 0, heapLimit: 4096 * mebibyte });
    const outcome = planHtnNow(reader.domain, endless, {
      memoryMb: 100,
      memory: () => ((looks += 1), memory()),
      nodes: 50_000_000,
    });
    expect(outcome).toMatchObject({ status: 'limit', limit: 'memory' });
    expect(outcome).toHaveProperty('reason', expect.stringContaining('has grown by 293 MiB'));
    expect(looks).toBe(100 + uncollectedMb + 2);
  });

  test("V8's heap ends the search before it ends the process", () => {
    const memory = growing({ heapUsed: 91 * mebibyte, heapLimit: 100 * mebibyte });
    const outcome = planHtnNow(reader.domain, endless, { memory });
    expect(outcome).toHaveProperty('reason', expect.stringContaining('--max-old-space-size'));
  });

  test('what a part of the search filled and gave up is not counted when another goes on', () => {
    let used = 0;
    const memory = (): MemoryReading => ({ used, heapUsed: 0, heapLimit: 4096 * mebibyte });
    const meter = new Meter({ memoryMb: 100, memory });
    used = 1000 * mebibyte;
    expect(meter.goOn(0)).toBe(false);
    expect(meter.limit).toBe('memory');
    meter.startAnew();
    expect(meter.goOn(0)).toBe(true);
    used += (101 + uncollectedMb) * mebibyte;
    expect(meter.goOn(0)).toBe(false);
  });

  test('once it is collected, it is no room to grow into', () => {
    let used = 0;
    const memory = (): MemoryReading => ({ used, heapUsed: 0, heapLimit: 4096 * mebibyte });
    const meter = new Meter({ memoryMb: 100, memory });
    used = 1000 * mebibyte;
    meter.goOn(0);
    meter.startAnew();
    used = 50 * mebibyte;
    expect(meter.goOn(0)).toBe(true);
    used += (101 + uncollectedMb) * mebibyte;
    expect(meter.goOn(0)).toBe(false);
  });

  test('the reading of the process counts buffers', () => {
    const before = readProcessMemory();
    const buffer = new Float64Array(8 * mebibyte);
    const after = readProcessMemory();
    expect(after.used - before.used).toBeGreaterThanOrEqual(buffer.byteLength);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(buffer.byteLength);
    expect(after.heapLimit).toBeGreaterThan(after.heapUsed);
  });
});
