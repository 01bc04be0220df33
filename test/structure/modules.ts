// How files hang together: no import cycles (type imports count), one barrel for each entry of the package, no default exports.
import { child, children, nameOf, type Source } from './source.js';

const barrels = ['src/index.ts', 'src/planning.ts', 'src/scheduling.ts', 'src/testing.ts'];

/** Import cycles, each printed as the path around it. */
export function cycleViolations(sources: readonly Source[]): string[] {
  const graph = new Map(sources.map((source) => [source.path, targetsOf(source)]));
  const found: string[] = [];
  const ended = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const at = trail.indexOf(path);
    if (at !== -1) found.push([...trail.slice(at), path].join(' → '));
    if (at !== -1 || ended.has(path)) return;
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    ended.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return found;
}

/** Re-exports outside the barrels, other files named index, and `export *` anywhere. */
export function barrelViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const found =
      source.path.endsWith('/index.ts') && !barrels.includes(source.path)
        ? [`${source.path} is a barrel`]
        : [];
    const imported = new Set<string>();
    for (const node of children(source.program, 'body')) {
      if (node.type !== 'ImportDeclaration') continue;
      for (const each of children(node, 'specifiers')) imported.add(nameOf(child(each, 'local')) ?? '');
    }
    for (const node of children(source.program, 'body')) {
      const at = `${source.path}:${source.lineOf(node)}`;
      if (node.type === 'ExportAllDeclaration') found.push(`${at} exports *: name what is exported`);
      if (barrels.includes(source.path) || node.type !== 'ExportNamedDeclaration') continue;
      const names = children(node, 'specifiers').map((each) => nameOf(child(each, 'local')) ?? '');
      if (child(node, 'source') !== undefined) found.push(`${at} re-exports ${names.join(', ')}`);
      else if (names.some((name) => imported.has(name))) {
        found.push(`${at} re-exports ${names.filter((name) => imported.has(name)).join(', ')}`);
      }
    }
    return found;
  });
}

/** Default exports in every spelling. */
export function defaultExportViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    children(source.program, 'body')
      .filter(
        (node) =>
          node.type === 'ExportDefaultDeclaration' ||
          node.type === 'TSExportAssignment' ||
          children(node, 'specifiers').some((each) => nameOf(child(each, 'exported')) === 'default'),
      )
      .map((node) => `${source.path}:${source.lineOf(node)} has a default export`),
  );
}

function targetsOf(source: Source): string[] {
  return source.imports.flatMap((each) => (each.target === undefined ? [] : [each.target]));
}
