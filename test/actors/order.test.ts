// Order against a naive model that works everything out anew after each end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOrder, Mark, type Offer } from '#src/actors/order.js';
import { graphFlags, packLists, type PlanGraph, type SpecialEdge } from '#src/model/graph.js';

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly type: 'before' | 'data' | SpecialEdge['type'];
  readonly holds: boolean;
}

interface Sample {
  readonly size: number;
  readonly edges: readonly Edge[];
  readonly optional: readonly boolean[];
  readonly critical: readonly boolean[];
}

const types = [
  'before',
  'data',
  'on_success',
  'on_failure',
  'on_condition',
  'temporal',
  'preferred',
] as const;

const samples: fc.Arbitrary<Sample> = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc
      .uniqueArray(
        fc.record({
          from: fc.nat(size - 1),
          to: fc.nat(size - 1),
          type: fc.constantFrom(...types),
          holds: fc.boolean(),
        }),
        { maxLength: 24, selector: ({ from, to, type }) => `${from} ${to} ${type}` },
      )
      .map((edges) => edges.filter(({ from, to }) => from < to)),
    optional: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
    critical: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
  }),
);

function graphOf({ size, edges, optional, critical }: Sample): PlanGraph {
  const all = Array.from({ length: size }, (_, i) => i);
  const into = (type: Edge['type']): number[][] =>
    all.map((to) => edges.filter((edge) => edge.type === type && edge.to === to).map(({ from }) => from));
  return {
    ids: all.map((i) => `t${i}`),
    before: packLists(into('before')),
    data: packLists(into('data')),
    special: edges.flatMap(({ from, to, type, holds }): SpecialEdge[] =>
      type === 'before' || type === 'data'
        ? []
        : [{ from, to, type, ...(type === 'on_condition' ? { when: holds ? 'yes' : 'no' } : {}) }],
    ),
    exclusions: [],
    estimateMs: all.map((i) => (i + 1) * 10),
    priority: all.map(() => 5),
    tailMs: all.map(() => 0),
    flags: all.map(
      (i) =>
        (optional[i] === true ? graphFlags.optional : 0) | (critical[i] === true ? graphFlags.critical : 0),
    ),
  };
}

/** What a task is by the ends so far: may go, is skipped, can never go, or is not decided. */
type Fate = 'go' | 'skip' | 'never' | 'open';

/** The model: a task is decided when everything that orders it is final; then the worst edge decides. */
function fates(sample: Sample, ends: ReadonlyMap<number, Mark>): Fate[] {
  const known = new Map<number, Fate>();
  const fate = (index: number): Fate => {
    const seen = known.get(index);
    if (seen !== undefined) return seen;
    let worst: Fate = 'go';
    for (const edge of sample.edges.filter(({ to, type }) => to === index && type !== 'preferred')) {
      const end = ends.get(edge.from);
      const never = end === undefined && fate(edge.from) === 'never';
      if (end === undefined && !never) {
        worst = 'open';
        break;
      }
      const said = verdict(edge, end, sample.optional[edge.from] === true);
      if (said === 'never') worst = 'never';
      else if (said === 'skip' && worst === 'go') worst = 'skip';
    }
    known.set(index, worst);
    return worst;
  };
  return Array.from({ length: sample.size }, (_, i) => fate(i));
}

function verdict({ type, holds }: Edge, end: Mark | undefined, optional: boolean): Fate {
  const well = end === Mark.succeeded;
  const failed = end === Mark.failed;
  const harmless = well || end === Mark.skipped || (failed && optional);
  switch (type) {
    case 'before':
      return harmless ? 'go' : 'never';
    case 'data':
      return well ? 'go' : harmless ? 'skip' : 'never';
    case 'on_success':
      return well ? 'go' : 'skip';
    case 'on_failure':
      return failed ? 'go' : 'skip';
    case 'on_condition':
      return (well || failed) && holds ? 'go' : 'skip';
    default:
      return 'go';
  }
}

const ended = fc.constantFrom(Mark.succeeded, Mark.succeeded, Mark.failed, Mark.skipped, Mark.aborted);

describe('order', () => {
  test('O1 offers what the model says, when it says so, once', () => {
    fc.assert(
      fc.property(
        samples,
        fc.infiniteStream(fc.nat(100)),
        fc.infiniteStream(ended),
        (sample, picks, marks) => {
          const order = createOrder(graphOf(sample), (when) => when === 'yes');
          const ends = new Map<number, Mark>();
          const offered = new Map<number, Offer>();
          const take = (offers: Offer[]): void => {
            for (const offer of offers) {
              expect(offered.has(offer.index)).toBe(false);
              offered.set(offer.index, offer);
            }
          };
          const compare = (): void => {
            for (const [i, fate] of fates(sample, ends).entries()) {
              expect(offered.has(i)).toBe(fate === 'go' || fate === 'skip');
              if (offered.has(i)) expect(offered.get(i)?.skip === undefined).toBe(fate === 'go');
              if (!ends.has(i))
                expect(order.mark(i)).toBe(
                  fate === 'never' ? Mark.unreachable : fate === 'open' ? Mark.waiting : Mark.offered,
                );
            }
          };
          take(order.offers());
          compare();
          for (
            let left = [...offered.keys()];
            left.length > 0;
            left = [...offered.keys()].filter((i) => !ends.has(i))
          ) {
            const index = left[picks.next().value % left.length] ?? 0;
            const mark = offered.get(index)?.skip === undefined ? (marks.next().value as Mark) : Mark.skipped;
            ends.set(index, mark);
            take(order.end(index, mark));
            compare();
          }
          expect(order.count(Mark.waiting) + order.count(Mark.offered)).toBe(0);
          const work = [...ends]
            .filter(([, mark]) => mark === Mark.succeeded)
            .reduce((sum, [i]) => sum + (i + 1) * 10, 0);
          expect(order.work().done).toBe(work);
          expect(order.hasCriticalFailure()).toBe(
            [...ends].some(([i, mark]) => mark === Mark.failed && sample.critical[i] === true),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test('an order made anew from what has ended and what is out is the same', () => {
    fc.assert(
      fc.property(
        samples,
        fc.infiniteStream(fc.nat(100)),
        fc.infiniteStream(ended),
        fc.nat(12),
        (sample, picks, marks, steps) => {
          const graph = graphOf(sample);
          const holds = (when: string): boolean => when === 'yes';
          const first = createOrder(graph, holds);
          const out = new Set(first.offers().map(({ index }) => index));
          const ends = new Map<number, Mark>();
          for (let step = 0; step < steps && out.size > 0; step++) {
            const index = [...out][picks.next().value % out.size] ?? 0;
            const mark = marks.next().value as Mark;
            out.delete(index);
            ends.set(index, mark);
            for (const offer of first.end(index, mark)) out.add(offer.index);
          }
          const alive = [...out].filter((i) => i % 2 === 0);
          const second = createOrder(graph, holds);
          for (const [index, mark] of ends) second.preset(index, mark);
          for (const index of alive) second.adopt(index);
          const offers = second.offers().map(({ index }) => index);
          expect(offers.sort((a, b) => a - b)).toEqual(
            [...out].filter((i) => !alive.includes(i)).sort((a, b) => a - b),
          );
          for (let i = 0; i < sample.size; i++) expect(second.mark(i)).toBe(first.mark(i));
          expect(second.work()).toEqual(first.work());
        },
      ),
      { numRuns: 500 },
    );
  });

  test('O2 a chain of 200,000 unreachable tasks is followed without recursion', () => {
    const size = 200_000;
    const all = Array.from({ length: size }, (_, i) => i);
    const order = createOrder(
      {
        ids: all.map(String),
        before: packLists(all.map((i) => (i === 0 ? [] : [i - 1]))),
        data: packLists(all.map(() => [])),
        special: [],
        exclusions: [],
        estimateMs: all.map(() => 1),
        priority: all.map(() => 5),
        tailMs: all.map(() => 0),
        flags: all.map(() => 0),
      },
      () => false,
    );
    expect(order.offers()).toEqual([{ index: 0 }]);
    expect(order.end(0, Mark.failed)).toEqual([]);
    expect(order.count(Mark.unreachable)).toBe(size - 1);
  });

  test('a failure is tolerated when it is optional, or when its handler has ended well', () => {
    const sample = (optional: boolean): Sample => ({
      size: 2,
      edges: [{ from: 0, to: 1, type: 'on_failure', holds: true }],
      optional: [optional, false],
      critical: [false, false],
    });
    for (const optional of [true, false]) {
      const order = createOrder(graphOf(sample(optional)), () => true);
      order.offers();
      order.end(0, Mark.failed);
      expect(order.isTolerated(0)).toBe(optional);
      order.end(1, Mark.succeeded);
      expect(order.isTolerated(0)).toBe(true);
    }
  });

  test('lags name their predecessor and bounds', () => {
    const graph = graphOf({ size: 3, edges: [], optional: [], critical: [] });
    const order = createOrder(
      {
        ...graph,
        special: [
          { from: 0, to: 2, type: 'temporal', minLagMs: 5 },
          { from: 1, to: 2, type: 'temporal', maxLagMs: 9 },
        ],
      },
      () => true,
    );
    expect(order.lags(2)).toEqual([
      { from: 0, minLagMs: 5, maxLagMs: Number.POSITIVE_INFINITY },
      { from: 1, minLagMs: 0, maxLagMs: 9 },
    ]);
    expect(order.lags(0)).toEqual([]);
  });
});
