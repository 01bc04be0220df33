// Clauses of a ground model as relaxations see them: what a head costs when all of its body has been reached and nothing
// is undone. Made once for all searches. Clauses of methods come first, then those of operators, then all others.
import type { GroundModel, RelaxedClauses } from './model.js';
import { invert, Numbers, Ragged, type Rows, rowOf } from './ragged.js';
import { type Resting, unitsPerRest } from './rest.js';

type Parts = Omit<GroundModel, 'relaxed' | 'bytes'>;

export function* relaxedClauses(model: Parts, bytes: number): Resting<RelaxedClauses> {
  const { factCount: facts, methodPreconditions, methodSubtasks, preconditions } = model;
  const count = model.methodCount + model.operatorCount;
  const items = methodPreconditions.items.length + methodSubtasks.items.length + preconditions.items.length;
  const expected = bytes + (items * 4 + count * 6) * 4;
  yield expected;
  const bodies = new Ragged();
  const heads = new Numbers();
  const base = new Numbers();
  let work = 0;
  const add = (body: ArrayLike<number>, head: number, cost: number): void => {
    bodies.add(body);
    heads.push(head);
    base.push(cost);
    work += body.length + 8;
  };
  const body = new Numbers();
  for (let method = 0; method < model.methodCount; method += 1) {
    body.length = 0;
    for (const fact of rowOf(methodPreconditions, method)) body.push(fact);
    for (const subtask of rowOf(methodSubtasks, method)) body.push(facts + subtask);
    add(body.view(), facts + model.methodTask[method]!, 1);
    if (work >= unitsPerRest) yield ((work = 0), expected);
  }
  for (let operator = 0; operator < model.operatorCount; operator += 1) {
    add(rowOf(preconditions, operator), facts + operator, model.isHidden[operator] === 1 ? 0 : 1);
    if (work >= unitsPerRest) yield ((work = 0), expected);
  }
  for (const [operator, changes] of model.conditional) {
    for (const { condition, sets } of changes) {
      for (const fact of sets) add([facts + operator, ...condition], fact, 0);
    }
    if (work >= unitsPerRest) yield ((work = 0), expected);
  }
  for (const { rules } of model.strata) for (const rule of rules) add(rule.body, rule.head, 0);
  const nodes = facts + model.taskCount;
  const rows = bodies.toRows();
  const sizes = new Int32Array(heads.length);
  for (let clause = 0; clause < sizes.length; clause += 1) {
    sizes[clause] = rows.starts[clause + 1]! - rows.starts[clause]!;
  }
  yield expected;
  const uses = yield* invert(rows, nodes, expected);
  const below = yield* tasksBelow(model, expected);
  const numbers = rows.items.length * 2 + sizes.length * 4 + nodes + below.items.length + below.starts.length;
  return {
    nodes,
    bodies: rows,
    sizes,
    heads: heads.trimmed(),
    base: base.trimmed(),
    uses,
    owned: count,
    below,
    bytes: numbers * 4,
  };
}

function* tasksBelow(model: Parts, bytes: number): Resting<Rows> {
  const rows = new Ragged();
  const seen = new Int32Array(model.taskCount).fill(-1);
  const row = new Numbers();
  let work = 0;
  for (let task = 0; task < model.taskCount - model.operatorCount; task += 1) {
    row.length = 0;
    for (const method of rowOf(model.methodsOf, task)) {
      const { starts, items } = model.methodSubtasks;
      for (let at = starts[method]!; at < starts[method + 1]!; at += 1) {
        const subtask = items[at]!;
        if (seen[subtask] === task) continue;
        seen[subtask] = task;
        row.push(subtask);
      }
      work += 4 + starts[method + 1]! - starts[method]!;
      if (work >= unitsPerRest) yield ((work = 0), bytes);
    }
    rows.add(row.view());
  }
  return rows.toRows();
}
