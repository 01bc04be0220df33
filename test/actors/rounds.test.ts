// Rounds of a loop against a model, and the live tasks that are counted by how they stand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLiveTasks } from '#src/actors/live-tasks.js';
import { createLoop } from '#src/actors/rounds.js';
import { groupRounds } from '#src/actors/undo-list.js';

describe('a loop', () => {
  test('N1 N2 offers each round once, within its width, whatever comes back', () => {
    fc.assert(
      fc.property(
        fc.nat(15),
        fc.integer({ min: 1, max: 4 }),
        fc.dictionary(fc.nat(14).map(String), fc.boolean()),
        fc.array(
          fc.record({ do: fc.constantFrom('next', 'end', 'back'), pick: fc.nat(20), well: fc.boolean() }),
          { maxLength: 80 },
        ),
        (size, width, before, steps) => {
          const ended = new Map(Object.entries(before).map(([round, well]) => [Number(round), well]));
          const loop = createLoop(
            0,
            'loop',
            Array.from({ length: size }, (_, i) => i),
            width,
            ended,
          );
          const known = new Map([...ended].filter(([round]) => round < size));
          const out = new Set<number>();
          const offered: number[] = [];
          for (const step of steps) {
            const [picked] = [...out].slice(step.pick % (out.size || 1));
            if (step.do === 'next') {
              const round = loop.next();
              const open = size - known.size - out.size;
              expect(round === undefined).toBe(open === 0 || out.size >= width);
              if (round === undefined) continue;
              expect(known.has(round) || out.has(round)).toBe(false);
              out.add(round);
              offered.push(round);
            } else if (picked !== undefined && step.do === 'end') {
              loop.end(picked, step.well);
              out.delete(picked);
              known.set(picked, step.well);
            } else if (picked !== undefined) {
              loop.putBack(picked);
              out.delete(picked);
            }
            const well = [...known.values()].filter(Boolean).length;
            expect(loop.summary()).toEqual({ total: size, succeeded: well, failed: known.size - well });
            expect(loop.left()).toBe(size - known.size - out.size);
            expect(loop.isOver()).toBe(known.size === size);
          }
          for (const round of ended.keys()) expect(offered).not.toContain(round);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('takes rounds that are out already', () => {
    const loop = createLoop(0, 'loop', ['a', 'b', 'c'], 2, new Map([[0, true]]));
    loop.adopt(2);
    expect([loop.next(), loop.next()]).toEqual([1, undefined]);
    loop.end(2, false);
    loop.end(1, true);
    expect([loop.isOver(), loop.summary()]).toEqual([true, { total: 3, succeeded: 2, failed: 1 }]);
  });
});

test('rounds are found by the ids of ended tasks; compensations are none', () => {
  const ended = new Map([
    ['a', 'succeeded'],
    ['loop[0]', 'succeeded'],
    ['loop[2]', 'failed'],
    ['loop[1]', 'skipped'],
    ['loop[0]~undo', 'succeeded'],
    ['other[0]', 'aborted'],
  ]);
  expect(groupRounds(ended)).toEqual(
    new Map([
      [
        'loop',
        new Map([
          [0, true],
          [2, false],
          [1, true],
        ]),
      ],
      ['other', new Map([[0, false]])],
    ]),
  );
});

test('live tasks: all counts are those of a recount', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const step = fc.record({
    id: fc.constantFrom(...ids),
    do: fc.constantFrom('add', 'remove', 'block', 'unblock', 'open', 'shut'),
    kind: fc.constantFrom('work', 'wait', 'loop'),
    reason: fc.constantFrom('approval', 'external', 'resource'),
    undo: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const live = createLiveTasks();
      const open = new Set<string>();
      for (const one of steps) {
        const there = live.all.has(one.id);
        if (one.do === 'add' && !there) live.add(one.id, { index: 0, kind: one.kind, undo: one.undo });
        else if (one.do === 'remove') {
          live.remove(one.id);
          open.delete(one.id);
        } else if (one.do === 'block') live.block(one.id, { kind: one.reason, detail: 'x' });
        else if (one.do === 'unblock') live.unblock(one.id);
        else if (there && one.do !== 'add' && live.all.get(one.id)?.blocked === undefined) {
          live.setOpen(one.id, one.do === 'open');
          if (one.do === 'open') open.add(one.id);
          else open.delete(one.id);
        }
        const all = [...live.all.entries()];
        const blocked = all.filter(([, task]) => task.blocked !== undefined);
        expect(live.blocked()).toBe(blocked.length);
        expect(live.places()).toBe(
          all.filter(([, task]) => task.kind === 'work' && task.blocked === undefined).length,
        );
        expect(live.active()).toBe(all.length - blocked.length - open.size);
        expect(live.undoing()).toBe(all.filter(([, task]) => task.undo).length);
        const worst = ['approval', 'external', 'resource'].find((kind) =>
          blocked.some(([, task]) => task.blocked?.kind === kind),
        );
        expect(live.worst()?.kind).toBe(worst);
      }
    }),
  );
});
