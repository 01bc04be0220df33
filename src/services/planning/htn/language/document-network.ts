// Task networks of a domain document: subtasks in a sequence, in groups that may be done in any order, or with
// names and an order of their own.
import type { Json } from '../../../../model/scalars.js';
import type { PlanPath } from '../../plan-problem.js';
import { got } from '../../schema-problem.js';
import { readCall } from './condition-text.js';
import { readFormula } from './document-declarations.js';
import { isMap } from './document-reader.js';
import type { DocumentReader, JsonMap, Piece } from './document-reader.js';
import type { Subtask, TaskNetwork } from '../domain.js';

interface Gathering {
  readonly reader: DocumentReader;
  readonly subtasks: Subtask[];
  readonly ordering: (readonly [string, string])[];
}

/** First and last subtasks of a group. */
interface Ends {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

/**
 * Reads the network of a method or problem from its keys `subtasks` (or `tasks`), `order` and `constraints`.
 * A list is a sequence; a list in it is a group in any order; a list in that a sequence again.
 */
export function readNetwork(
  map: JsonMap,
  key: 'subtasks' | 'tasks',
  path: PlanPath,
  reader: DocumentReader,
): TaskNetwork {
  const gathering: Gathering = { reader, subtasks: [], ordering: [] };
  const value = map[key];
  if (isMap(value)) {
    for (const id of Object.keys(value)) addTask(gathering, id, value[id], [...path, key, id]);
  } else if (Array.isArray(value)) addGroup(gathering, value, [...path, key], true);
  else if (value !== undefined && value !== null) addTask(gathering, 't1', value, [...path, key]);
  readOrder(gathering, map['order'], [...path, 'order']);
  const { constraints } = map;
  const own = constraints === undefined ? [] : [readFormula(constraints, [...path, 'constraints'], reader)];
  const flat = own.flatMap((one) => (one.kind === 'and' ? one.parts : [one]));
  return { subtasks: gathering.subtasks, ordering: gathering.ordering, constraints: flat };
}

function addTask(
  gathering: Gathering,
  id: string,
  value: Json | undefined,
  path: PlanPath,
  pieces?: readonly Piece[],
): Ends {
  const { reader, subtasks } = gathering;
  const call = reader.text(value, path, 'a task such as move(?f, home)', readCall, pieces);
  if (call !== undefined) {
    const kind = call.isGoal ? 'goal' : 'task';
    subtasks.push({ id, kind, name: call.name, terms: call.terms, position: reader.place(path) });
  }
  return { first: [id], last: [id] };
}

/** Lists in lists are bounded by what YAML documents may be nested. */
function addGroup(gathering: Gathering, list: readonly Json[], path: PlanPath, isSequence: boolean): Ends {
  const groups = gathering.reader.entries(list, path).map(({ value, path: own, pieces }): Ends => {
    if (Array.isArray(value)) return addGroup(gathering, value, own, !isSequence);
    return addTask(gathering, `t${gathering.subtasks.length + 1}`, value, own, pieces);
  });
  const filled = groups.filter(({ first }) => first.length > 0);
  if (!isSequence)
    return { first: filled.flatMap(({ first }) => first), last: filled.flatMap(({ last }) => last) };
  filled.forEach(({ first }, at) => {
    for (const before of filled[at - 1]?.last ?? [])
      for (const after of first) gathering.ordering.push([before, after]);
  });
  return { first: filled[0]?.first ?? [], last: filled.at(-1)?.last ?? [] };
}

/** `order: [a < b < c, a < d]` */
function readOrder(gathering: Gathering, value: Json | undefined, path: PlanPath): void {
  if (value === undefined || value === null) return;
  const list = Array.isArray(value) ? value : [value];
  list.forEach((one, at) => {
    const ids = typeof one === 'string' ? one.split('<').map((id) => id.trim()) : [];
    if (ids.length < 2 || ids.includes('')) {
      const own = Array.isArray(value) ? [...path, at] : path;
      gathering.reader.report(own, `expected an order such as 'a < b', ${got(one)}`);
      return;
    }
    ids.slice(1).forEach((id, before) => gathering.ordering.push([ids[before] ?? '', id]));
  });
}
