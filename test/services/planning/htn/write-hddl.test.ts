// The HDDL writer: what it writes is read back to the same domain and problem.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { writeHddlDomain, writeHddlProblem } from '#src/services/planning/htn/hddl/write.js';
import { planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { parcels } from './parcels.js';
import { plain } from './plain.js';
import { randomProblems } from './random-problems.js';

describe('writing and reading', () => {
  test.each([false, true])('gives the parcels again, partial order: %s', (isPartial) => {
    const { domain, problem } = parcels(isPartial);
    const reader = readHddl(writeHddlDomain(domain));
    expect(plain(reader.domain)).toEqual(plain(domain));
    expect(plain(reader.problem(writeHddlProblem(problem)))).toEqual(plain(problem));
  });

  test('gives whatever domain and problem again', () => {
    fc.assert(
      fc.property(randomProblems({ isRecursive: true, isPartial: true }), ({ domain, problem }) => {
        const reader = readHddl(writeHddlDomain(domain));
        expect(plain(reader.domain)).toEqual(plain(domain));
        expect(plain(reader.problem(writeHddlProblem(problem)))).toEqual(plain(problem));
      }),
      { numRuns: 200 },
    );
  });

  test('leaves solvability and the cost of the plan as they are', () => {
    fc.assert(
      fc.property(randomProblems({ isRecursive: false, isPartial: false }), ({ domain, problem }) => {
        const reader = readHddl(writeHddlDomain(domain));
        const again = reader.problem(writeHddlProblem(problem));
        const [one, other] = [planHtnNow(domain, problem), planHtnNow(reader.domain, again)];
        expect(other.status).toBe(one.status);
        if (one.status === 'solved' && other.status === 'solved') expect(other.plan.cost).toBe(one.plan.cost);
      }),
      { numRuns: 30 },
    );
  });

  test.each(['two words', 'a(b', 'a;b', '', ':key', 'and', '-'])('refuses the name %j', (name) => {
    const { domain, problem } = parcels();
    const objects = [...problem.objects, { name, types: ['parcel'] }];
    expect(() => writeHddlProblem({ ...problem, objects })).toThrow(EngineError);
    expect(() => writeHddlDomain({ ...domain, name })).toThrow(/cannot be written as HDDL/);
  });

  test('refuses goals as tasks', () => {
    const { problem } = parcels();
    const goal = { id: 'g', kind: 'goal', name: 'at', terms: ['p', 'c'] } as const;
    const network = { ...problem.network, subtasks: [goal], ordering: [] };
    expect(() => writeHddlProblem({ ...problem, network })).toThrow(/no goals as tasks/);
  });
});
