// Pruning of a draft: what cannot be done when nothing is ever undone, and what the root does not ask for, goes;
// again and again, until nothing more goes.
import { EngineError } from '../../../../errors.js';
import type { Draft } from './draft.js';
import { always, type Clauses, draftClauses } from './draft-clauses.js';
import { Numbers } from './ragged.js';
import { type Resting, unitsPerRest } from './rest.js';

/** What is left of a draft. */
export interface Pruned {
  readonly isTaskAlive: Uint8Array;
  readonly isMethodAlive: Uint8Array;
  /** Derived facts without rules (comparisons, complements): a relaxation takes them to hold at once. */
  readonly isOptimistic: Uint8Array;
  /** By stratum: derived facts, each in the lowest where its rules can be computed. */
  readonly stratumOf: Map<number, number>;
}

/** What pruning knows so far. */
interface Pruning {
  readonly draft: Draft;
  readonly clauses: Clauses;
  readonly isTaskAlive: Uint8Array;
  readonly isMethodAlive: Uint8Array;
  readonly isOptimistic: Uint8Array;
  /** By fact, then task. */
  readonly isReached: Uint8Array;
  /** By clause: how many of its body were not reached. */
  readonly missing: Int32Array;
  readonly bytes: number;
}

/** Null when the root cannot be done: there is no plan. */
export function* pruneDraft(draft: Draft): Resting<Pruned | null> {
  const tasks = draft.taskOf.length;
  const methods = draft.methodTask.length;
  const facts = draft.literals.names.length;
  const heads = new Set(draft.literals.rules.map((rule) => rule.head));
  const clauses = yield* draftClauses(draft);
  const pruning: Pruning = {
    draft,
    clauses,
    isTaskAlive: new Uint8Array(tasks).fill(1),
    isMethodAlive: new Uint8Array(methods).fill(1),
    isOptimistic: Uint8Array.from(draft.literals.isDerived, (is, fact) => (is && !heads.has(fact) ? 1 : 0)),
    isReached: new Uint8Array(facts + tasks),
    missing: new Int32Array(clauses.heads.length),
    bytes: clauses.bytes + facts * 2 + tasks * 8 + methods * 8,
  };
  const lists = methodLists(draft);
  for (let left = -1; ; ) {
    yield* propagate(pruning);
    if (pruning.isReached[facts + draft.root] !== 1) return null;
    const count = yield* keepAsked(pruning, lists);
    if (count === left) break;
    left = count;
  }
  const { isTaskAlive, isMethodAlive, isOptimistic } = pruning;
  return { isTaskAlive, isMethodAlive, isOptimistic, stratumOf: yield* stratify(draft, heads) };
}

/** Reaches what can be done with what is alive. */
function* propagate(pruning: Pruning): Resting<void> {
  const { draft, clauses, isTaskAlive, isMethodAlive, isOptimistic, isReached, missing, bytes } = pruning;
  const { literals } = draft;
  const { heads, owners, sizes, uses } = clauses;
  const open = new Numbers();
  isReached.fill(0);
  missing.set(sizes);
  const reach = (node: number): void => {
    if (isReached[node] === 1) return;
    isReached[node] = 1;
    open.push(node);
  };
  const isAlive = (clause: number): boolean => {
    const owner = owners[clause]!;
    if (owner === always) return true;
    return owner >= 0 ? isMethodAlive[owner] === 1 : isTaskAlive[~owner] === 1;
  };
  for (let clause = 0; clause < missing.length; clause += 1) {
    if (missing[clause] === 0 && isAlive(clause)) reach(heads[clause]!);
  }
  yield bytes;
  for (let fact = 0; fact < isOptimistic.length; fact += 1) {
    if (literals.isInitial[fact] || isOptimistic[fact] === 1) reach(fact);
  }
  let work = 0;
  for (let at = 0; at < open.length; at += 1) {
    const node = open.data[at]!;
    const end = uses.starts[node + 1]!;
    for (let use = uses.starts[node]!; use < end; use += 1) {
      const clause = uses.items[use]!;
      missing[clause]! -= 1;
      if (missing[clause] === 0 && isAlive(clause)) reach(heads[clause]!);
      work += 1;
      if (work % unitsPerRest === 0) yield bytes;
    }
  }
}

/** Methods by task: the newest of each, then each one's next; -1 ends. */
interface MethodLists {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

function methodLists(draft: Draft): MethodLists {
  const first = new Int32Array(draft.taskOf.length).fill(-1);
  const next = new Int32Array(draft.methodTask.length);
  for (let method = 0; method < next.length; method += 1) {
    const task = draft.methodTask.data[method]!;
    next[method] = first[task]!;
    first[task] = method;
  }
  return { first, next };
}

/** Keeps what the root asks for; gives how many tasks and methods that are. */
function* keepAsked(pruning: Pruning, { first, next }: MethodLists): Resting<number> {
  const { draft, clauses, isTaskAlive, isMethodAlive, missing, bytes } = pruning;
  const seen = new Uint8Array(isTaskAlive.length);
  const kept = new Uint8Array(isMethodAlive.length);
  const open = new Numbers();
  const ask = (task: number): void => {
    if (seen[task] === 1) return;
    seen[task] = 1;
    open.push(task);
  };
  ask(draft.root);
  let count = 0;
  let work = 0;
  for (let at = 0; at < open.length; at += 1) {
    count += 1;
    for (let method = first[open.data[at]!]!; method >= 0; method = next[method]!) {
      work += 1;
      if (work % (unitsPerRest >> 3) === 0) yield bytes;
      if (isMethodAlive[method] !== 1 || missing[clauses.firstMethod + method] !== 0) continue;
      kept[method] = 1;
      count += 1;
      for (const subtask of draft.methodSubtasks.row(method)) ask(subtask);
    }
  }
  isTaskAlive.set(seen);
  isMethodAlive.set(kept);
  return count;
}

/** Strata of derived facts: one that needs another's complement comes after it (Apt, Blair and Walker, 1988). */
function* stratify(draft: Draft, heads: ReadonlySet<number>): Resting<Map<number, number>> {
  const { literals } = draft;
  const strata = new Map<number, number>();
  for (const head of heads) strata.set(head, 0);
  let work = 0;
  for (let isStable = false, round = 0; !isStable; round += 1) {
    isStable = true;
    if (round > heads.size + 1) {
      throw new EngineError(
        'INPUT_INVALID',
        'A derived predicate depends on its own negation: its axioms cannot be computed one after the other.',
      );
    }
    for (const { head, body } of literals.rules) {
      work += 1;
      if (work % (unitsPerRest >> 4) === 0) yield 0;
      for (const fact of body) {
        const complement = literals.complements[fact]!;
        const below = strata.get(fact);
        const opposite = below === undefined ? strata.get(complement) : undefined;
        const least = below ?? (opposite === undefined ? 0 : opposite + 1);
        if (least <= strata.get(head)!) continue;
        strata.set(head, least);
        isStable = false;
      }
    }
  }
  return strata;
}
