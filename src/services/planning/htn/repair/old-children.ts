// Old children: which nodes of an earlier plan the subtasks of a decomposition stand for. With the same method
// they are its children; with another one those below that are the same task for the same objects.
import type { Bindings } from '../state/evaluate.js';
import { objectsOf } from '../state/evaluate.js';
import type { OldNode, Option } from './guided-options.js';
import { keyOf } from '../state/state-history.js';
import type { HtnPlan } from '../solution.js';

/** Nodes below an old node that are looked through for a task. */
const mostLookedAt = 300;

/** For each subtask the old node, or null. */
export function matchOldChildren(
  old: HtnPlan | undefined,
  oldIndex: number | null,
  option: Extract<Option, { kind: 'method' }>,
  bindings: Bindings,
): (number | null)[] {
  const { subtasks } = option.method;
  const before = oldIndex === null ? undefined : old?.nodes[oldIndex];
  if (old === undefined || before === undefined) return subtasks.map(() => null);
  const same = option.asBefore === null ? undefined : old.nodes[option.asBefore];
  if (same !== undefined) return subtasks.map((_, at) => same.children[at] ?? null);
  const known = descendants(old, before.children);
  return subtasks.map(
    ({ name, terms }) => known.get(keyOf(name, objectsOf(terms, bindings)))?.shift() ?? null,
  );
}

function descendants(old: HtnPlan, children: readonly number[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const waiting = [...children];
  for (let at = 0; at < waiting.length && at < mostLookedAt; at += 1) {
    const index = waiting[at] ?? -1;
    const node = old.nodes[index];
    if (node === undefined) continue;
    const key = keyOf(node.name, node.arguments);
    found.set(key, [...(found.get(key) ?? []), index]);
    waiting.push(...node.children);
  }
  return found;
}

/**
 * The old node that a task stands for, and then those below it that are the same task for the same objects: with
 * one of these a part of a recursion is left out.
 */
export function* sameTasks(old: HtnPlan | undefined, index: number | null): Generator<OldNode> {
  const first = index === null ? undefined : old?.nodes[index];
  if (old === undefined || index === null || first === undefined) return;
  yield { index, node: first };
  const key = keyOf(first.name, first.arguments);
  const waiting = [...first.children];
  for (let at = 0; at < waiting.length && at < mostLookedAt; at += 1) {
    const below = waiting[at] ?? -1;
    const node = old.nodes[below];
    if (node === undefined) continue;
    if (keyOf(node.name, node.arguments) === key) yield { index: below, node };
    waiting.push(...node.children);
  }
}
