// Clauses of a draft: what must be reached before a task can be done, a fact comes about, a method can be applied.
// Those of operators and their changes come first, then one for each method, then the rules.
import type { Draft } from './draft.js';
import { invert, Numbers, Ragged, type Rows } from './ragged.js';
import { type Resting, unitsPerRest } from './rest.js';

/** Owner of rules, which are never pruned. */
export const always = 0x7fffffff;

export interface Clauses {
  /** By clause: a fact, or a task after all facts, that follows when all of its body is reached. */
  readonly heads: Int32Array;
  /** The method (>= 0) or task (~task) it belongs to; `always` for rules. */
  readonly owners: Int32Array;
  /** By clause: the length of its body. */
  readonly sizes: Int32Array;
  /** By node: the clauses in whose bodies it is. */
  readonly uses: Rows;
  readonly firstMethod: number;
  readonly bytes: number;
}

export function* draftClauses(draft: Draft): Resting<Clauses> {
  const { literals } = draft;
  const facts = literals.names.length;
  const nodes = facts + draft.taskOf.length;
  const items = draft.methodPreconditions.size + draft.methodSubtasks.size;
  // Bodies, grown by doubling, and their inverse.
  const expected = (items * 3 + draft.methodTask.length * 8 + nodes) * 4;
  yield expected;
  const bodies = new Ragged();
  const heads = new Numbers();
  const owners = new Numbers();
  let work = 0;
  const add = (body: ArrayLike<number>, head: number, owner: number): void => {
    heads.push(head);
    owners.push(owner);
    bodies.add(body);
    work += body.length + 8;
  };
  for (const [task, precondition] of draft.preconditions) {
    add(precondition, facts + task, ~task);
    for (const change of draft.changes.get(task) ?? []) {
      const head = change.isAdded ? change.fact : literals.complements[change.fact]!;
      if (head >= 0) add([facts + task, ...change.condition], head, ~task);
    }
    if (work >= unitsPerRest) yield ((work = 0), expected);
  }
  const firstMethod = heads.length;
  const body = new Numbers();
  for (let method = 0; method < draft.methodTask.length; method += 1) {
    body.length = 0;
    for (const fact of draft.methodPreconditions.row(method)) body.push(fact);
    for (const task of draft.methodSubtasks.row(method)) body.push(facts + task);
    add(body.view(), facts + draft.methodTask.data[method]!, method);
    if (work >= unitsPerRest) yield ((work = 0), expected);
  }
  for (const rule of literals.rules) {
    add(rule.body, rule.head, always);
    if (work >= unitsPerRest) yield ((work = 0), expected);
  }
  const rows = bodies.toRows();
  const sizes = new Int32Array(heads.length);
  for (let clause = 0; clause < sizes.length; clause += 1) {
    sizes[clause] = rows.starts[clause + 1]! - rows.starts[clause]!;
  }
  const uses = yield* invert(rows, nodes, expected);
  const bytes = (uses.items.length + uses.starts.length + sizes.length * 3) * 4;
  return { heads: heads.trimmed(), owners: owners.trimmed(), sizes, uses, firstMethod, bytes };
}
