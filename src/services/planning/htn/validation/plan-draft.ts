// Plan draft: the lines of a plan's text as a tree of nodes, before it is known where each method is applied and
// to which objects.
import { EngineError } from '../../../../errors.js';
import type { Problem as Finding } from '../../../../errors.js';
import { didYouMean } from '../../../nearest.js';
import type { Domain, Method, Problem } from '../domain.js';
import type { Bindings } from '../state/evaluate.js';
import type { DecompositionLine, PlanText, StepLine } from './plan-text.js';
import type { DecompositionNode } from '../solution.js';

/** Stands for a method where a goal held already. */
export const heldAlready = ':holds';

/** A node while it is worked out. */
export interface Draft {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly kind: DecompositionNode['kind'];
  readonly parent: number | null;
  readonly method: Method | undefined;
  readonly methodName: string | null;
  readonly step: number | null;
  /** Indices of drafts: in the order of the text, then of the method's subtasks. */
  children: readonly number[];
  subtask: string;
  bindings: Bindings;
  appliedAt: number;
  reachedAt: number | null;
  /** The first and the last step below it; when there is none, the first is Infinity and the last -1. */
  first: number;
  last: number;
}

interface Drafting {
  readonly domain: Domain;
  readonly steps: ReadonlyMap<string, readonly [line: StepLine, index: number]>;
  readonly decompositions: ReadonlyMap<string, DecompositionLine>;
  readonly spell: Spelling;
  readonly problems: Finding[];
}

/** Names as the domain writes them: plans of other planners come in small letters. */
interface Spelling {
  operator(name: string): string | undefined;
  task(name: string): string | undefined;
  predicate(name: string): string | undefined;
  method(name: string): Method | undefined;
  object(name: string): string;
}

/**
 * Builds the tree of a text, parents before their children.
 *
 * @throws EngineError `INPUT_INVALID` with the lines whose names or numbers are wrong.
 */
export function draftPlan(text: PlanText, domain: Domain, problem: Problem): Draft[] {
  const problems: Finding[] = [];
  const drafting: Drafting = {
    domain,
    steps: new Map(text.steps.map((line, index) => [line.id, [line, index]])),
    decompositions: new Map(text.decompositions.map((line) => [line.id, line])),
    spell: createSpelling(domain, problem),
    problems,
  };
  const drafts: Draft[] = [];
  const waiting = text.roots.map((id) => ({ id, parent: null as number | null, line: 0 }));
  const used = new Set<string>();
  const children: number[][] = [];
  for (let at = 0; at < waiting.length; at += 1) {
    const { id, parent, line } = waiting[at] ?? { id: '', parent: null, line: 0 };
    if (used.has(id)) {
      problems.push({ path: '', line, message: `the number ${id} is used twice` });
      continue;
    }
    used.add(id);
    const draft = draftOf(id, parent, line, drafting);
    if (draft === undefined) continue;
    const index = drafts.push(draft) - 1;
    children.push([]);
    if (parent !== null) children[parent]?.push(index);
    const own = drafting.decompositions.get(id);
    for (const child of draft.step === null ? (own?.children ?? []) : [])
      waiting.push({ id: child, parent: index, line: own?.line ?? 0 });
  }
  for (const [id, [line]] of drafting.steps) {
    if (used.has(id)) continue;
    problems.push({ path: '', line: line.line, message: `the step ${id} is no part of the decomposition` });
  }
  if (problems.length > 0) throw refusal(problems);
  drafts.forEach((draft, index) => {
    draft.children = children[index] ?? [];
  });
  spanDrafts(drafts);
  return drafts;
}

function refusal(problems: readonly Finding[]): EngineError {
  const [first] = problems;
  const message = `The plan does not fit the domain: line ${first?.line ?? 1}: ${first?.message ?? ''}.`;
  return new EngineError('INPUT_INVALID', message, { problems });
}

function draftOf(id: string, parent: number | null, line: number, drafting: Drafting): Draft | undefined {
  const { spell, problems, domain } = drafting;
  const blank = {
    parent,
    children: [],
    subtask: '',
    bindings: {},
    appliedAt: 0,
    reachedAt: null,
    first: Number.POSITIVE_INFINITY,
    last: -1,
  };
  const refuse = (at: number, message: string, hint?: string): undefined => {
    problems.push({ path: '', line: at, message, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  };
  const step = drafting.steps.get(id);
  if (step !== undefined) {
    const [own, index] = step;
    const name = spell.operator(own.operator);
    if (name === undefined) {
      const hint = didYouMean(own.operator, namesIn(domain.operators));
      return refuse(own.line, `there is no operator '${own.operator}'`, hint);
    }
    const args = own.args.map(spell.object);
    const kind = 'operator';
    return { ...blank, name, arguments: args, kind, method: undefined, methodName: null, step: index };
  }
  const own = drafting.decompositions.get(id);
  if (own === undefined) return refuse(line, `there is no line with the number ${id}`);
  const method = spell.method(own.method);
  if (method === undefined && own.method !== heldAlready) {
    const hint = didYouMean(own.method, namesIn(domain.methods));
    return refuse(own.line, `there is no method '${own.method}'`, hint);
  }
  const isGoal = method === undefined || method.target.kind === 'goal';
  const name = isGoal ? spell.predicate(own.task) : spell.task(own.task);
  if (name === undefined) {
    const known = namesIn(isGoal ? domain.predicates : domain.tasks);
    return refuse(own.line, `there is no task '${own.task}'`, didYouMean(own.task, known));
  }
  const args = own.args.map(spell.object);
  const kind = isGoal ? 'goal' : 'task';
  const methodName = method?.name ?? null;
  return { ...blank, name, arguments: args, kind, method, methodName, step: null };
}

const namesIn = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

function createSpelling(domain: Domain, problem: Problem): Spelling {
  const operator = speller(namesIn(domain.operators));
  const task = speller(namesIn(domain.tasks));
  const predicate = speller(namesIn(domain.predicates));
  const method = speller(namesIn(domain.methods));
  const object = speller([...namesIn(domain.constants), ...namesIn(problem.objects)]);
  const methods = new Map(domain.methods.map((one) => [one.name, one]));
  return {
    operator,
    task,
    predicate,
    method: (name) => methods.get(method(name) ?? ''),
    object: (name) => object(name) ?? name,
  };
}

function speller(names: readonly string[]): (name: string) => string | undefined {
  const exact = new Set(names);
  const folded = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (name) => (exact.has(name) ? name : folded.get(name.toLowerCase()));
}

function spanDrafts(drafts: readonly Draft[]): void {
  for (let index = drafts.length - 1; index >= 0; index -= 1) {
    const draft = drafts[index];
    if (draft === undefined) continue;
    if (draft.step !== null) draft.first = draft.last = draft.step;
    const parent = draft.parent === null ? undefined : drafts[draft.parent];
    if (parent === undefined) continue;
    parent.first = Math.min(parent.first, draft.first);
    parent.last = Math.max(parent.last, draft.last);
  }
}
