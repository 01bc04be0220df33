// The solver by lazy clause generation alone: clauses, assumptions and their cores, arcs, restarts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Brancher, luby, Solver } from '#src/services/scheduling/exact/solver.js';

const limits = { isDue: () => false, conflicts: 10_000 };

/** Halves the first variable that is open. */
function splitting(solver: Solver): Brancher {
  return {
    half: 0,
    value: 0,
    choose() {
      const { trail } = solver;
      for (let half = 0; half < trail.halves; half += 2) {
        if (trail.least(half) === trail.most(half)) continue;
        this.half = half;
        this.value = Math.ceil((trail.least(half) + trail.most(half)) / 2);
        return true;
      }
      return false;
    },
  };
}

type Literal = readonly [half: number, value: number];

const variables = 4;
const most = 3;
const literal = fc.tuple(fc.nat(variables - 1), fc.boolean(), fc.integer({ min: 1, max: most }));
const clauses = fc.array(fc.array(literal, { minLength: 1, maxLength: 3 }), { maxLength: 24 });

/** [x ≥ v], or its negation. */
const toLiteral = ([variable, isUp, value]: [number, boolean, number]): Literal =>
  isUp ? [2 * variable, value] : [2 * variable + 1, 1 - value];

const holds = (values: readonly number[], [half, value]: Literal): boolean => {
  const own = values[half >> 1] ?? 0;
  return (half % 2 === 0 ? own : -own) >= value;
};

function solutionsOf(formula: readonly (readonly Literal[])[]): number[][] {
  return Array.from({ length: (most + 1) ** variables }, (_, code) =>
    Array.from({ length: variables }, (__, place) => Math.floor(code / (most + 1) ** place) % (most + 1)),
  ).filter((values) => formula.every((clause) => clause.some((one) => holds(values, one))));
}

function solverOf(formula: readonly (readonly Literal[])[]): Solver {
  const solver = new Solver();
  for (let index = 0; index < variables; index += 1) solver.variable(0, most);
  for (const clause of formula) solver.addClause(clause);
  return solver;
}

describe('solver', () => {
  test('X2 decides clauses over bounds as trying all values does', () => {
    fc.assert(
      fc.property(clauses, (input) => {
        const formula = input.map((clause) => clause.map(toLiteral));
        const solver = solverOf(formula);
        const outcome = solver.run(splitting(solver), limits);
        const solutions = solutionsOf(formula);
        expect(outcome).toBe(solutions.length === 0 ? 'infeasible' : 'solved');
        if (outcome !== 'solved') return;
        const values = Array.from({ length: variables }, (_, index) => solver.trail.least(2 * index));
        expect(solutions).toContainEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  test('X2 a core is a part of the assumptions that no solution keeps', () => {
    let refused = 0;
    fc.assert(
      fc.property(clauses, fc.array(literal, { minLength: 1, maxLength: 4 }), (input, assumed) => {
        const formula = input.map((clause) => clause.map(toLiteral));
        const assumptions = assumed.map(toLiteral);
        const solver = solverOf(formula);
        solver.assumedHalves = assumptions.map(([half]) => half);
        solver.assumedValues = assumptions.map(([, value]) => value);
        const outcome = solver.run(splitting(solver), limits);
        const kept = solutionsOf([...formula, ...assumptions.map((one) => [one])]);
        expect(outcome === 'solved').toBe(kept.length > 0);
        if (outcome !== 'refused') return;
        refused += 1;
        for (const one of solver.core) expect(assumptions).toContainEqual(one);
        expect(solutionsOf([...formula, ...solver.core.map((one) => [one])])).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  test('X1 arcs hold for both halves, and only under their condition', () => {
    const solver = new Solver();
    const [a, b, flag] = [solver.variable(0, 10), solver.variable(0, 10), solver.boolean()];
    solver.arcs.add(a, b, 4, flag, 1);
    solver.prepare();
    expect([solver.trail.most(a), solver.trail.least(b)]).toEqual([10, 0]);
    solver.require(flag, 1);
    expect(solver.propagate()).toBe(true);
    expect([solver.trail.most(a), solver.trail.least(b)]).toEqual([6, 4]);
  });

  test('restarts follow the sequence of Luby', () => {
    expect(Array.from({ length: 15 }, (_, index) => luby(index + 1))).toEqual([
      1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8,
    ]);
  });
});
