// Ready queue: tasks that could start, the most urgent first. A binary heap of numbers.
import type { PlanGraph } from '../model/graph.js';

export interface ReadyQueue {
  push(item: number): void;
  pop(): number | undefined;
  readonly size: number;
}

/**
 * Makes a queue ordered by the task's longest path to the end of the plan (the less slack, the earlier), then
 * by priority, then by the order in which the tasks became ready, so that none starves among equals.
 */
export function createReadyQueue(tailMs: readonly number[], priority: readonly number[]): ReadyQueue {
  const items: number[] = [];
  const ages: number[] = [];
  let age = 0;
  const sooner = (a: number, b: number): boolean => {
    const x = items[a] ?? 0;
    const y = items[b] ?? 0;
    const tail = (tailMs[x] ?? 0) - (tailMs[y] ?? 0);
    if (tail !== 0) return tail > 0;
    const rank = (priority[x] ?? 0) - (priority[y] ?? 0);
    return rank !== 0 ? rank > 0 : (ages[a] ?? 0) < (ages[b] ?? 0);
  };
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [items[b] ?? 0, items[a] ?? 0];
    [ages[a], ages[b]] = [ages[b] ?? 0, ages[a] ?? 0];
  };
  return {
    push(item) {
      items.push(item);
      ages.push(age++);
      for (let i = items.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!sooner(i, parent)) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop() {
      const first = items[0];
      swap(0, items.length - 1);
      items.pop();
      ages.pop();
      for (let i = 0; ; ) {
        let least = i;
        for (const child of [2 * i + 1, 2 * i + 2])
          if (child < items.length && sooner(child, least)) least = child;
        if (least === i) break;
        swap(i, least);
        i = least;
      }
      return first;
    },
    get size() {
      return items.length;
    },
  };
}

/** Rounds in which wishes are spread; wishes that form a circle are never all met. */
const maxWishRounds = 50;

/** The tails of a plan's tasks, with each task that is preferred to another a little more urgent than that. */
export function urgencyOf({ tailMs, special }: PlanGraph): readonly number[] {
  const wishes = special.filter(({ type }) => type === 'preferred');
  if (wishes.length === 0) return tailMs;
  const urgency = [...tailMs];
  let changed = true;
  for (let round = 0; changed && round < maxWishRounds; round++) {
    changed = false;
    for (const { from, to } of wishes) {
      const least = (urgency[to] ?? 0) + 1;
      if ((urgency[from] ?? 0) >= least) continue;
      urgency[from] = least;
      changed = true;
    }
  }
  return urgency;
}
