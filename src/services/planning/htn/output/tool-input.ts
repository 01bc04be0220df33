// Tool input: the input template of an operator for one step: the names of its parameters become the data of
// their objects, `links.<predicate>` the task that made the fact which the step needs. What is left is a template
// of the engine, which fills it when the task runs.
import type { Json } from '../../../../model/scalars.js';

/** What a template can refer to. */
export interface InputScope {
  /** By parameter, without question marks. */
  readonly values: ReadonlyMap<string, Json>;
  /** The id of the task that made the fact of a predicate; undefined when it held at the beginning. */
  task(predicate: string): string | undefined;
  /** Told of names that stand for nothing. */
  missing(text: string, reason: string): void;
}

/** Fills a template of any JSON. */
export function fillInput(template: Json, scope: InputScope): Json {
  if (typeof template === 'string') return fillText(template, scope);
  if (Array.isArray(template)) return template.map((one) => fillInput(one, scope));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, one]) => [key, fillInput(one, scope)]));
}

/** A path from a name: `f`, `f.path`, `links.scanned.output`. */
const path = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*/;
const wholePath = new RegExp(`^\\s*(${path.source})\\s*$`);

function fillText(text: string, scope: InputScope): Json {
  if (!text.includes('{{')) return text;
  const parts = text.split(/(\{\{[^]*?\}\})/);
  const filled = parts.map((part): Json => {
    const inner = /^\{\{([^]*)\}\}$/.exec(part)?.[1];
    if (inner === undefined) return part;
    const single = wholePath.exec(inner)?.[1];
    const value = single === undefined ? undefined : valueOf(single, scope);
    return value === undefined ? `{{${rewrite(inner, scope)}}}` : literal(value);
  });
  const present = filled.filter((part) => part !== '');
  const [only] = present;
  if (present.length === 1 && only !== undefined) return only;
  return present.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('');
}

/** A value in which the engine sees no template. */
function literal(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('{{', '{{{{');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, literal(one)]));
}

/** The value of a path that begins with a parameter; undefined when it begins with something else. */
function valueOf(text: string, scope: InputScope): Json | undefined {
  const [first = '', ...rest] = text.split('.');
  let value = scope.values.get(first);
  if (value === undefined) return undefined;
  for (const key of rest) {
    const inner: Json | undefined =
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
    if (inner === undefined) {
      scope.missing(text, `there is no '${key}' in the data of '${first}'`);
      return '';
    }
    value = inner;
  }
  return value;
}

/** An expression with parameters and links replaced; text in quotes and members of others stay. */
function rewrite(expression: string, scope: InputScope): string {
  const tokens = new RegExp(`("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')|(\\.?)(${path.source})`, 'g');
  return expression.replace(
    tokens,
    (whole, quoted: string | undefined, dot: string | undefined, name: string | undefined) => {
      if (quoted !== undefined || dot === '.' || name === undefined) return whole;
      if (name.startsWith('links.')) return linked(name, scope);
      return replaced(name, scope) ?? whole;
    },
  );
}

function replaced(name: string, scope: InputScope): string | undefined {
  // A method of a value looks like one more step of the path: `f.name.size()`; what cannot be followed stays.
  const parts = name.split('.');
  let value = scope.values.get(parts[0] ?? '');
  if (value === undefined) return undefined;
  let used = 1;
  while (used < parts.length && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const key = parts[used] ?? '';
    if (!Object.hasOwn(value, key)) break;
    value = value[key] ?? null;
    used += 1;
  }
  return [JSON.stringify(value), ...parts.slice(used)].join('.');
}

function linked(name: string, scope: InputScope): string {
  const [, predicate = '', ...rest] = name.split('.');
  const id = scope.task(predicate);
  if (id === undefined) {
    scope.missing(name, `no task of the plan makes '${predicate}' for this step`);
    return name;
  }
  const task = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(id) ? `tasks.${id}` : `tasks["${id}"]`;
  return [task, ...rest].join('.');
}
