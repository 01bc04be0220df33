// A class of problems: HDDL text of one kind of difficulty, in growing sizes, the same for the same seed.

export interface ProblemClass {
  readonly name: string;
  /** Which folder it belongs to. */
  readonly order: 'total-order' | 'partial-order';
  readonly sizes: readonly number[];
  readonly domain: string;
  problem(size: number, chance: () => number): string;
}

/** What a problem's text is made of. */
export interface ProblemParts {
  readonly domain: string;
  /** Names by type. */
  readonly objects: Readonly<Record<string, readonly string[]>>;
  /** Facts without their parentheses. */
  readonly facts: readonly string[];
  /** Tasks without their parentheses. */
  readonly tasks: readonly string[];
  /** [total] */
  readonly isPartial?: boolean;
  /** Facts of the goal, without their parentheses. */
  readonly goal?: readonly string[];
}

export function problemText({ domain, objects, facts, tasks, isPartial, goal }: ProblemParts): string {
  const lists = Object.entries(objects).map(([type, names]) => `    ${names.join(' ')} - ${type}`);
  const subtasks = tasks.map((task, index) => `    (t${index} (${task}))`);
  const wanted = (goal ?? []).map((fact) => `    (${fact})`);
  return `(define (problem ${domain}-problem)
  (:domain ${domain})
  (:objects
${lists.join('\n')})
  (:htn :parameters () ${isPartial === true ? ':subtasks' : ':ordered-subtasks'} (and
${subtasks.join('\n')}))
  (:init
${facts.map((fact) => `    (${fact})`).join('\n')})
${wanted.length === 0 ? '' : `  (:goal (and\n${wanted.join('\n')}))\n`})
`;
}

/** `count` names: a1, a2, … */
export function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

export function upTo(chance: () => number, count: number): number {
  return Math.floor(chance() * count);
}

export function pick<T>(chance: () => number, list: readonly T[]): T {
  return list[upTo(chance, list.length)]!;
}

/** The list in an order of chance. */
export function shuffled<T>(chance: () => number, list: readonly T[]): T[] {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = upTo(chance, at + 1);
    [copy[at], copy[other]] = [copy[other]!, copy[at]!];
  }
  return copy;
}
