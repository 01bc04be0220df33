// The facts of a draft that a ground model keeps: those that some condition needs, and that are not true for good.
import type { Draft } from './draft.js';
import type { Pruned } from './prune.js';
import { type Resting, rowsPerRest } from './rest.js';

export interface KeptFacts {
  readonly kept: readonly number[];
  readonly idOf: Int32Array;
}

export function* keptFacts(draft: Draft, pruned: Pruned, bytes: number): Resting<KeptFacts> {
  const { literals } = draft;
  const count = literals.names.length;
  const mayFall = new Uint8Array(count);
  let work = 0;
  for (const [task, changes] of draft.changes) {
    work += 1;
    if (work % rowsPerRest === 0) yield bytes;
    if (pruned.isTaskAlive[task] !== 1) continue;
    for (const { fact, isAdded } of changes) {
      const falls = isAdded ? literals.complements[fact]! : fact;
      if (falls >= 0) mayFall[falls] = 1;
    }
  }
  const isNeeded = new Uint8Array(count);
  const need = (facts: ArrayLike<number>): void => {
    for (let index = 0; index < facts.length; index += 1) isNeeded[facts[index]!] = 1;
  };
  for (const [task, facts] of draft.preconditions) {
    work += 1;
    if (work % rowsPerRest === 0) yield bytes;
    if (pruned.isTaskAlive[task] !== 1) continue;
    need(facts);
    for (const { condition } of draft.changes.get(task) ?? []) need(condition);
    for (const { condition } of draft.numeric.get(task) ?? []) need(condition);
  }
  for (let method = 0; method < draft.methodTask.length; method += 1) {
    if (pruned.isMethodAlive[method] === 1) need(draft.methodPreconditions.row(method));
    if (method % rowsPerRest === 0) yield bytes;
  }
  for (const rule of literals.rules) need(rule.body);
  yield bytes;
  const idOf = new Int32Array(count).fill(-1);
  const kept: number[] = [];
  for (let fact = 0; fact < count; fact += 1) {
    // The opposite of a derived fact is computed from it.
    const complement = literals.complements[fact]!;
    const isOpposed = literals.isDerived[fact] && complement >= 0 && isNeeded[complement] === 1;
    if (isNeeded[fact] !== 1 && !isOpposed) continue;
    if (literals.isInitial[fact] && mayFall[fact] !== 1 && !literals.isDerived[fact]) continue;
    idOf[fact] = kept.push(fact) - 1;
  }
  return { kept, idOf };
}
