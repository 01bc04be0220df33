// Grounding lets others have a turn, and ends soon when a limit is met.
//
// GR1 every step of grounding rests after so much work, however large what it makes is.
// GR2 when it is told to stop at any of its rests, it stops there.
// GR3 a limit of time ends it while it grounds, and a limit of memory.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildModel } from '../../../../../src/services/planning/htn/ground/build-model.js';
import { draftModel } from '../../../../../src/services/planning/htn/ground/draft.js';
import { groundProgram } from '../../../../../src/services/planning/htn/ground/ground.js';
import { pruneDraft } from '../../../../../src/services/planning/htn/ground/prune.js';
import { Reachability } from '../../../../../src/services/planning/htn/ground/reach.js';
import { unitsPerRest } from '../../../../../src/services/planning/htn/ground/rest.js';
import { readHddl } from '../../../../../src/services/planning/htn/hddl/read-problem.js';
import { planHtnNow } from '../../../../../src/services/planning/htn/plan-htn.js';
import { cutMethods } from '../../../../../src/services/planning/htn/program/cut.js';
import { lowerProgram } from '../../../../../src/services/planning/htn/program/lower.js';
import type { Program } from '../../../../../src/services/planning/htn/program/program.js';

/** Bits are tried one way, then the other, and all must be off in the end; `detour` is large on the ground, and never needed. */
const reader = readHddl(`(define (domain bits)
  (:types bit place)
  (:predicates (next ?a ?b - bit) (last ?a - bit) (on ?a - bit) (at ?p - place) (true))
  (:task choose :parameters (?a - bit)) (:task detour)
  (:method choose-on :parameters (?a ?b - bit) :task (choose ?a) :precondition (next ?a ?b)
    :ordered-subtasks (and (turn-on ?a) (choose ?b)))
  (:method choose-off :parameters (?a ?b - bit) :task (choose ?a) :precondition (next ?a ?b)
    :ordered-subtasks (and (turn-off ?a) (choose ?b)))
  (:method end :parameters (?a - bit) :task (choose ?a) :precondition (last ?a)
    :ordered-subtasks (and (check)))
  (:method way-round :parameters (?a - bit) :task (choose ?a) :precondition (last ?a)
    :ordered-subtasks (and (detour) (check)))
  (:method by :parameters (?x ?y ?z - place) :task (detour) :precondition (and (at ?x) (at ?y) (at ?z))
    :ordered-subtasks (and (move ?x ?y) (move ?y ?z)))
  (:action turn-on :parameters (?a - bit) :effect (on ?a))
  (:action turn-off :parameters (?a - bit) :effect (not (on ?a)))
  (:action move :parameters (?x ?y - place) :precondition (at ?x) :effect (and (not (at ?x)) (at ?y)))
  (:action check :precondition (forall (?a - bit) (not (on ?a)))))`);

function bits(count: number, places: number): ReturnType<typeof reader.problem> {
  const names = (letter: string, many: number): string[] =>
    Array.from({ length: many }, (_, index) => `${letter}${index}`);
  const all = names('b', count);
  const spots = names('p', places);
  return reader.problem(
    `(define (problem p) (:domain bits)
    (:objects ${all.join(' ')} - bit ${spots.join(' ')} - place)
    (:htn :ordered-subtasks (choose b0))
    (:init (last ${all.at(-1)}) ${all
      .slice(1)
      .map((bit, index) => `(next b${index} ${bit})`)
      .join(' ')}
      ${spots.map((spot) => `(at ${spot})`).join(' ')}))`,
  );
}

const programOf = (places: number): Program => cutMethods(lowerProgram(reader.domain, bits(3, places)));

/** The end of a run, and how often it rested. */
function drain<Result>(run: Generator<number, Result>): { readonly result: Result; readonly rests: number } {
  for (let rests = 0; ; rests += 1) {
    const next = run.next();
    if (next.done === true) return { result: next.value, rests };
  }
}

describe('grounding', () => {
  test('GR1 rests as often as the size of what it makes asks for', () => {
    const program = programOf(30);
    const { result: reached } = drain(new Reachability(program, () => true).run());
    const draft = drain(draftModel(program, reached!));
    const pruned = drain(pruneDraft(draft.result));
    const model = drain(buildModel(program, reached!, draft.result, pruned.result!));
    const { methodCount, relaxed } = model.result;
    expect(methodCount).toBeGreaterThan(27_000);
    expect(draft.rests).toBeGreaterThan(methodCount / 300);
    const numbers = relaxed.bodies.items.length;
    expect(pruned.rests).toBeGreaterThan((numbers * 4) / unitsPerRest);
    expect(model.rests).toBeGreaterThan((numbers * 4) / unitsPerRest);
    // A model with an eighth of the methods takes fewer.
    expect(drain(groundProgram(programOf(15), () => true)).rests * 4).toBeLessThan(
      drain(groundProgram(program, () => true)).rests,
    );
  });

  test('GR2 stops at the rest at which it is told to', () => {
    const program = programOf(12);
    let all = 0;
    drain(groundProgram(program, () => ((all += 1), true)));
    expect(all).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: all }), (last) => {
        let asked = 0;
        const { result } = drain(groundProgram(program, () => ((asked += 1), asked < last)));
        expect(result.kind).toBe('stopped');
        expect(asked).toBe(last);
      }),
      { numRuns: 20 },
    );
  });

  test('GR3 a limit of time ends it while it grounds', () => {
    const run = (timeMs: number): { methods: number; looks: number; limit: unknown } => {
      let looks = 0;
      const outcome = planHtnNow(reader.domain, bits(3, 20), {
        now: () => (looks += 1),
        timeMs,
        nodes: 1000,
        strategies: ['ground'],
      });
      const limit = outcome.status === 'limit' ? outcome.limit : null;
      return { methods: outcome.statistics.methods, looks, limit };
    };
    const whole = run(1_000_000);
    expect(whole.methods).toBeGreaterThan(8000);
    expect(whole.looks).toBeGreaterThan(40);
    for (const timeMs of [1, 10, 20, 40]) {
      expect(run(timeMs)).toEqual({ methods: 0, looks: timeMs + 1, limit: 'time' });
    }
  });

  test('GR3 a limit of memory, as it is counted, ends it', () => {
    const limits = { memoryMb: 3, memory: null, nodes: 1000, strategies: ['ground'] as const };
    const outcome = planHtnNow(reader.domain, bits(3, 30), limits);
    expect(outcome).toMatchObject({ status: 'limit', limit: 'memory', statistics: { methods: 0 } });
    const roomy = planHtnNow(reader.domain, bits(3, 30), { ...limits, memoryMb: 300 });
    expect(roomy.statistics.methods).toBeGreaterThan(27_000);
  });
});
