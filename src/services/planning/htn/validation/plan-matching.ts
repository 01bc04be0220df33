// Plan matching: which child of a node stands for which subtask of its method, and which objects that gives the
// method's variables.
import type { TaskNetwork } from '../domain.js';
import type { Bindings } from '../state/evaluate.js';
import { isVariable } from '../formula.js';
import type { Draft } from './plan-draft.js';

/** Assignments that are tried at most: subtasks that are alike can be exchanged in very many ways. */
const mostTries = 20_000;

export interface Matching {
  /** Indices of drafts in the order of the subtasks. */
  readonly children: readonly number[];
  readonly bindings: Bindings;
}

/**
 * Finds an assignment of children to subtasks in which names, arguments and order agree and that is accepted.
 * When there is none, the children in their order, with what is bound so far.
 *
 * @param accept - A last look at the bindings, which may still lack variables that no subtask names.
 */
export function matchChildren(
  network: TaskNetwork,
  children: readonly number[],
  drafts: readonly Draft[],
  bindings: Bindings,
  accept: (bindings: Bindings) => boolean,
): Matching {
  const search: Search = { network, children, drafts, accept, tries: 0, chosen: [] };
  const orderOf = new Map(network.subtasks.map(({ id }, at) => [id, at]));
  // For each subtask those chosen earlier that it comes after, or before.
  const neighbours = network.subtasks.map((): Neighbour[] => []);
  for (const [first, second] of network.ordering) {
    const [from, to] = [orderOf.get(first) ?? 0, orderOf.get(second) ?? 0];
    neighbours[Math.max(from, to)]?.push({ at: Math.min(from, to), isBefore: from < to });
  }
  const found =
    children.length === network.subtasks.length ? choose(search, neighbours, bindings) : undefined;
  return found ?? { children, bindings };
}

interface Neighbour {
  readonly at: number;
  readonly isBefore: boolean;
}

interface Search {
  readonly network: TaskNetwork;
  readonly children: readonly number[];
  readonly drafts: readonly Draft[];
  readonly accept: (bindings: Bindings) => boolean;
  tries: number;
  readonly chosen: number[];
}

/** Depth first over the subtasks, with the choices on the heap: an initial network may have thousands. */
function choose(
  search: Search,
  neighbours: readonly (readonly Neighbour[])[],
  bindings: Bindings,
): Matching | undefined {
  const { network, children, chosen } = search;
  const bound: Bindings[] = [bindings];
  const next: number[] = [0];
  const used = new Set<number>();
  const byName = candidatesByName(search);
  for (;;) {
    const at = chosen.length;
    if (at === network.subtasks.length) {
      const all = bound[at] ?? {};
      if (search.accept(all)) return { children: [...chosen], bindings: all };
    }
    const candidates = byName.get(network.subtasks[at]?.name ?? '') ?? [];
    let taken = false;
    for (
      let position = next[at] ?? 0;
      at < network.subtasks.length && position < candidates.length;
      position += 1
    ) {
      const candidate = candidates[position] ?? -1;
      if (used.has(candidate)) continue;
      search.tries += 1;
      const more = unify(search, at, candidate, neighbours[at] ?? [], bound[at] ?? {});
      if (more === undefined) continue;
      next[at] = position + 1;
      chosen.push(candidate);
      used.add(candidate);
      bound[at + 1] = more;
      next[at + 1] = 0;
      taken = true;
      break;
    }
    if (taken) continue;
    const last = chosen.pop();
    if (last === undefined || search.tries > mostTries + children.length * children.length) return undefined;
    used.delete(last);
  }
}

function candidatesByName({ children, drafts }: Search): ReadonlyMap<string, readonly number[]> {
  const byName = new Map<string, number[]>();
  for (const index of children) {
    const name = drafts[index]?.name ?? '';
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [index]);
    else list.push(index);
  }
  return byName;
}

function unify(
  { network, drafts, chosen }: Search,
  at: number,
  index: number,
  neighbours: readonly Neighbour[],
  bindings: Bindings,
): Bindings | undefined {
  const subtask = network.subtasks[at];
  const draft = drafts[index];
  if (subtask === undefined || draft === undefined) return undefined;
  if ((subtask.kind === 'goal') !== (draft.kind === 'goal')) return undefined;
  if (subtask.terms.length !== draft.arguments.length) return undefined;
  for (const neighbour of neighbours) {
    const other = drafts[chosen[neighbour.at] ?? -1];
    if (other === undefined) continue;
    const [first, second] = neighbour.isBefore ? [other, draft] : [draft, other];
    if (first.last >= second.first) return undefined;
  }
  let own = bindings;
  for (const [place, term] of subtask.terms.entries()) {
    const object = draft.arguments[place] ?? '';
    const known = isVariable(term) ? own[term] : term;
    if (known === undefined) own = { ...own, [term]: object };
    else if (known !== object) return undefined;
  }
  return own;
}
