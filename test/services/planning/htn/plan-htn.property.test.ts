// Invariants of the planner, over small random domains.
//
// HP1 every plan is valid.
// HP2 a plan is found just when there is one: a reference planner that tries everything agrees.
// HP3 renaming what is named and reordering declarations does not change whether there is a plan.
// HP4 what is solved with a limit is solved with a larger one.
// HP5 of sequences, the cheapest plan is found when it is asked for.
// HP6 a state after a step taken back is the state before.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Domain, Problem } from '../../../../src/services/planning/htn/domain.js';
import { findFact } from '../../../../src/services/planning/htn/lifted/relation.js';
import {
  addFact,
  createState,
  deleteFact,
  undoState,
} from '../../../../src/services/planning/htn/lifted/state.js';
import { planHtnNow } from '../../../../src/services/planning/htn/plan-htn.js';
import { lowerProgram } from '../../../../src/services/planning/htn/program/lower.js';
import { validatePlan } from '../../../../src/services/planning/htn/validate.js';
import { leastSteps, smallProblem } from './random-domains.js';

interface Asked {
  readonly domain: Domain;
  readonly problem: Problem;
}

const limits = { nodes: 20_000 };
const isSolved = (asked: Asked): boolean =>
  planHtnNow(asked.domain, asked.problem, limits).status === 'solved';

/** Other names, and every list of declarations turned round. */
function disguised({ domain, problem }: Asked): Asked {
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) =>
        (key === 'name' || key === 'predicate') && typeof each === 'string'
          ? [key, `new-${each}`]
          : [key, rename(each)],
      ),
    );
  };
  const renamed = rename(domain) as Domain;
  return {
    domain: {
      ...renamed,
      predicates: renamed.predicates.toReversed(),
      operators: renamed.operators.toReversed(),
      tasks: renamed.tasks.toReversed(),
      methods: renamed.methods.toReversed(),
    },
    problem: {
      ...(rename(problem) as Problem),
      facts: (rename(problem.facts) as Problem['facts']).toReversed(),
    },
  };
}

describe('the planner', () => {
  test('HP1 HP2 finds valid plans, just when there are any', () => {
    fc.assert(
      fc.property(smallProblem, (asked) => {
        const outcome = planHtnNow(asked.domain, asked.problem, limits);
        expect(outcome.status).toBe(leastSteps(asked) < Infinity ? 'solved' : 'unsolvable');
        if (outcome.status !== 'solved') return;
        expect(validatePlan(asked.domain, asked.problem, outcome.plan).findings).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  test('HP1 the ground and the lifted search alone find valid plans only', () => {
    fc.assert(
      fc.property(smallProblem, fc.constantFrom('lifted' as const, 'ground' as const), (asked, strategy) => {
        const outcome = planHtnNow(asked.domain, asked.problem, { ...limits, strategies: [strategy] });
        if (outcome.status !== 'solved') return;
        expect(validatePlan(asked.domain, asked.problem, outcome.plan).findings).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  test('HP3 does not mind names and the order of declarations', () => {
    fc.assert(
      fc.property(smallProblem, (asked) => {
        expect(isSolved(disguised(asked))).toBe(isSolved(asked));
      }),
      { numRuns: 100 },
    );
  });

  test('HP4 solves with a larger limit what it solves with a smaller', () => {
    fc.assert(
      fc.property(
        smallProblem,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (asked, nodes, more) => {
          const small = planHtnNow(asked.domain, asked.problem, { nodes });
          const large = planHtnNow(asked.domain, asked.problem, { nodes: nodes + more });
          if (small.status !== 'limit') expect(large.status).toBe(small.status);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('HP5 finds the cheapest plan of sequences', () => {
    const inSequence = (asked: Asked): Asked => {
      const order = <N extends Asked['problem']['network'] | Asked['domain']['methods'][number]>(
        network: N,
      ): N => ({
        ...network,
        ordering: network.subtasks
          .slice(1)
          .map((subtask, index) => [network.subtasks[index]!.id, subtask.id] as const),
      });
      return {
        domain: { ...asked.domain, methods: asked.domain.methods.map(order) },
        problem: { ...asked.problem, network: order(asked.problem.network) },
      };
    };
    fc.assert(
      fc.property(smallProblem.map(inSequence), (asked) => {
        const outcome = planHtnNow(asked.domain, asked.problem, { ...limits, improve: true });
        const least = leastSteps(asked);
        if (least === Infinity) expect(outcome.status).toBe('unsolvable');
        else expect(outcome).toMatchObject({ status: 'solved', optimal: true, plan: { cost: least } });
      }),
      { numRuns: 120 },
    );
  });

  test('HP6 takes steps back', () => {
    const change = fc.tuple(fc.constantFrom(0, 1, 2), fc.boolean());
    fc.assert(
      fc.property(smallProblem, fc.array(change), fc.array(change), (asked, kept, undone) => {
        const state = createState(lowerProgram(asked.domain, asked.problem));
        const none = new Int32Array(1);
        const make = (predicate: number, isAdded: boolean): void => {
          const fact = findFact(state.relations[predicate]!, none, 0);
          if (isAdded) addFact(state, predicate, none, false);
          else deleteFact(state, predicate, fact, false);
        };
        for (const [predicate, isAdded] of kept) make(predicate, isAdded);
        const seen = (): unknown => [
          state.relations.map((relation) => relation.holds[findFact(relation, none, 0)] === 1),
          state.hashLow,
          state.hashHigh,
          state.trailSize,
        ];
        const before = seen();
        const mark = state.trailSize;
        for (const [predicate, isAdded] of undone) make(predicate, isAdded);
        undoState(state, mark);
        expect(seen()).toEqual(before);
      }),
    );
  });
});
