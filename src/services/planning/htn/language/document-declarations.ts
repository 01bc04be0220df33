// Declarations of a domain document: types, constants and objects, signatures, parameters, conditions.
import type { Json } from '../../../../model/scalars.js';
import { got } from '../../schema-problem.js';
import type { PlanPath } from '../../plan-problem.js';
import { readCondition, readPostcondition } from './condition-text.js';
import type { Signature, TypeDeclaration } from '../domain.js';
import { isMap } from './document-reader.js';
import type { DocumentReader, Piece } from './document-reader.js';
import type { Formula, Postcondition, TypedName } from '../formula.js';
import { nothing, truth } from '../formula.js';

const nameForm = /^[^\s?(),"'][^\s(),"']*$/;

/** Reports a name that could not be written in a condition. */
export function checkName(name: string, path: PlanPath, reader: DocumentReader): void {
  if (nameForm.test(name)) return;
  reader.report(path, `expected a name without blanks, brackets and quotes, got '${name}'`, { at: 'key' });
}

/** `file`, `file or folder` → the types; nothing for any object. */
function typesOf(value: Json | undefined, path: PlanPath, reader: DocumentReader): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'string') {
    reader.report(path, `expected the name of a type, ${got(value)}`);
    return [];
  }
  return value
    .split(/\s+or\s+/)
    .map((type) => type.trim())
    .filter((type) => type !== 'object' && type !== '');
}

/** `types: { file: item, folder: item, item: }` */
export function readTypes(value: Json | undefined, reader: DocumentReader): TypeDeclaration[] {
  const path = ['types'];
  return Object.entries(reader.map(value, path, 'a map from type to what it is a kind of')).map(
    ([name, parents]) => {
      checkName(name, [...path, name], reader);
      const list = Array.isArray(parents) ? parents : [parents];
      const own = list.flatMap((one) => typesOf(one, [...path, name], reader));
      return { name, parents: own, position: reader.place([...path, name], 'key') };
    },
  );
}

/** `objects: { file: [a, b], folder: home }` */
export function readObjects(value: Json | undefined, key: string, reader: DocumentReader): TypedName[] {
  const path = [key];
  return Object.entries(reader.map(value, path, 'a map from type to names')).flatMap(([type, names]) => {
    const list = Array.isArray(names) ? names : names === null ? [] : [names];
    return list.flatMap((name, at): TypedName[] => {
      const own = Array.isArray(names) ? [...path, type, at] : [...path, type];
      if (typeof name !== 'string' && typeof name !== 'number') {
        reader.report(own, `expected the name of an object, ${got(name)}`);
        return [];
      }
      return [{ name: String(name), types: type === 'object' ? [] : [type], position: reader.place(own) }];
    });
  });
}

/** `{ f: file, d: folder }` or `[file, folder]` → parameters. */
export function readParameters(value: Json | undefined, path: PlanPath, reader: DocumentReader): TypedName[] {
  if (Array.isArray(value))
    return value.map((type, at) => ({ name: `?${at + 1}`, types: typesOf(type, [...path, at], reader) }));
  const map = reader.map(value, path, 'a map from parameter to type, or a list of types');
  return Object.entries(map).map(([key, type]) => {
    const name = key.startsWith('?') ? key : `?${key}`;
    if (!/^\?[A-Za-z_][A-Za-z0-9_-]*$/.test(name))
      reader.report([...path, key], `expected the name of a parameter, got '${key}'`, { at: 'key' });
    return {
      name,
      types: typesOf(type, [...path, key], reader),
      position: reader.place([...path, key], 'key'),
    };
  });
}

/** `predicates: { at: [file, folder] }`, and the same for functions and tasks. */
export function readSignatures(value: Json | undefined, key: string, reader: DocumentReader): Signature[] {
  return Object.entries(reader.map(value, [key], 'a map from name to parameters')).map(
    ([name, parameters]) => {
      checkName(name, [key, name], reader);
      const position = reader.place([key, name], 'key');
      return { name, parameters: readParameters(parameters, [key, name], reader), position };
    },
  );
}

/** A condition: text, a list of which all hold, or `all`, `any`, `not`. Absent is true. */
export function readFormula(
  value: Json | undefined,
  path: PlanPath,
  reader: DocumentReader,
  pieces?: readonly Piece[],
): Formula {
  if (value === undefined || value === null) return truth;
  if (Array.isArray(value)) return allOf(listOf(value, path, reader));
  if (isMap(value)) {
    reader.keys(value, ['all', 'any', 'not'], path);
    const list = (key: string): Formula[] =>
      Array.isArray(value[key]) ? listOf(value[key], [...path, key], reader) : [];
    const parts: Formula[] = [];
    if (value['all'] !== undefined) parts.push(allOf(list('all')));
    if (value['any'] !== undefined) parts.push({ kind: 'or', parts: list('any') });
    if (value['not'] !== undefined)
      parts.push({ kind: 'not', part: readFormula(value['not'], [...path, 'not'], reader) });
    return allOf(parts);
  }
  return reader.text(value, path, 'a condition', readCondition, pieces) ?? truth;
}

const listOf = (list: readonly Json[], path: PlanPath, reader: DocumentReader): Formula[] =>
  reader.entries(list, path).map((one) => readFormula(one.value, one.path, reader, one.pieces));

function allOf(parts: readonly Formula[]): Formula {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}

/** Postconditions: text, or a list of texts. Absent changes nothing. */
export function readPostconditions(
  value: Json | undefined,
  path: PlanPath,
  reader: DocumentReader,
): Postcondition {
  if (value === undefined || value === null) return nothing;
  if (!Array.isArray(value)) return reader.text(value, path, 'a postcondition', readPostcondition) ?? nothing;
  const parts = reader
    .entries(value, path)
    .map(
      (one) => reader.text(one.value, one.path, 'a postcondition', readPostcondition, one.pieces) ?? nothing,
    );
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}
