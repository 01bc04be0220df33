// Methods as a learner makes them: for each fact that an operator can bring about there is a task that achieves it, one
// method for each such operator, and before the operator each of its conditions is achieved and locked. The methods
// call each other without an order that would lead anywhere, and have many variables.

/** An operator of the plain kind: facts to hold, to add and to delete, each `predicate ?a ?b`. */
export interface PlainOperator {
  readonly name: string;
  /** Variables with their types, in order. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly needs: readonly string[];
  readonly adds: readonly string[];
  readonly deletes: readonly string[];
}

export interface PlainDomain {
  readonly name: string;
  /** The text of its types, with their parents. */
  readonly types: string;
  /** By predicate: types of its terms. */
  readonly predicates: Readonly<Record<string, readonly string[]>>;
  readonly operators: readonly PlainOperator[];
}

const headOf = (fact: string): string => fact.split(' ')[0]!;
const termsOf = (fact: string): string[] => fact.split(' ').slice(1);
const typed = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, type]) => `${name} - ${type}`)
    .join(' ');
const all = (facts: readonly string[]): string =>
  `(and ${facts.map((fact) => (fact.startsWith('(') ? fact : `(${fact})`)).join(' ')})`;

/** The domain in HDDL: its operators, those that lock and unlock, and the methods. */
export function learnedDomain(domain: PlainDomain): string {
  const { name, types, predicates, operators } = domain;
  const changed = Object.keys(predicates).filter((predicate) =>
    operators.some(({ adds }) => adds.some((fact) => headOf(fact) === predicate)),
  );
  const parametersOf = (predicate: string): Record<string, string> =>
    Object.fromEntries(predicates[predicate]!.map((type, place) => [`?${type}${place}`, type]));
  const declared = Object.keys(predicates).flatMap((predicate) => {
    const text = typed(parametersOf(predicate));
    const own = `(${predicate} ${text})`;
    return changed.includes(predicate) ? [own, `(LOCKED-${predicate} ${text})`] : [own];
  });
  const sections = changed.flatMap((predicate) => achieving(domain, predicate, parametersOf(predicate)));
  return `; Made by a generator: methods as they are learned.
(define (domain ${name})
(:requirements :hierarchy :typing :method-preconditions :negative-preconditions)
(:types ${types})
(:predicates
  ${declared.join('\n  ')})
${sections.join('\n')}
${operators.map(operatorText).join('\n')}
)
`;
}

function operatorText({ name, parameters, needs, adds, deletes }: PlainOperator): string {
  return `(:action ${name} :parameters (${typed(parameters)})
  :precondition ${all(needs)}
  :effect ${all([...adds, ...deletes.map((fact) => `(not (${fact}))`)])})`;
}

/** All that achieves facts of a predicate. */
function achieving(domain: PlainDomain, predicate: string, own: Record<string, string>): string[] {
  const { operators } = domain;
  const names = Object.keys(own).join(' ');
  const fact = `${predicate} ${names}`;
  const sections = [
    `(:task ACHIEVE-${predicate} :parameters (${typed(own)}))`,
    `(:method HELD-${predicate} :parameters (${typed(own)}) :task (ACHIEVE-${predicate} ${names})
  :precondition (${fact}) :ordered-subtasks ())`,
    `(:action i-LOCK-${predicate} :parameters (${typed(own)}) :precondition (${fact}) :effect (LOCKED-${fact}))`,
    `(:action i-UNLOCK-${predicate} :parameters (${typed(own)}) :precondition () :effect (not (LOCKED-${fact})))`,
  ];
  for (const operator of operators) {
    operator.adds.forEach((added, index) => {
      if (headOf(added) === predicate) sections.push(...byOperator(domain, operator, added, index));
    });
  }
  return sections;
}

function byOperator(
  domain: PlainDomain,
  { name, parameters, needs, deletes }: PlainOperator,
  added: string,
  index: number,
): string[] {
  const { operators } = domain;
  const predicate = headOf(added);
  const terms = termsOf(added);
  const task = `DO-${predicate}-${name}${index}`;
  const fact = `${predicate} ${terms.join(' ')}`;
  const isChanged = (each: string): boolean =>
    operators.some(({ adds }) => adds.some((other) => headOf(other) === headOf(each)));
  const changing = needs.filter(isChanged);
  const fixed = needs.filter((each) => !isChanged(each));
  const list = Object.keys(parameters).join(' ');
  const steps = [
    ...changing.flatMap((need) => [`(ACHIEVE-${need})`, `(i-LOCK-${need})`]),
    ...changing.map((need) => `(i-UNLOCK-${need})`),
    `(${name} ${list})`,
  ];
  const free = deletes.filter(isChanged).map((each) => `(not (LOCKED-${each}))`);
  // Variants by the first conditions: the learner saw them hold, or where they name nothing new, not hold.
  const hints = changing.slice(0, 2).flatMap((need) => {
    return termsOf(need).every((term) => terms.includes(term)) ? [need, `(not (${need}))`] : [need];
  });
  return [
    `(:task ${task} :parameters (${typed(parameters)}))`,
    `(:method ${task}-M :parameters (${typed(parameters)}) :task (${task} ${list})
  :precondition ${all([...fixed, ...free])}
  :ordered-subtasks (and ${steps.join(' ')}))`,
    ...hints.map(
      (hint, variant) => `(:method M${variant}-${task} :parameters (${typed(parameters)})
  :task (ACHIEVE-${fact})
  :precondition ${all([`(not (${fact}))`, hint, ...fixed])}
  :ordered-subtasks (and (${task} ${list}) (ACHIEVE-${fact})))`,
    ),
  ];
}
