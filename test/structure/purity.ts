// Where time and chance come from: services/clock.ts and services/ids.ts, and nowhere else in src/ but the
// interfaces. `new Date(instant)`, Date.parse and Date.UTC only format and parse, and are free; so are
// setImmediate, queueMicrotask and the clear functions. Machines may use none of these, nor anything of the
// process, nor XState's own timers. Types (`typeof setTimeout`, `x: Date`) are not uses.
import { child, children, nameOf, type Node, type Place, type Source, walk } from './source.js';

const owners = ['src/services/clock.ts', 'src/services/ids.ts'];
const globals = ['setTimeout', 'setInterval', 'performance'];
const chance = ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues'];
const timerModules = ['node:timers', 'node:timers/promises', 'node:perf_hooks'];
const machineGlobals = [
  'Date',
  'setImmediate',
  'queueMicrotask',
  'process',
  'console',
  'fetch',
  'globalThis',
];
const machineKeys = ['after', 'delay', 'delays'];

/** Properties that hold types, and nodes that are types as a whole. */
const typeKeys = ['typeAnnotation', 'typeArguments', 'typeParameters', 'returnType', 'implements'];
const typeNodes = ['TSTypeAliasDeclaration', 'TSInterfaceDeclaration', 'TSDeclareFunction'];

/** Uses of time and randomness outside the files that own them. */
export function timeViolations(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !owners.includes(path) && !path.startsWith('src/interfaces/'))
    .flatMap((source) => [
      ...uses(source, timeUse),
      ...source.imports
        .filter(({ typeOnly, specifier }) => !typeOnly && timerModules.includes(specifier ?? ''))
        .map(({ line, specifier }) => `${source.path}:${line} imports ${specifier}`),
    ]);
}

/** What a machine may not contain: time, chance, the process, and the timers of XState. */
export function machineViolations(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path.startsWith('src/machines/'))
    .flatMap((source) => uses(source, (node, place) => timeUse(node, place) ?? machineUse(node, place)));
}

function timeUse(node: Node, place: Place | undefined): string | undefined {
  if (node.type === 'ImportSpecifier') {
    const imported = nameOf(child(node, 'imported')) ?? '';
    return chance.includes(imported) ? imported : undefined;
  }
  if (node.type === 'MemberExpression') {
    const [object, property] = [nameOf(child(node, 'object')) ?? '', nameOf(child(node, 'property')) ?? ''];
    const known =
      chance.includes(property) ||
      property === 'hrtime' ||
      (object === 'Math' && property === 'random') ||
      (object === 'AbortSignal' && property === 'timeout') ||
      (object === 'globalThis' && [...globals, 'Date'].includes(property));
    return known ? `${object}.${property}` : undefined;
  }
  if (!isReference(node, place)) return undefined;
  const name = nameOf(node) ?? '';
  if (globals.includes(name)) return name;
  return name === 'Date' && !isHarmlessDate(place) ? dateUse(place) : undefined;
}

function machineUse(node: Node, place: Place | undefined): string | undefined {
  const name = nameOf(node) ?? '';
  if (place?.parent.type === 'Property' && place.key === 'key' && place.parent['computed'] !== true) {
    return machineKeys.includes(name) ? `${name}:` : undefined;
  }
  return isReference(node, place) && machineGlobals.includes(name) ? name : undefined;
}

/** Whether an identifier stands for a value here, and is not the name of a property or an import. */
function isReference(node: Node, place: Place | undefined): boolean {
  if (node.type !== 'Identifier' || place === undefined) return false;
  const { parent, key } = place;
  if (parent.type === 'MemberExpression' && key === 'property') return parent['computed'] === true;
  if (
    /^(Property|MethodDefinition|PropertyDefinition|AccessorProperty)$/.test(parent.type) &&
    key === 'key'
  ) {
    return parent['computed'] === true;
  }
  return !/^(Import|Export)\w*Specifier$/.test(parent.type);
}

/** `new Date(x)`, `Date.parse`, `Date.UTC` and `x instanceof Date`. */
function isHarmlessDate(place: Place | undefined): boolean {
  const parent = place?.parent;
  if (parent?.type === 'NewExpression')
    return place?.key === 'callee' && children(parent, 'arguments').length > 0;
  if (parent?.type === 'BinaryExpression') return parent['operator'] === 'instanceof';
  if (parent?.type !== 'MemberExpression') return false;
  return ['parse', 'UTC'].includes(nameOf(child(parent, 'property')) ?? '');
}

function dateUse(place: Place | undefined): string {
  const parent = place?.parent;
  if (parent?.type === 'NewExpression') return 'new Date()';
  return parent?.type === 'MemberExpression' ? `Date.${nameOf(child(parent, 'property')) ?? ''}` : 'Date';
}

function uses(source: Source, use: (node: Node, place: Place | undefined) => string | undefined): string[] {
  const found: string[] = [];
  walk(source.program, (node, place) => {
    if (typeNodes.includes(node.type) || typeKeys.includes(place?.key ?? '')) return false;
    const what = use(node, place);
    if (what !== undefined) found.push(`${source.path}:${source.lineOf(node)} uses ${what}`);
    return true;
  });
  return found;
}
