// Paths: `tasks.fetch.output.items[0].name`. They are what expressions mostly consist of, so they are
// compiled to one loop, and they know how to say what is missing where.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../../model/scalars.js';
import { nearestName } from '../nearest.js';
import type { Compilation, Evaluate, Run } from './compilation.js';
import { isPlainName } from './task-names.js';
import { aKind, fail, kindOf, showValue } from './values.js';
import type { Site } from './values.js';

/** A compiled path; `lenient` gives undefined where `strict` says what is missing. */
export interface CompiledPath {
  readonly strict: Evaluate;
  readonly lenient: (run: Run) => Json | undefined;
}

interface Step {
  readonly key: string | number | undefined;
  /** Gives the key when it is not known before. */
  readonly computed: Evaluate | undefined;
  readonly site: Site;
}

/** Where a path begins: a name in the scope, a loop variable, or any other expression. */
interface Root {
  readonly get: (run: Run) => Json | undefined;
  readonly label: string;
  /** The name in the scope, when it is one. */
  readonly scopeName: string | undefined;
}

/** Whether a node can be missing and is thus worth guarding. */
export function isPath(node: ASTNode): boolean {
  return node.op === 'id' || node.op === '.' || node.op === '[]';
}

/** Compiles a name with the members after it, and notes the reference that it makes. */
export function compilePath(node: ASTNode, compilation: Compilation): CompiledPath {
  const found: Step[] = [];
  let at = node;
  while (at.op === '.' || at.op === '[]') {
    found.push(stepOf(at, compilation));
    at = at.args[0];
  }
  // What is kept in the cache is copied to its exact size: a list that grew by push has room to spare.
  const steps = found.reverse().slice();
  const rootSite = compilation.siteOf(at);
  const root = rootOf(at, compilation);
  if (root.scopeName !== undefined) noteReference(root.scopeName, steps, rootSite, compilation);

  const lenient = (run: Run): Json | undefined => {
    let value = root.get(run);
    for (const step of steps) {
      if (value === undefined) return undefined;
      value = memberOf(value, keyOf(step, run));
    }
    return value;
  };
  const strict = (run: Run): Json => {
    const start = root.get(run);
    let value = start === undefined ? missingRoot(root.label, run, rootSite) : start;
    for (let index = 0; index < steps.length; index += 1) {
      const step = steps[index] as Step;
      const key = keyOf(step, run);
      const member = memberOf(value, key);
      if (member === undefined) missingMember(value, key, root, steps.slice(0, index), run, step.site);
      value = member;
    }
    return value;
  };
  return { strict, lenient };
}

function stepOf(node: Extract<ASTNode, { op: '.' | '[]' }>, compilation: Compilation): Step {
  if (node.op === '.') {
    // The position of a member is that of its name, not of the path's beginning.
    return { key: node.args[1], computed: undefined, site: compilation.siteAt(node.pos) };
  }
  const key = node.args[1];
  const site = compilation.siteOf(key);
  if (key.op === 'value') {
    if (typeof key.args === 'string') return { key: key.args, computed: undefined, site };
    if (typeof key.args === 'bigint') return { key: Number(key.args), computed: undefined, site };
  }
  return { key: undefined, computed: compilation.compile(key), site };
}

function rootOf(node: ASTNode, compilation: Compilation): Root {
  if (node.op !== 'id') {
    return { get: compilation.compile(node), label: 'the value', scopeName: undefined };
  }
  const name = node.args;
  const slot = compilation.bound.lastIndexOf(name);
  if (slot >= 0) return { get: (run) => run.locals[slot], label: name, scopeName: undefined };
  return {
    get: (run) => (Object.hasOwn(run.scope, name) ? run.scope[name] : undefined),
    label: name,
    scopeName: name,
  };
}

function noteReference(root: string, steps: readonly Step[], site: Site, compilation: Compilation): void {
  const path: (string | number)[] = [];
  for (const step of steps) {
    if (step.key === undefined) break;
    path.push(step.key);
  }
  compilation.references.push({
    root,
    path: path.slice(),
    text: showPath(root, path),
    position: site.position,
    guarded: compilation.guards > 0,
  });
}

function keyOf(step: Step, run: Run): string | number {
  if (step.key !== undefined) return step.key;
  const key = step.computed?.(run) ?? null;
  if (typeof key === 'string' || typeof key === 'number') return key;
  return fail(
    step.site,
    'type-mismatch',
    `an index must be a number or a name, got ${aKind(key)} ${showValue(key)}`,
  );
}

function memberOf(value: Json, key: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A path as it is written: with dots where names allow it, else in index form. */
export function showPath(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return isPlainName(key) ? `${text}.${key}` : `${text}['${key}']`;
  }, root);
}

function missingRoot(name: string, run: Run, site: Site): never {
  const names = Object.keys(run.scope).filter((key) => run.scope[key] !== undefined);
  const nearest = nearestName(name, names);
  return fail(
    site,
    'reference-missing',
    `there is no \`${name}\` here; there is ${listNames(names)}`,
    nearest === undefined ? undefined : `Did you mean \`${nearest}\`?`,
  );
}

function missingMember(
  value: Json,
  key: string | number,
  root: Root,
  before: readonly Step[],
  run: Run,
  site: Site,
): never {
  const path = showPath(
    root.label,
    before.map((step) => keyOf(step, run)),
  );
  if (typeof value !== 'object' || value === null) {
    const what = value === null ? 'null' : `${kindOf(value)} ${showValue(value)}`;
    return fail(site, 'reference-missing', `\`${path}\` is ${what}, which has no ${showValue(key)}`);
  }
  if (Array.isArray(value)) {
    const hint =
      typeof key === 'string' ? 'A list is read by number, or with map() and filter().' : undefined;
    return fail(
      site,
      'reference-missing',
      `\`${path}\` is a list of ${value.length}, which has no ${showValue(key)}`,
      hint,
    );
  }
  const names = Object.keys(value);
  return fail(
    site,
    'reference-missing',
    `\`${path}\` has no ${showValue(key)}; it has ${listNames(names)}`,
    memberHint(path, String(key), names),
  );
}

function memberHint(path: string, key: string, names: readonly string[]): string | undefined {
  const hyphenated = names.find((name) => name.startsWith(`${key}-`));
  if (hyphenated !== undefined) {
    return `A hyphen is a minus sign here: write \`${showPath(path, [hyphenated])}\`.`;
  }
  const nearest = nearestName(key, names);
  return nearest === undefined ? undefined : `Did you mean \`${showPath(path, [nearest])}\`?`;
}

function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
