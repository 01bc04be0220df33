// Task networks of HDDL: subtasks, their order and constraints, of methods and of the initial network.
import type { Subtask, TaskNetwork } from '../domain.js';
import type { Formula } from '../formula.js';
import {
  expectList,
  expectSymbol,
  type HddlExpression,
  type HddlList,
  headOf,
  hddlError,
} from './expression.js';
import { type HddlNames, readCall, type Scope } from './names.js';
import { readFormula } from './read-formula.js';

/** Keywords of a network, with the names that older texts use. */
export const networkKeywords = [
  ':subtasks',
  ':tasks',
  ':ordered-subtasks',
  ':ordered-tasks',
  ':ordering',
  ':order',
  ':constraints',
] as const;

export function readNetwork(
  names: HddlNames,
  values: ReadonlyMap<string, HddlExpression>,
  scope: Scope,
): TaskNetwork {
  const ordered = values.get(':ordered-subtasks') ?? values.get(':ordered-tasks');
  const free = values.get(':subtasks') ?? values.get(':tasks');
  if (ordered !== undefined && free !== undefined) {
    throw hddlError(free.position, 'a network has either ordered subtasks or subtasks, not both.');
  }
  const written = ordered ?? free;
  const subtasks = written === undefined ? [] : readSubtasks(names, written, scope);
  const ordering = readOrdering(values.get(':ordering') ?? values.get(':order'), subtasks);
  if (ordered !== undefined) {
    for (let index = 1; index < subtasks.length; index += 1) {
      ordering.push([subtasks[index - 1]!.id, subtasks[index]!.id]);
    }
  }
  refuseCycle(subtasks, ordering, written);
  const constraints = values.get(':constraints');
  return {
    subtasks,
    ordering,
    constraints: constraints === undefined ? [] : parts(readFormula(names, constraints, scope)),
  };
}

function parts(formula: Formula): readonly Formula[] {
  return formula.kind === 'and' ? formula.parts : [formula];
}

function members(expression: HddlExpression, what: string): readonly HddlExpression[] {
  const list = expectList(expression, what, expression);
  if (list.items.length === 0) return [];
  return headOf(list) === 'and' ? list.items.slice(1) : [list];
}

function readSubtasks(names: HddlNames, expression: HddlExpression, scope: Scope): Subtask[] {
  const ids = new Set<string>();
  const read = members(expression, 'subtasks').flatMap((member): { label?: string; list: HddlList }[] => {
    const list = expectList(member, 'a task', expression);
    if (list.items.length === 0) return [];
    const [label, call] = list.items;
    if (list.items.length === 2 && label?.kind === 'symbol' && call?.kind === 'list') {
      if (ids.has(label.text)) throw hddlError(label.position, `the id '${label.text}' is given twice.`);
      ids.add(label.text);
      return [{ label: label.text, list: call }];
    }
    return [{ list }];
  });
  return read.map(({ label, list }, index) => {
    const { name, terms } = readCall(names, list, names.tasks, scope);
    return { id: label ?? freeId(ids, index), kind: 'task', name, terms, position: list.position };
  });
}

function freeId(ids: Set<string>, index: number): string {
  let id = `task${index}`;
  while (ids.has(id)) id = `_${id}`;
  ids.add(id);
  return id;
}

function readOrdering(
  expression: HddlExpression | undefined,
  subtasks: readonly Subtask[],
): [string, string][] {
  if (expression === undefined) return [];
  const ids = new Set(subtasks.map((subtask) => subtask.id));
  return members(expression, 'an order').map((member) => {
    const list = expectList(member, "'(< first second)'", expression);
    const symbols = list.items.map((item) => expectSymbol(item, 'an id of a subtask', list));
    const sign = symbols.findIndex((symbol) => symbol.text === '<');
    const pair = symbols.filter((_, index) => index !== sign);
    if (sign < 0 || pair.length !== 2) throw hddlError(list.position, "expected '(< first second)'.");
    for (const symbol of pair) {
      if (ids.has(symbol.text)) continue;
      throw hddlError(
        symbol.position,
        `no subtask has the id '${symbol.text}'.`,
        `Known: ${[...ids].join(', ')}.`,
      );
    }
    return [pair[0]!.text, pair[1]!.text];
  });
}

/** Refuses an order that no sequence can keep (Kahn, 1962). */
function refuseCycle(
  subtasks: readonly Subtask[],
  ordering: readonly (readonly [string, string])[],
  written: HddlExpression | undefined,
): void {
  const waits = new Map(subtasks.map((subtask) => [subtask.id, 0]));
  const followers = new Map<string, string[]>();
  for (const [first, second] of ordering) {
    waits.set(second, waits.get(second)! + 1);
    const after = followers.get(first);
    if (after === undefined) followers.set(first, [second]);
    else after.push(second);
  }
  const free = [...waits].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waits.delete(id);
    for (const next of followers.get(id) ?? []) {
      const left = waits.get(next)! - 1;
      waits.set(next, left);
      if (left === 0) free.push(next);
    }
  }
  if (waits.size === 0 || written === undefined) return;
  throw hddlError(
    written.position,
    `the order of ${[...waits.keys()].join(', ')} is a cycle.`,
    'Drop a pair.',
  );
}
