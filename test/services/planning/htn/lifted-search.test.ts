// The lifted search: plans are valid, it agrees with the search on the ground model, nothing of what it tries is left
// behind (LS1, LN1, LD2), and whatever a domain is like, it ends with an answer or a limit.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Domain, Problem } from '#src/services/planning/htn/domain.js';
import { planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { cutMethods } from '#src/services/planning/htn/program/cut.js';
import { lowerProgram } from '#src/services/planning/htn/program/lower.js';
import { createDive, type DiveOptions } from '#src/services/planning/htn/lifted/dive.js';
import { buildMachine, type Machine } from '#src/services/planning/htn/lifted/machine.js';
import { findNeeds } from '#src/services/planning/htn/lifted/needs.js';
import { createVisited } from '#src/services/planning/htn/lifted/visited.js';
import type { SearchOutcome } from '#src/services/planning/htn/search-outcome.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';
import { disguised, randomProblems } from './random-problems.js';

const lifted = (domain: Domain, problem: Problem, nodes = 20_000): SearchOutcome =>
  planHtnNow(domain, problem, { strategies: ['lifted'], nodes });

const shapes = [
  { isRecursive: false, isPartial: false },
  { isRecursive: true, isPartial: false },
  { isRecursive: false, isPartial: true },
  { isRecursive: true, isPartial: true },
];

describe.each(shapes)('random problems, recursive: $isRecursive, partial: $isPartial', (features) => {
  test('PV1 to PV4 every plan is valid', () => {
    fc.assert(
      fc.property(randomProblems(features), ({ domain, problem }) => {
        const outcome = lifted(domain, problem, 3000);
        if (outcome.status !== 'solved') return;
        expect(validatePlan(domain, problem, outcome.plan).findings).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  test('LS2 it says of a problem what the search on the ground model says', () => {
    fc.assert(
      fc.property(randomProblems(features), ({ domain, problem }) => {
        const own = lifted(domain, problem, 3000);
        const other = planHtnNow(domain, problem, { strategies: ['ground'], nodes: 3000 });
        if (own.status === 'limit' || other.status === 'limit') return;
        expect(own.status).toBe(other.status);
      }),
      { numRuns: 60 },
    );
  });

  test('other names and another order of declarations leave solvability as it is', () => {
    fc.assert(
      fc.property(randomProblems(features), (one) => {
        const before = lifted(one.domain, one.problem, 3000);
        const other = disguised(one);
        const after = lifted(other.domain, other.problem, 3000);
        if (before.status === 'limit' || after.status === 'limit') return;
        expect(after.status).toBe(before.status);
      }),
      { numRuns: 40 },
    );
  });

  test('a larger limit keeps solvable what was solvable', () => {
    fc.assert(
      fc.property(
        randomProblems(features),
        fc.integer({ min: 1, max: 300 }),
        ({ domain, problem }, nodes) => {
          if (lifted(domain, problem, nodes).status !== 'solved') return;
          expect(lifted(domain, problem, nodes * 4).status).toBe('solved');
        },
      ),
      { numRuns: 40 },
    );
  });

  test('LD2 when all has been tried, state and network are those of the beginning', () => {
    fc.assert(
      fc.property(randomProblems(features), ({ domain, problem }) => {
        const { machine, end } = dive(domain, problem, { costBelow: -1 });
        if (end === 'nodes' || end === 'solved') return;
        expect(pictureOf(machine)).toEqual(pictureOf(machineOf(domain, problem)));
      }),
      { numRuns: 40 },
    );
  });
});

function machineOf(domain: Domain, problem: Problem): Machine {
  const program = cutMethods(lowerProgram(domain, problem));
  const needs = findNeeds(program, program.isTotalOrder ? 'none' : 'all');
  const run = buildMachine(program, needs.ofMethods, createVisited(2 ** 24), null);
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
  }
}

function dive(
  domain: Domain,
  problem: Problem,
  options: Partial<DiveOptions>,
): { machine: Machine; end: string | null } {
  const machine = machineOf(domain, problem);
  const run = createDive(machine, {
    nodes: 2000,
    failures: Infinity,
    depth: Infinity,
    levels: 30,
    work: 1e6,
    memoryBytes: 2 ** 28,
    costBelow: Infinity,
    passesLoops: false,
    chance: null,
    ...options,
  });
  const pace = { isDue: () => false };
  return { machine, end: run.advance(pace) };
}

/** All that turning back must restore: facts in the order of every list, values, hashes, what may come next. */
function pictureOf({ state, network, ledger }: Machine): unknown {
  const facts = state.relations.map((relation) =>
    relation.indexes.map((index) => {
      const lists = new Map<string, string[]>();
      index.heads.forEach((head) => {
        const list: string[] = [];
        for (let cell = head; cell >= 0; cell = index.next[cell]!) {
          const start = relation.factOf[cell]! * relation.arity;
          list.push(relation.tuples.keys.subarray(start, start + relation.arity).join());
        }
        const key = index.places.length === 0 ? [] : (list[0]?.split(',') ?? []);
        const name = [...index.places].map((place) => key[place]).join();
        if (list.length > 0) lists.set(name, list);
      });
      return [...lists].sort(([one], [other]) => (one < other ? -1 : 1));
    }),
  );
  const numbers = state.numbers.map(({ tuples, values }) =>
    Array.from({ length: tuples.count }, (_, at) => [tuples.keys[at * tuples.width], values[at]] as const)
      .filter(([, value]) => value !== 0)
      .sort(([one = 0], [other = 0]) => one - other),
  );
  return {
    facts,
    numbers,
    hash: [state.hashLow, state.hashHigh, network.hashLow, network.hashHigh],
    sizes: [state.trailSize, state.pastSize, network.nodes, network.poolSize, network.trailSize],
    next: [network.first, network.next[network.first]],
    steps: [ledger.count, ledger.cost],
  };
}
