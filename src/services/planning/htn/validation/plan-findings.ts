// Plan findings: what is wrong with a plan and where, and the checks of arguments that all parts of the validator
// make.
import { anyType } from '../state/object-types.js';
import type { ObjectTypes } from '../state/object-types.js';
import type { TypedName } from '../formula.js';

/** What kind of rule a plan breaks. */
export type FindingKind =
  | 'unknown'
  | 'arguments'
  | 'precondition'
  | 'goal'
  | 'cost'
  | 'tree'
  | 'method'
  | 'constraint'
  | 'ordering';

/** One thing that is wrong with a plan. */
export interface PlanFinding {
  readonly kind: FindingKind;
  /** Where: `steps[3]`, `nodes[7]`, `goal`. */
  readonly path: string;
  /** What was expected and what is there. */
  readonly message: string;
}

/** The findings of one examination; past a limit they are only counted. */
export interface Findings {
  add(kind: FindingKind, path: string, message: string): void;
  readonly list: readonly PlanFinding[];
  readonly count: number;
}

const mostFindings = 100;

export function createFindings(): Findings {
  const list: PlanFinding[] = [];
  let count = 0;
  return {
    add(kind, path, message) {
      count += 1;
      if (list.length < mostFindings) list.push({ kind, path, message });
    },
    list,
    get count() {
      return count;
    },
  };
}

/** Checks that there are as many arguments as parameters, known and of their types. */
export function checkArguments(
  parameters: readonly TypedName[],
  args: readonly string[],
  about: { readonly path: string; readonly shown: string },
  objects: ObjectTypes,
  findings: Findings,
): boolean {
  if (parameters.length !== args.length) {
    const message = `${about.shown} has ${args.length} arguments, expected ${parameters.length}`;
    findings.add('arguments', about.path, message);
    return false;
  }
  let isSound = true;
  args.forEach((object, at) => {
    const types = parameters[at]?.types ?? [];
    if (objects.has(object) && objects.isOf(object, types)) return;
    isSound = false;
    const expected = types.length === 0 ? anyType : types.join(' or ');
    const why = objects.has(object)
      ? `expected one of type ${expected}`
      : 'which is no object of the problem';
    findings.add('arguments', about.path, `${about.shown}: argument ${at + 1} is '${object}', ${why}`);
  });
  return isSound;
}

/** Checks that every parameter has an object of its type. */
export function checkBindings(
  parameters: readonly TypedName[],
  bindings: Readonly<Record<string, string>>,
  path: string,
  objects: ObjectTypes,
  findings: Findings,
): boolean {
  let isSound = true;
  for (const { name, types } of parameters) {
    const object = bindings[name];
    if (object !== undefined && objects.isOf(object, types)) continue;
    isSound = false;
    const expected = types.length === 0 ? 'an object' : `an object of type ${types.join(' or ')}`;
    findings.add('arguments', path, `expected ${expected} for ${name}, got ${object ?? 'none'}`);
  }
  return isSound;
}
