// JSON check: is a value that a host gives plain JSON, of a size and depth that can be worked with?
import type { Json } from '../../../model/scalars.js';
import type { PlanProblem, PlanProblems } from '../plan-problem.js';
import { maxNesting } from './located.js';

/** Values in a document at most: a value that holds itself many times over can be endless. */
const maxValues = 50_000_000;

/**
 * Checks that a value is JSON. Members of maps that are undefined are left out, as JSON.stringify does.
 *
 * @returns The value as JSON; undefined when there are problems.
 */
export function checkJson(value: unknown, problems: PlanProblems): Json | undefined {
  const path: (string | number)[] = [];
  let count = 0;
  let holdsUndefined = false;
  let isSound = true;
  const refuse = (problem: Omit<PlanProblem, 'path'>): void => {
    isSound = false;
    problems.add({ ...problem, path: [...path] });
  };
  const visit = (one: unknown): void => {
    count += 1;
    if (count > maxValues || typeof one === 'string' || typeof one === 'boolean' || one === null) return;
    if (typeof one === 'number') {
      if (!Number.isFinite(one)) refuse({ message: `expected a number that JSON can hold, got ${one}` });
    } else if (typeof one !== 'object') refuse({ message: `expected a JSON value, got ${typeof one}` });
    else if (path.length >= maxNesting)
      refuse({ message: `lists and maps may be nested ${maxNesting} deep` });
    else if (Array.isArray(one)) visitList(one);
    else visitMap(one);
  };
  const visitList = (list: readonly unknown[]): void => {
    for (let index = 0; index < list.length; index += 1) {
      path.push(index);
      visit(list[index]);
      path.pop();
    }
  };
  const visitMap = (map: object): void => {
    const prototype: unknown = Object.getPrototypeOf(map);
    if (prototype !== Object.prototype && prototype !== null) {
      refuse({ message: `expected a JSON value, got an instance of ${map.constructor?.name ?? 'a class'}` });
      return;
    }
    for (const key of Object.keys(map)) {
      const member: unknown = (map as Record<string, unknown>)[key];
      path.push(key);
      if (key === '__proto__') refuse({ at: 'key', message: "the key '__proto__' is not allowed" });
      if (member === undefined) holdsUndefined = true;
      else visit(member);
      path.pop();
    }
  };
  visit(value);
  if (count > maxValues) refuse({ message: `a plan may hold ${maxValues} values` });
  if (!isSound) return undefined;
  return (holdsUndefined ? JSON.parse(JSON.stringify(value)) : value) as Json;
}
