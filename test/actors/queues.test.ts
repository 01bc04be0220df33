// Queues: the ready queue against a sorted list, the plain queue against an array.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createQueue } from '#src/actors/queue.js';
import { createReadyQueue, urgencyOf } from '#src/actors/ready-queue.js';
import type { PlanGraph } from '#src/model/graph.js';

describe('the ready queue', () => {
  test('gives the longest tail first, then the highest priority, then the oldest', () => {
    const numbers = (max: number) => fc.array(fc.integer({ min: 0, max }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(
        numbers(3),
        numbers(2),
        fc.array(fc.option(fc.nat(9)), { maxLength: 60 }),
        (tails, priorities, steps) => {
          const queue = createReadyQueue(tails, priorities);
          let model: { item: number; age: number }[] = [];
          let age = 0;
          const before = (a: { item: number; age: number }, b: { item: number; age: number }): number =>
            (tails[b.item] ?? 0) - (tails[a.item] ?? 0) ||
            (priorities[b.item] ?? 0) - (priorities[a.item] ?? 0) ||
            a.age - b.age;
          for (const step of steps) {
            if (step === null) {
              const [first] = model.sort(before);
              model = model.slice(1);
              expect(queue.pop()).toBe(first?.item);
            } else {
              queue.push(step);
              model.push({ item: step, age: age++ });
            }
            expect(queue.size).toBe(model.length);
          }
        },
      ),
    );
  });

  test('an empty queue gives nothing and stays empty', () => {
    const queue = createReadyQueue([1], [1]);
    expect([queue.pop(), queue.pop(), queue.size]).toEqual([undefined, undefined, 0]);
    queue.push(0);
    expect([queue.pop(), queue.pop(), queue.size]).toEqual([0, undefined, 0]);
  });

  test('preferences raise who is preferred above the other, also along a chain; circles end', () => {
    const graph = (special: [number, number][]): PlanGraph =>
      ({
        tailMs: [10, 20, 30],
        special: special.map(([from, to]) => ({ from, to, type: 'preferred' })),
      }) as never;
    expect(urgencyOf(graph([]))).toEqual([10, 20, 30]);
    expect(
      urgencyOf(
        graph([
          [0, 1],
          [1, 2],
        ]),
      ),
    ).toEqual([32, 31, 30]);
    const circle = urgencyOf(
      graph([
        [0, 1],
        [1, 0],
      ]),
    );
    expect(circle[2]).toBe(30);
  });
});

test('the plain queue is first in, first out, however long', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat()), { maxLength: 200 }), (steps) => {
      const queue = createQueue<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) expect(queue.shift()).toBe(model.shift());
        else {
          queue.push(step);
          model.push(step);
        }
        expect(queue.size).toBe(model.length);
      }
      queue.clear();
      expect(queue.size).toBe(0);
    }),
  );
  const queue = createQueue<number>();
  for (let i = 0; i < 100_000; i++) {
    queue.push(i);
    queue.push(i);
    expect(queue.shift()).toBe(Math.floor(i / 2));
  }
});
