// Reads one source file into the plain facts that the structure rules judge: its imports, exports, functions
// and the syntax tree. The parser is the one that vitest brings along, so comments, strings and types cannot
// be mistaken for code. Paths are relative to the repository and use forward slashes.
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** A node of the syntax tree (ESTree with TypeScript's nodes), as far as the rules look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Where a node hangs: its parent, and the property of the parent that holds it. */
export interface Place {
  readonly parent: Node;
  readonly key: string;
}

/** One dependency of a file. `specifier` is undefined when a dynamic import computes it. */
export interface Import {
  readonly specifier: string | undefined;
  readonly target: string | undefined;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** A source file with what the rules ask about it. `target` of an import is a path when it is relative. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly Import[];
  lineOf(node: Node): number;
}

/** What a checker is given: a path and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Parses a TypeScript file. Throws with the path when it is not valid TypeScript. */
export function parseSource({ path, text }: SourceText): Source {
  const program = parse(path, text);
  const lineOf = (node: Node): number => text.slice(0, node.start).split('\n').length;
  const imports: Import[] = [];
  walk(program, (node) => {
    const found = importOf(node);
    if (found === undefined) return;
    const { specifier } = found;
    const relative = specifier?.startsWith('.') === true;
    const target = relative ? posix.join(posix.dirname(path), specifier.replace(/\.js$/, '.ts')) : undefined;
    imports.push({ ...found, target, line: lineOf(node) });
  });
  return { path, text, program, imports, lineOf };
}

/** Visits every node, parents first. A visitor that returns false keeps the walk out of that node. */
export function walk(root: Node, visit: (node: Node, place: Place | undefined) => boolean | void): void {
  const step = (node: Node, place: Place | undefined): void => {
    if (visit(node, place) === false) return;
    for (const [key, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(child)) step(child, { parent: node, key });
      }
    }
  };
  step(root, undefined);
}

/** The node in a property, if there is one. */
export function child(node: Node | undefined, key: string): Node | undefined {
  const value = node?.[key];
  return isNode(value) ? value : undefined;
}

/** The nodes in a property that holds a list. */
export function children(node: Node | undefined, key: string): readonly Node[] {
  const value = node?.[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name of an identifier or the text of a string literal, else undefined. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Identifier' || node?.type === 'PrivateIdentifier') return String(node['name']);
  return node?.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined;
}

/** The text of a string, or of a template without holes; else undefined. */
function textOf(node: Node | undefined): string | undefined {
  const quasis = children(node, 'quasis');
  if (quasis.length === 1) return templateText(quasis[0]);
  return node?.type === 'Literal' ? nameOf(node) : undefined;
}

function templateText(quasi: Node | undefined): string | undefined {
  const value = quasi?.['value'];
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : undefined;
}

function parse(path: string, text: string): Node {
  try {
    const lang = path.endsWith('x') ? 'tsx' : 'ts';
    return parseAst(text, { lang, sourceType: 'module' }) as unknown as Node;
  } catch (cause) {
    throw new Error(`${path} is not valid TypeScript: ${String(cause)}`, { cause });
  }
}

function importOf(node: Node): Omit<Import, 'target' | 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration': {
      const source = child(node, 'source');
      if (source === undefined) return undefined;
      const typeOnly = node['importKind'] === 'type' || node['exportKind'] === 'type';
      return { specifier: textOf(source), typeOnly };
    }
    case 'ImportExpression':
      return { specifier: textOf(child(node, 'source')), typeOnly: false };
    case 'TSImportType':
      return { specifier: textOf(child(node, 'source')), typeOnly: true };
    case 'TSExternalModuleReference':
      return { specifier: textOf(child(node, 'expression')), typeOnly: false };
    case 'CallExpression':
      if (nameOf(child(node, 'callee')) !== 'require') return undefined;
      return { specifier: textOf(children(node, 'arguments')[0]), typeOnly: false };
    default:
      return undefined;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
