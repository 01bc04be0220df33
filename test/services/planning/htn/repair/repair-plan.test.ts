// Repair: what is done stays done, what can be kept is kept, and the new plan is a solution from what was observed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import type { Changes } from '#src/services/planning/htn/state/changes.js';
import type { Problem } from '#src/services/planning/htn/domain.js';
import { guidedSearch } from '#src/services/planning/htn/repair/guided-search.js';
import { createOpenTree } from '#src/services/planning/htn/repair/open-tree.js';
import { createOpenWorld } from '#src/services/planning/htn/repair/open-world.js';
import { planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { createPlanRun, bindParameters } from '#src/services/planning/htn/state/plan-run.js';
import { readHtnPlan } from '#src/services/planning/htn/validation/read-plan.js';
import { createReplanModel } from '#src/services/planning/htn/repair/replan-model.js';
import { repairPlan } from '#src/services/planning/htn/repair/repair-plan.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';
import { parcels, parcelsPlan } from '../parcels.js';

const { domain, problem } = parcels();
const plan = readHtnPlan(parcelsPlan, domain, problem);
const at = (thing: string, place: string) => ({ predicate: 'at', arguments: [thing, place] });
const moved = (thing: string, from: string, to: string): Partial<Changes> => ({
  deletes: [at(thing, from)],
  adds: [at(thing, to)],
});
const texts = (steps: readonly { operator: string; arguments: readonly string[] }[]): string[] =>
  steps.map(({ operator, arguments: args }) => [operator, ...args].join(' '));

describe('a departure from a plan', () => {
  test('nothing is otherwise: the plan stays', () => {
    const outcome = repairPlan(domain, problem, plan, { done: 2 });
    expect(outcome).toMatchObject({
      status: 'repaired',
      by: 'unchanged',
      plan: { steps: plan.steps },
      dropped: [],
      added: [],
    });
  });

  test('the truck went astray: only the way is planned anew', () => {
    // After loading at a, the truck stands at c, where the parcel is to go.
    const departure = { done: 2, observed: moved('t', 'a', 'c') };
    const outcome = repairPlan(domain, problem, plan, departure);
    if (outcome.status !== 'repaired') throw new Error(outcome.status);
    expect(texts(outcome.plan.steps)).toEqual(['drive t b a', 'load p t a', 'unload p t c']);
    expect(outcome).toMatchObject({ kept: [[4, 2]], dropped: [2, 3], added: [], by: 'following' });
  });

  test('what was done is undone by somebody: it is done again, within the task that it was done for', () => {
    // The truck has come to a, and stands at b again, where it was when its way began.
    const outcome = repairPlan(domain, problem, plan, { done: 1, observed: moved('t', 'a', 'b') });
    if (outcome.status !== 'repaired') throw new Error(outcome.status);
    expect(outcome.by).toBe('following');
    expect(texts(outcome.plan.steps)).toEqual([
      'drive t b a',
      'drive t b a',
      'load p t a',
      'drive t a b',
      'drive t b c',
      'unload p t c',
    ]);
    expect(outcome.kept).toHaveLength(4);
  });

  test('no way is left: told, with what was missing', () => {
    const roads = problem.facts.filter(({ predicate }) => predicate === 'road');
    const outcome = repairPlan(domain, problem, plan, {
      done: 2,
      observed: { deletes: roads },
    });
    expect(outcome.status).toBe('unsolvable');
    if (outcome.status === 'repaired') return;
    const nearest = outcome.misses
      .slice(0, 2)
      .map(({ subject, condition, steps }) => [subject, condition, steps]);
    expect(nearest).toContainEqual(['step', 'road(?a, ?b)', 2]);
  });

  test('more steps than there are are refused', () => {
    expect(() => repairPlan(domain, problem, plan, { done: 6 })).toThrow(EngineError);
  });
});

/** Parcels on a ring of places with shortcuts; each is to be brought somewhere. */
const towns = fc.record({
  places: fc.integer({ min: 3, max: 5 }),
  goals: fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 3 }),
  isPartial: fc.boolean(),
  truck: fc.nat(20),
  done: fc.nat(30),
  event: fc.tuple(fc.nat(10), fc.nat(20)),
});

function townProblem({
  places,
  goals,
  truck,
  isPartial,
}: {
  places: number;
  goals: [number, number][];
  truck: number;
  isPartial: boolean;
}): Problem {
  const place = (index: number): string => `l${index % places}`;
  const names = goals.map((_, index) => `p${index}`);
  const ids = names.map((_, index) => `d${index}`);
  const road = (from: number, to: number) => ({ predicate: 'road', arguments: [place(from), place(to)] });
  return {
    name: 'town',
    domain: 'parcels',
    objects: [
      ...names.map((name) => ({ name, types: ['parcel'] })),
      { name: 't', types: ['truck'] },
      ...Array.from({ length: places }, (_, index) => ({ name: place(index), types: ['place'] })),
    ],
    facts: [
      at('t', place(truck)),
      ...goals.map(([from], index) => at(`p${index}`, place(from))),
      ...Array.from({ length: places }, (_, index) => [
        road(index, index + 1),
        road(index + 1, index),
      ]).flat(),
    ],
    values: [],
    network: {
      parameters: [],
      subtasks: goals.map(([, to], index) => ({
        id: `d${index}`,
        kind: 'task',
        name: 'deliver',
        terms: [`p${index}`, place(to)],
      })),
      ordering: isPartial ? [] : ids.slice(1).map((id, index) => [ids[index] ?? '', id] as const),
      constraints: [],
    },
  };
}

describe('any departure', () => {
  test('RP1, RP2 the repaired plan is valid, begins with what was done, and keeps what is in both', () => {
    let repairs = 0;
    fc.assert(
      fc.property(towns, fc.boolean(), (town, anew) => {
        const own = townProblem(town);
        const first = guidedSearch(domain, own, { nodes: 3000 });
        if (first.status !== 'solved') return;
        expect(validatePlan(domain, own, first.plan).findings).toEqual([]);
        const done = town.done % (first.plan.steps.length + 1);
        const run = createPlanRun(domain, own);
        for (const step of first.plan.steps.slice(0, done)) {
          const operator = domain.operators.find(({ name }) => name === step.operator);
          if (operator !== undefined)
            run.advance({ operator, bindings: bindParameters(operator.parameters, step.arguments) });
        }
        const places = [...run.at(done).state.factsOf('at')];
        const [thing = '', from = ''] = places[town.event[0] % places.length] ?? [];
        const to = `l${town.event[1] % town.places}`;
        const observed: Changes = {
          numbers: [],
          adds: [at(thing, to)],
          deletes: from === to ? [] : [at(thing, from)],
        };
        const options = { nodes: anew ? 0 : 3000, search: { nodes: 20_000 } };
        const outcome = repairPlan(domain, own, first.plan, { done, observed }, options);
        if (outcome.status !== 'repaired') return;
        repairs += 1;
        const { plan: now, kept, dropped, added } = outcome;
        expect(validatePlan(domain, own, now, [{ after: done, changes: observed }]).findings).toEqual([]);
        expect(texts(now.steps.slice(0, done))).toEqual(texts(first.plan.steps.slice(0, done)));
        for (const [before, after] of kept)
          expect(texts([first.plan.steps[before] as never])).toEqual(texts([now.steps[after] as never]));
        expect(new Set(kept.map(([one]) => one)).size + dropped.length).toBe(first.plan.steps.length - done);
        expect(new Set(kept.map(([, one]) => one)).size + added.length).toBe(now.steps.length - done);
      }),
      { numRuns: 60 },
    );
    expect(repairs).toBeGreaterThan(10);
  });

  test('RM1 following and the replan model agree on whether there is a repair', () => {
    let none = 0;
    fc.assert(
      fc.property(towns, (town) => {
        const own = townProblem(town);
        const first = guidedSearch(domain, own, { nodes: 3000 });
        if (first.status !== 'solved') return;
        const done = town.done % (first.plan.steps.length + 1);
        const parcel = `p${town.event[0] % town.goals.length}`;
        // What was at a place or in the truck is gone, or appears somewhere.
        const deletes = [
          { predicate: 'in', arguments: [parcel, 't'] },
          ...Array.from({ length: town.places }, (_, index) => at(parcel, `l${index}`)),
        ];
        const adds = town.event[1] % 2 === 0 ? [] : [at(parcel, `l${town.event[1] % town.places}`)];
        const observed = { adds, deletes, numbers: [] };
        const followed = guidedSearch(domain, own, { old: first.plan, done, observed, nodes: 20_000 });
        if (followed.status === 'limit') return;
        const model = createReplanModel(domain, own, first.plan, done, observed);
        const planned = planHtnNow(model.domain, model.problem, {});
        expect(planned.status).toBe(followed.status === 'solved' ? 'solved' : 'unsolvable');
        if (planned.status === 'unsolvable') none += 1;
        else if (planned.status === 'solved') {
          const events = [{ after: done, changes: observed }];
          expect(validatePlan(domain, own, model.translate(planned.plan), events).findings).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
    expect(none).toBeGreaterThan(0);
  });

  test('following and planning agree on whether there is a plan', () => {
    fc.assert(
      fc.property(towns, (town) => {
        const own = townProblem(town);
        const found = guidedSearch(domain, own, { nodes: 20_000 });
        if (found.status === 'limit') return;
        expect(planHtnNow(domain, own, {}).status).toBe(found.status === 'solved' ? 'solved' : 'unsolvable');
      }),
      { numRuns: 40 },
    );
  });
});

describe('taking back', () => {
  const change = fc.record({
    add: fc.boolean(),
    thing: fc.constantFrom('p', 'q', 't'),
    place: fc.constantFrom('a', 'b', 'c'),
    value: fc.nat(5),
  });

  test('GS2, OW1 the world is what it was at the mark', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (before, after) => {
        const world = createOpenWorld(domain, problem);
        const apply = (list: typeof before): void => {
          for (const { add, thing, place, value } of list) {
            const fact = [at(thing, place)];
            world.apply({
              adds: add ? fact : [],
              deletes: add ? [] : fact,
              numbers: [{ function: 'n', arguments: [thing], value }],
            });
          }
        };
        const look = (): unknown => {
          const { state } = world.now();
          const facts = [...state.factsOf('at')].map((one) => one.join()).sort();
          const byPlace = [...state.factsOf('at', [1, 'a'])].map((one) => one.join()).sort();
          return [facts, byPlace, ['p', 'q', 't'].map((one) => state.value('n', [one])), world.fingerprint()];
        };
        apply(before);
        const seen = look();
        const mark = world.mark();
        apply(after);
        world.undo(mark);
        expect(look()).toEqual(seen);
      }),
    );
  });

  test('GS2, OT2 the tree is what it was at the mark', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { maxLength: 12 }),
        fc.array(fc.nat(50), { maxLength: 12 }),
        (before, after) => {
          const tree = createOpenTree(new Set(domain.operators.map(({ name }) => name)));
          const look = (): unknown => [
            tree.toPlan({}, 0),
            tree.ready().map(({ index }) => index),
            tree.isComplete(),
          ];
          const act = (choices: readonly number[]): void => {
            for (const choice of choices) {
              const ready = tree.ready();
              const node = ready[choice % Math.max(1, ready.length)];
              if (node === undefined) return;
              const method = domain.methods.filter(({ target }) => target.name === node.name)[choice % 2];
              if (method === undefined) tree.carryOut(node);
              else {
                const bindings = Object.fromEntries(
                  method.parameters.map(({ name }) => [name, name.slice(1)]),
                );
                tree.expand(node, method, bindings, []);
              }
              if (method === undefined || method.subtasks.length === 0) tree.complete(node);
            }
          };
          tree.expand(null, problem.network, {}, []);
          act(before);
          const seen = JSON.stringify(look());
          const mark = tree.mark();
          act(after);
          tree.undo(mark);
          expect(JSON.stringify(look())).toBe(seen);
        },
      ),
    );
  });
});
