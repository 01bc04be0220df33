// Name check: every name that a domain or a problem uses is declared, has as many terms as it was declared with,
// and these can be of its types. Readers that do not look names up while they read, and hosts with methods from
// elsewhere, check with it.
import type { Problem as Finding } from '../../../../errors.js';
import { didYouMean } from '../../../nearest.js';
import type { Domain, Problem, Signature, TypeDeclaration } from '../domain.js';
import type { Formula, Postcondition, Quantity, SourcePosition, Term, TypedName } from '../formula.js';
import { isVariable } from '../formula.js';
import { ancestorsOf, anyType, createObjectTypes } from '../state/object-types.js';
import type { ObjectTypes } from '../state/object-types.js';

/** Tells of a finding; the place may be left out where there is none. */
export type Report = (finding: {
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly position?: SourcePosition | undefined;
}) => void;

/** Variables that can be used in a place, with their types. */
export type VariableScope = ReadonlyMap<string, readonly string[]>;

/** Where a formula stands, and what it may use. */
export interface CheckedPlace {
  readonly path: string;
  readonly scope: VariableScope;
  /** Of what has no place of its own. */
  readonly position?: SourcePosition | undefined;
}

/** The names of a domain, looked up. */
export interface NameCheck {
  type(name: string, place: Omit<CheckedPlace, 'scope'>): void;
  /** Checks the types of parameters and gives their scope. */
  parameters(list: readonly TypedName[], place: Omit<CheckedPlace, 'scope'>): VariableScope;
  formula(formula: Formula, place: CheckedPlace): void;
  postcondition(one: Postcondition, place: CheckedPlace): void;
  quantity(one: Quantity, place: CheckedPlace): void;
  /** A task, operator or goal with its terms. */
  task(one: TaskUse, place: CheckedPlace): void;
  fact(predicate: string, terms: readonly Term[], place: CheckedPlace): void;
  fluent(name: string, terms: readonly Term[], place: CheckedPlace): void;
  readonly objects: ObjectTypes;
}

export interface TaskUse {
  readonly kind: 'task' | 'goal';
  readonly name: string;
  readonly terms: readonly Term[];
  readonly position?: SourcePosition;
}

interface Checking {
  readonly report: Report;
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  readonly predicates: ReadonlyMap<string, Signature>;
  readonly functions: ReadonlyMap<string, Signature>;
  readonly tasks: ReadonlyMap<string, Signature>;
  readonly objects: ObjectTypes;
  readonly objectNames: () => Iterable<string>;
}

/** Makes the check of a domain, with the objects of a problem when there is one. */
export function createNameCheck(
  domain: Domain,
  problem: Pick<Problem, 'objects'> | undefined,
  report: Report,
): NameCheck {
  const signatures = (list: readonly Signature[]): Map<string, Signature> =>
    new Map(list.map((one) => [one.name, one]));
  const objects = createObjectTypes(domain, problem ?? { objects: [] });
  const checking: Checking = {
    report,
    types: ancestorsOf(domain),
    predicates: signatures(domain.predicates),
    functions: signatures(domain.functions),
    tasks: signatures([...domain.tasks, ...domain.operators]),
    objects,
    objectNames: () => objects.ofTypes([]),
  };
  return {
    type: (name, place) => checkType(checking, name, place),
    parameters: (list, place) => checkParameters(checking, list, place, new Map()),
    formula: (formula, place) => checkFormula(checking, formula, place),
    postcondition: (one, place) => checkPostcondition(checking, one, place),
    quantity: (one, place) => checkQuantity(checking, one, place),
    task: (one, place) => checkTask(checking, one, place),
    fact: (predicate, terms, place) => checkCall(checking, 'predicate', predicate, terms, place),
    fluent: (name, terms, place) => checkCall(checking, 'function', name, terms, place),
    objects,
  };
}

function checkType(checking: Checking, name: string, place: Omit<CheckedPlace, 'scope'>): void {
  if (name === anyType || checking.types.has(name)) return;
  checking.report({
    ...place,
    message: `there is no type '${name}'`,
    hint: didYouMean(name, checking.types.keys()),
  });
}

function checkParameters(
  checking: Checking,
  list: readonly TypedName[],
  place: Omit<CheckedPlace, 'scope'>,
  outer: VariableScope,
): VariableScope {
  const scope = new Map(outer);
  const own = new Set<string>();
  for (const { name, types, position = place.position } of list) {
    if (own.has(name))
      checking.report({ ...place, position, message: `the variable ${name} is declared twice` });
    own.add(name);
    for (const type of types) checkType(checking, type, { ...place, position });
    scope.set(name, types);
  }
  return scope;
}

function checkFormula(checking: Checking, formula: Formula, place: CheckedPlace): void {
  switch (formula.kind) {
    case 'atom':
      checkCall(checking, 'predicate', formula.predicate, formula.terms, at(place, formula.position));
      return;
    case 'and':
    case 'or':
      for (const part of formula.parts) checkFormula(checking, part, place);
      return;
    case 'not':
      checkFormula(checking, formula.part, place);
      return;
    case 'imply':
      checkFormula(checking, formula.condition, place);
      checkFormula(checking, formula.consequence, place);
      return;
    case 'equal':
      checkTerm(checking, formula.left, at(place, formula.position));
      checkTerm(checking, formula.right, at(place, formula.position));
      return;
    case 'compare':
      checkQuantity(checking, formula.left, at(place, formula.position));
      checkQuantity(checking, formula.right, at(place, formula.position));
      return;
    case 'forall':
    case 'exists':
      checkFormula(checking, formula.part, within(checking, formula.variables, place));
  }
}

function checkPostcondition(checking: Checking, one: Postcondition, place: CheckedPlace): void {
  switch (one.kind) {
    case 'add':
    case 'delete':
      checkFormula(checking, one.atom, place);
      return;
    case 'change':
      checkQuantity(checking, one.fluent, place);
      checkQuantity(checking, one.value, place);
      return;
    case 'and':
      for (const part of one.parts) checkPostcondition(checking, part, place);
      return;
    case 'when':
      checkFormula(checking, one.condition, place);
      checkPostcondition(checking, one.postcondition, place);
      return;
    case 'forall':
      checkPostcondition(checking, one.postcondition, within(checking, one.variables, place));
  }
}

function checkQuantity(checking: Checking, one: Quantity, place: CheckedPlace): void {
  if (one.kind === 'fluent')
    checkCall(checking, 'function', one.function, one.terms, at(place, one.position));
  else if (one.kind === 'arithmetic') for (const part of one.parts) checkQuantity(checking, part, place);
}

function checkTask(checking: Checking, one: TaskUse, place: CheckedPlace): void {
  const kind = one.kind === 'goal' ? 'predicate' : 'task';
  checkCall(checking, kind, one.name, one.terms, at(place, one.position));
}

const at = (place: CheckedPlace, position: SourcePosition | undefined): CheckedPlace =>
  position === undefined ? place : { ...place, position };

const within = (checking: Checking, variables: readonly TypedName[], place: CheckedPlace): CheckedPlace => ({
  ...place,
  scope: checkParameters(checking, variables, place, place.scope),
});

function checkCall(
  checking: Checking,
  kind: 'predicate' | 'function' | 'task',
  name: string,
  terms: readonly Term[],
  place: CheckedPlace,
): void {
  const { path, position } = place;
  const known = { predicate: checking.predicates, function: checking.functions, task: checking.tasks }[kind];
  const signature = known.get(name);
  if (signature === undefined) {
    const what = kind === 'task' ? 'task or operator' : kind;
    const message = `there is no ${what} '${name}'`;
    checking.report({
      path,
      position,
      message,
      hint: didYouMean(name, known.keys()) ?? otherKind(checking, name),
    });
    return;
  }
  const { parameters } = signature;
  if (parameters.length !== terms.length) {
    const expected = `${parameters.length} term${parameters.length === 1 ? '' : 's'}`;
    const hint = `It is declared as ${name}(${parameters.map(({ name: one, types }) => `${one}: ${typeText(types)}`).join(', ')}).`;
    checking.report({ path, position, message: `${name} takes ${expected}, got ${terms.length}`, hint });
  }
  terms.forEach((term, index) => {
    const types = checkTerm(checking, term, place);
    const wanted = parameters[index]?.types;
    if (types === undefined || wanted === undefined) return;
    const fits = isVariable(term) ? overlap(checking, types, wanted) : checking.objects.isOf(term, wanted);
    if (fits) return;
    const message = `${name} takes ${articled(typeText(wanted))} as term ${index + 1}, got ${term}, ${articled(typeText(types))}`;
    checking.report({ path, position, message });
  });
}

const typeText = (types: readonly string[]): string => (types.length === 0 ? anyType : types.join(' or '));
const articled = (text: string): string => `${/^[aeiou]/i.test(text) ? 'an' : 'a'} ${text}`;

function otherKind(checking: Checking, name: string): string | undefined {
  if (checking.functions.has(name))
    return `'${name}' is a function: compare its value, such as ${name}(…) > 0.`;
  if (checking.predicates.has(name))
    return `'${name}' is a predicate; write \`achieve ${name}(…)\` to make it true.`;
  return checking.tasks.has(name) ? `'${name}' is a task: name it among the subtasks.` : undefined;
}

/** The types of a term; undefined when it is not known. */
function checkTerm(checking: Checking, term: Term, place: CheckedPlace): readonly string[] | undefined {
  const { path, position } = place;
  if (isVariable(term)) {
    const types = place.scope.get(term);
    if (types === undefined) {
      const hint =
        didYouMean(term, place.scope.keys()) ?? `Declare it under parameters: ${term.slice(1)}: type.`;
      checking.report({ path, position, message: `the variable ${term} is not declared here`, hint });
    }
    return types;
  }
  if (checking.objects.has(term)) return checking.objects.typesOf(term);
  const variable = place.scope.has(`?${term}`) ? `Did you mean the variable ?${term}?` : undefined;
  const hint = variable ?? didYouMean(term, checking.objectNames());
  checking.report({ path, position, message: `there is no object or constant '${term}'`, hint });
  return undefined;
}

/** Whether something can be of one of these and one of those types. */
function overlap(checking: Checking, these: readonly string[], those: readonly string[]): boolean {
  const isAny = (types: readonly string[]): boolean => types.length === 0 || types.includes(anyType);
  if (isAny(these) || isAny(those)) return true;
  for (const ancestors of checking.types.values()) {
    if (these.some((type) => ancestors.has(type)) && those.some((type) => ancestors.has(type))) return true;
  }
  return false;
}

/** The circle in a hierarchy of types, if there is one. */
export function typeCircle(types: readonly TypeDeclaration[]): readonly string[] | undefined {
  const parents = new Map<string, readonly string[]>();
  for (const { name, parents: own } of types) parents.set(name, [...(parents.get(name) ?? []), ...own]);
  for (const start of parents.keys()) {
    const came = new Map<string, string>();
    const waiting = [start];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const parent of parents.get(next) ?? []) {
        if (parent === start) {
          const circle = [start];
          for (let one: string | undefined = next; one !== undefined && one !== start; one = came.get(one))
            circle.unshift(one);
          return [start, ...circle];
        }
        if (came.has(parent)) continue;
        came.set(parent, next);
        waiting.push(parent);
      }
    }
  }
  return undefined;
}

/** A finding with its place, for an error. */
export function toFinding(finding: Parameters<Report>[0]): Finding {
  const { path, message, hint, position } = finding;
  const place = position === undefined ? {} : position;
  return { path, message, ...place, ...(hint === undefined ? {} : { hint }) };
}
