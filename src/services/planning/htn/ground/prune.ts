// Pruning of a draft: what cannot be done when nothing is ever undone, and what the root does not ask for, goes;
// again and again, until nothing more goes.
import { EngineError } from '../../../../errors.js';
import type { Draft } from './draft.js';
import { invert, Numbers, Ragged, rowOf } from './ragged.js';

/** What is left of a draft. */
export interface Pruned {
  readonly isTaskAlive: Uint8Array;
  readonly isMethodAlive: Uint8Array;
  /** By stratum: derived facts, each in the lowest where its rules can be computed. */
  readonly stratumOf: Map<number, number>;
}

/** Null when the root cannot be done: there is no plan. */
export function pruneDraft(draft: Draft): Pruned | null {
  const tasks = draft.taskOf.length;
  const methods = draft.methodTask.length;
  const clauses = clausesOf(draft);
  const isTaskAlive = new Uint8Array(tasks).fill(1);
  const isMethodAlive = new Uint8Array(methods).fill(1);
  const methodsOf = methodLists(draft);
  let left = -1;
  for (;;) {
    const isReached = propagate(draft, clauses, isTaskAlive, isMethodAlive);
    if (isReached[draft.literals.names.length + draft.root] !== 1) return null;
    const count = keepAsked(draft, clauses, isReached, methodsOf, isTaskAlive, isMethodAlive);
    if (count === left) return { isTaskAlive, isMethodAlive, stratumOf: stratify(draft) };
    left = count;
  }
}

interface Clauses {
  /** Facts, then tasks, that must be reached. */
  readonly bodies: Ragged;
  readonly heads: Numbers;
  /** The method (>= 0) or task (~task) it belongs to; `always` for rules. */
  readonly owners: Numbers;
  readonly ofMethod: Numbers;
}

const always = 0x7fffffff;

function clausesOf(draft: Draft): Clauses {
  const { literals } = draft;
  const facts = literals.names.length;
  const clauses = {
    bodies: new Ragged(),
    heads: new Numbers(),
    owners: new Numbers(),
    ofMethod: new Numbers(),
  };
  const add = (body: ArrayLike<number>, head: number, owner: number): number => {
    clauses.heads.push(head);
    clauses.owners.push(owner);
    return clauses.bodies.add(body);
  };
  for (const [task, precondition] of draft.preconditions) {
    add(precondition, facts + task, ~task);
    for (const change of draft.changes.get(task) ?? []) {
      const head = change.isAdded ? change.fact : literals.complements[change.fact]!;
      if (head >= 0) add([facts + task, ...change.condition], head, ~task);
    }
  }
  for (let method = 0; method < draft.methodTask.length; method += 1) {
    const subtasks = Array.from(draft.methodSubtasks.row(method), (task) => facts + task);
    const body = [...draft.methodPreconditions.row(method), ...subtasks];
    clauses.ofMethod.push(add(body, facts + draft.methodTask.data[method]!, method));
  }
  for (const rule of literals.rules) add(rule.body, rule.head, always);
  return clauses;
}

/** Facts that hold or may hold from the start, as a relaxation sees them. */
export function isOptimistic(draft: Draft, fact: number): boolean {
  const { literals } = draft;
  if (!literals.isDerived[fact]) return false;
  // Complements of derived facts, and comparisons (which have no rules).
  return !hasRules(draft).has(fact);
}

const withRules = new WeakMap<Draft, Set<number>>();

function hasRules(draft: Draft): Set<number> {
  let heads = withRules.get(draft);
  if (heads === undefined) {
    heads = new Set(draft.literals.rules.map((rule) => rule.head));
    withRules.set(draft, heads);
  }
  return heads;
}

function propagate(
  draft: Draft,
  clauses: Clauses,
  isTaskAlive: Uint8Array,
  isMethodAlive: Uint8Array,
): Uint8Array {
  const { literals } = draft;
  const facts = literals.names.length;
  const bodies = clauses.bodies.toRows();
  const uses = invert(bodies, facts + draft.taskOf.length);
  const isReached = new Uint8Array(facts + draft.taskOf.length);
  const open = new Numbers();
  const reach = (node: number): void => {
    if (isReached[node] === 1) return;
    isReached[node] = 1;
    open.push(node);
  };
  const isAlive = (clause: number): boolean => {
    const owner = clauses.owners.data[clause]!;
    if (owner === always) return true;
    return owner >= 0 ? isMethodAlive[owner] === 1 : isTaskAlive[~owner] === 1;
  };
  const missing = new Int32Array(clauses.heads.length);
  for (let clause = 0; clause < missing.length; clause += 1) {
    missing[clause] = bodies.starts[clause + 1]! - bodies.starts[clause]!;
    if (missing[clause] === 0 && isAlive(clause)) reach(clauses.heads.data[clause]!);
  }
  for (let fact = 0; fact < facts; fact += 1) {
    if (literals.isInitial[fact] || isOptimistic(draft, fact)) reach(fact);
  }
  for (let at = 0; at < open.length; at += 1) {
    for (const clause of rowOf(uses, open.data[at]!)) {
      missing[clause]! -= 1;
      if (missing[clause] === 0 && isAlive(clause)) reach(clauses.heads.data[clause]!);
    }
  }
  return isReached;
}

function methodLists(draft: Draft): number[][] {
  const lists: number[][] = [];
  for (let method = 0; method < draft.methodTask.length; method += 1) {
    const task = draft.methodTask.data[method]!;
    (lists[task] ??= []).push(method);
  }
  return lists;
}

/** Keeps what the root asks for; gives how many tasks and methods that are. */
function keepAsked(
  draft: Draft,
  clauses: Clauses,
  isReached: Uint8Array,
  methodsOf: readonly (readonly number[] | undefined)[],
  isTaskAlive: Uint8Array,
  isMethodAlive: Uint8Array,
): number {
  const seen = new Uint8Array(isTaskAlive.length);
  const kept = new Uint8Array(isMethodAlive.length);
  const open = [draft.root];
  seen[draft.root] = 1;
  let count = 0;
  for (let task = open.pop(); task !== undefined; task = open.pop()) {
    count += 1;
    for (const method of methodsOf[task] ?? []) {
      if (isMethodAlive[method] !== 1) continue;
      const body = clauses.bodies.row(clauses.ofMethod.data[method]!);
      if (!body.every((node) => isReached[node] === 1)) continue;
      kept[method] = 1;
      count += 1;
      for (const subtask of draft.methodSubtasks.row(method)) {
        if (seen[subtask] === 1) continue;
        seen[subtask] = 1;
        open.push(subtask);
      }
    }
  }
  isTaskAlive.set(seen);
  isMethodAlive.set(kept);
  return count;
}

/** Strata of derived facts: one that needs another's complement comes after it (Apt, Blair and Walker, 1988). */
function stratify(draft: Draft): Map<number, number> {
  const { literals } = draft;
  const heads = hasRules(draft);
  const strata = new Map<number, number>();
  for (const head of heads) strata.set(head, 0);
  for (let isStable = false, round = 0; !isStable; round += 1) {
    isStable = true;
    if (round > heads.size + 1) {
      throw new EngineError(
        'INPUT_INVALID',
        'A derived predicate depends on its own negation: its axioms cannot be computed one after the other.',
      );
    }
    for (const { head, body } of literals.rules) {
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
