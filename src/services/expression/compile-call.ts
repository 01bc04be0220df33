// Calls: functions (`size(x)` and `x.size()` alike), `has` and `default`, and the loops over lists.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../../model/scalars.js';
import { nearestName } from '../nearest.js';
import type { Compilation, Evaluate, Run } from './compilation.js';
import { compilePath, isPath } from './compile-path.js';
import { aKind, fail, requireBool, showValue } from './values.js';
import type { Site } from './values.js';

type CallNode = Extract<ASTNode, { op: 'call' | 'rcall' }>;
type Loop = (items: Json[], body: (item: Json) => Json, site: Site) => Json;

/** Rounds of loops that one evaluation may take. */
const maxSteps = 1_000_000;

/** Compiles a call. Unknown names and wrong numbers of arguments are found here, not when it runs. */
export function compileCall(node: CallNode, compilation: Compilation): Evaluate {
  const [name, args] =
    node.op === 'call' ? [node.args[0], node.args[1]] : [node.args[0], [node.args[1], ...node.args[2]]];
  const site = compilation.siteOf(node);
  if (name === 'has') return compileHas(args, site, compilation);
  if (name === 'default') return compileDefault(args, site, compilation);
  const loop = node.op === 'rcall' ? loops.get(name) : undefined;
  if (loop !== undefined && loop.sizes.includes(args.length)) {
    return compileLoop(args, loop.run, site, compilation);
  }
  const known = compilation.functions.get(name);
  if (known === undefined) return unknownFunction(name, site, compilation);
  if (args.length < known.min || args.length > known.max) {
    return fail(
      site,
      'expression-syntax',
      `${name}() is called as ${known.form}, got ${args.length} arguments`,
    );
  }
  const values = args.map(compilation.compile);
  return (run) =>
    known.apply(
      values.map((value) => value(run)),
      site,
    );
}

function unknownFunction(name: string, site: Site, compilation: Compilation): never {
  const loop = loops.get(name);
  if (loop !== undefined) {
    return fail(site, 'expression-syntax', `${name}() is called as ${loop.form}`);
  }
  const nearest = nearestName(name, [...compilation.functions.keys(), ...loops.keys(), 'has', 'default']);
  return fail(
    site,
    'function-unknown',
    `there is no function ${name}()`,
    nearest === undefined
      ? `There are: ${[...compilation.functions.keys(), 'has', 'default', ...loops.keys()].join(', ')}.`
      : `Did you mean ${nearest}()?`,
  );
}

function compileHas(args: readonly ASTNode[], site: Site, compilation: Compilation): Evaluate {
  const [node] = args;
  if (node === undefined || args.length !== 1 || !isPath(node)) {
    return fail(site, 'expression-syntax', 'has() is called with one path, as has(tasks.fetch.output.items)');
  }
  const path = guarded(compilation, () => compilePath(node, compilation));
  return (run) => path.lenient(run) !== undefined;
}

function compileDefault(args: readonly ASTNode[], site: Site, compilation: Compilation): Evaluate {
  const [node, other] = args;
  if (node === undefined || other === undefined || args.length !== 2) {
    return fail(site, 'expression-syntax', 'default() is called as default(value, otherwise)');
  }
  const value = guarded(compilation, () =>
    isPath(node) ? compilePath(node, compilation).lenient : compilation.compile(node),
  );
  const otherwise = compilation.compile(other);
  return (run) => value(run) ?? otherwise(run);
}

function guarded<Result>(compilation: Compilation, work: () => Result): Result {
  compilation.guards += 1;
  const result = work();
  compilation.guards -= 1;
  return result;
}

/** `list.map(x, …)` and its like: a map is gone through by its keys. */
function compileLoop(args: readonly ASTNode[], loop: Loop, site: Site, compilation: Compilation): Evaluate {
  const [source, variable, ...bodies] = args;
  if (source === undefined || variable?.op !== 'id') {
    return fail(
      site,
      'expression-syntax',
      'expected a name for the loop variable, as in list.map(x, x.name)',
    );
  }
  const list = compilation.compile(source);
  const slot = compilation.bound.push(variable.args) - 1;
  const compiled = bodies.map((body) => ({
    site: compilation.siteOf(body),
    evaluate: compilation.compile(body),
  }));
  compilation.bound.pop();
  const last = compiled.at(-1);
  const filter = compiled.length > 1 ? compiled[0] : undefined;
  return (run) => {
    const value = list(run);
    const body = (item: Json): Json => {
      countStep(run, site);
      run.locals[slot] = item;
      return last?.evaluate(run) ?? null;
    };
    const items = itemsOf(value, site);
    if (filter === undefined) return loop(items, body, last?.site ?? site);
    const chosen = items.filter((item) => {
      countStep(run, site);
      run.locals[slot] = item;
      return requireBool(filter.site, filter.evaluate(run), 'the condition of map()');
    });
    return loop(chosen, body, last?.site ?? site);
  };
}

function countStep(run: Run, site: Site): void {
  run.steps += 1;
  if (run.steps > maxSteps) {
    fail(site, 'limit-exceeded', `the loops of the expression take more than ${maxSteps} rounds`);
  }
}

function itemsOf(value: Json, site: Site): Json[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return Object.keys(value);
  return fail(
    site,
    'type-mismatch',
    `expected a list or a map to go through, got ${aKind(value)} ${showValue(value)}`,
  );
}

const loops: ReadonlyMap<string, { form: string; sizes: readonly number[]; run: Loop }> = new Map([
  [
    'map',
    {
      form: 'list.map(x, value) or list.map(x, condition, value)',
      sizes: [3, 4],
      run: (items: Json[], body: (item: Json) => Json) => items.map(body),
    },
  ],
  [
    'filter',
    {
      form: 'list.filter(x, condition)',
      sizes: [3],
      run: (items: Json[], body: (item: Json) => Json, site: Site) =>
        items.filter((item) => requireBool(site, body(item), 'the condition of filter()')),
    },
  ],
  [
    'all',
    {
      form: 'list.all(x, condition)',
      sizes: [3],
      run: (items: Json[], body: (item: Json) => Json, site: Site) =>
        items.every((item) => requireBool(site, body(item), 'the condition of all()')),
    },
  ],
  [
    'exists',
    {
      form: 'list.exists(x, condition)',
      sizes: [3],
      run: (items: Json[], body: (item: Json) => Json, site: Site) =>
        items.some((item) => requireBool(site, body(item), 'the condition of exists()')),
    },
  ],
  [
    'exists_one',
    {
      form: 'list.exists_one(x, condition)',
      sizes: [3],
      run: (items: Json[], body: (item: Json) => Json, site: Site) =>
        items.filter((item) => requireBool(site, body(item), 'the condition of exists_one()')).length === 1,
    },
  ],
]);
