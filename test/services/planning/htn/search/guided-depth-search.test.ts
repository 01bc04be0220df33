// The search along relaxed plans, over small random domains.
//
// GD1 it ends with a plan just when best first does, however soon it begins anew or looks ahead.
// GD2 what a look ahead leaves out is below the wrong turn, and nothing else.
// GD4 of methods that end with their own task, those that lead nowhere are not followed for ever.
// GD3 what a clause lacks in a state does not depend on the states before.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Domain, Problem } from '../../../../../src/services/planning/htn/domain.js';
import { groundProgram } from '../../../../../src/services/planning/htn/ground/ground.js';
import type { GroundModel } from '../../../../../src/services/planning/htn/ground/model.js';
import { invert, Ragged, type Rows } from '../../../../../src/services/planning/htn/ground/ragged.js';
import { readDomainDocument } from '../../../../../src/services/planning/htn/language/domain-document.js';
import { cutMethods } from '../../../../../src/services/planning/htn/program/cut.js';
import { lowerProgram } from '../../../../../src/services/planning/htn/program/lower.js';
import { createChance } from '../../../../../src/services/planning/htn/search/chance.js';
import { Footing } from '../../../../../src/services/planning/htn/search/footing.js';
import { GuidedDepthSearch } from '../../../../../src/services/planning/htn/search/guided-depth-search.js';
import { linearise } from '../../../../../src/services/planning/htn/search/linearise.js';
import { SequenceSearch } from '../../../../../src/services/planning/htn/search/sequence-search.js';
import { smallProblem } from '../random-domains.js';

function groundModel(domain: Domain, problem: Problem): GroundModel | null {
  const linear = linearise(domain, problem);
  const run = groundProgram(cutMethods(lowerProgram(linear.domain, linear.problem)), () => true);
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value.kind === 'model' ? next.value.model : null;
  }
}

const model = smallProblem.map(({ domain, problem }) => groundModel(domain, problem));

function inverse(rows: Rows, count: number): Rows {
  const run = invert(rows, count);
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
  }
}

function endOf(search: { step(): string }): string {
  for (;;) {
    const status = search.step();
    if (status !== 'open') return status;
  }
}

describe('the search along relaxed plans', () => {
  test('GD1 ends as best first does', () => {
    const patience = fc.record({
      firstLimit: fc.integer({ min: 1, max: 8 }),
      checkEvery: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(model, patience, fc.integer({ min: 1, max: 1000 }), (ground, own, seed) => {
        fc.pre(ground !== null);
        const guided = new GuidedDepthSearch(ground, Infinity, createChance(seed), own);
        expect(endOf(guided)).toBe(endOf(new SequenceSearch(ground, Infinity)));
      }),
      { numRuns: 300 },
    );
  });

  test('GD2 goes back to the turn before the one after which not all can be done', () => {
    const { domain, problem } = readDomainDocument(`version: 1
domain: turns
predicates: { whole: , kept: , one: , other: , done: }
operators:
  spoil: { postconditions: not whole }
  keep: { postconditions: kept }
  do-one: { postconditions: one }
  do-other: { postconditions: other }
  finish: { preconditions: whole, postconditions: done }
tasks: { turn: , work: , end: }
methods:
  wrong: { for: turn, subtasks: spoil }
  right: { for: turn, subtasks: keep }
  by-one: { for: work, subtasks: do-one }
  by-other: { for: work, subtasks: do-other }
  ends: { for: end, subtasks: finish }
problem: { facts: [whole], tasks: [work, turn, work, work, work, end], goal: done }
`);
    const ground = groundModel(domain, problem!);
    expect(ground).not.toBeNull();
    for (const checkEvery of [1, 2, 3, 4, 5]) {
      const search = new GuidedDepthSearch(ground!, Infinity, createChance(1), {
        firstLimit: 1000,
        checkEvery,
      });
      expect(endOf(search)).toBe('found');
    }
  });

  test('GD4 ends where the first methods lead round, or away', () => {
    // Each detour adds a mark, so that no state comes twice, and asks for its own task again in the middle.
    const marks = Array.from({ length: 12 }, (_, at) => `m${at}`);
    const { domain, problem } = readDomainDocument(`version: 1
domain: detours
types: { mark: }
predicates: { marked: [mark], open: , whole: , done: }
operators:
  mark: { parameters: { m: mark }, preconditions: not marked(?m), postconditions: marked(?m) }
  unlock: { preconditions: whole, postconditions: open }
  enter: { preconditions: open, postconditions: done }
tasks: { go: , see: , walk: }
methods:
  there: { for: go, preconditions: done }
  round: { for: go, preconditions: not done, subtasks: [see, walk, go] }
  detour: { for: go, parameters: { m: mark }, preconditions: not done, subtasks: [mark(?m), go, walk, go] }
  straight: { for: go, preconditions: not done, subtasks: [walk, go] }
  looks: { for: see, subtasks: [go, see] }
  no-more: { for: see, preconditions: done }
  goes: { for: walk, subtasks: [unlock, enter] }
problem: { objects: { mark: [${marks.join(', ')}] }, facts: [whole], tasks: go, goal: done }
`);
    const ground = groundModel(domain, problem!);
    expect(ground).not.toBeNull();
    const search = new GuidedDepthSearch(ground!, Infinity, createChance(1));
    expect(endOf(search)).toBe('found');
    expect(search.evaluations).toBeLessThan(20);
  });

  test('GD3 knows what each clause lacks', () => {
    const facts = 40;
    const bodies = fc.array(fc.uniqueArray(fc.nat(facts - 1), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 20,
    });
    const states = fc.array(fc.uniqueArray(fc.nat(facts - 1)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        bodies,
        states,
        fc.uniqueArray(fc.nat(facts - 1), { maxLength: 3 }),
        (rows, walk, always) => {
          const ragged = new Ragged();
          for (const row of rows) ragged.add(row);
          const isAlways = new Uint8Array(facts);
          for (const fact of always) isAlways[fact] = 1;
          const sizes = Int32Array.from(rows, (row) => row.length);
          const footing = new Footing(inverse(ragged.toRows(), facts), sizes, isAlways, 99);
          for (const state of walk) {
            const bits = new Int32Array(2);
            for (const fact of state) bits[fact >> 5]! |= 1 << (fact & 31);
            footing.moveTo(bits);
            const holds = new Set([...state, ...always]);
            const missing = rows.map((row) => row.filter((fact) => !holds.has(fact)).length);
            expect([...footing.missing]).toEqual(missing);
            const ready = [...footing.ready.subarray(0, footing.readyCount)].sort(
              (one, other) => one - other,
            );
            expect(ready).toEqual([...missing.keys()].filter((clause) => missing[clause] === 0));
            expect([...footing.cost.keys()].filter((fact) => footing.cost[fact] === 0)).toEqual(
              [...holds].sort((one, other) => one - other),
            );
          }
        },
      ),
    );
  });
});
