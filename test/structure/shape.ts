// How files look: names, sizes, headers.
import { child, nameOf, type Node, type Place, type Source, type SourceText, walk } from './source.js';

const fileLimit = 300;
const functionLimit = 70;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const catchAll = /^(utils?|helpers?|common|misc)$/;
const functionTypes = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** Files and folders that are not kebab-case; a kind suffix (`task.machine.ts`) has its own words. */
export function kebabViolations(paths: readonly string[]): string[] {
  return paths.filter(
    (path) =>
      !wordsOf(path)
        .flat()
        .every((word) => kebab.test(word)),
  );
}

/** Files and folders named for nothing: utils, helpers, common, misc. */
export function catchAllViolations(paths: readonly string[]): string[] {
  return paths.filter((path) =>
    wordsOf(path)
      .flat()
      .some((word) => word.split('-').some((part) => catchAll.test(part))),
  );
}

/** Files over the limit. */
export function fileSizeViolations(files: readonly SourceText[]): string[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > fileLimit)
    .map(({ path, lines }) => `${path} has ${lines} lines, the limit is ${fileLimit}`);
}

/** Functions over the limit, from the first line of the signature to the closing brace. */
export function functionSizeViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const functions: { node: Node; place: Place | undefined }[] = [];
    walk(source.program, (node, place) => {
      if (functionTypes.includes(node.type)) functions.push({ node, place });
    });
    const lines = (node: Node): number => source.text.slice(node.start, node.end).split('\n').length;
    const isInside = (inner: Node, outer: Node): boolean =>
      inner !== outer && inner.start >= outer.start && inner.end <= outer.end;
    return functions.flatMap(({ node, place }) => {
      if (lines(node) <= functionLimit) return [];
      const nested = functions.filter((one) => isInside(one.node, node)).map((one) => one.node);
      const outermost = nested.filter((one) => !nested.some((other) => isInside(one, other)));
      const own = outermost.reduce((left, one) => left - (lines(one) - 1), lines(node));
      if (own <= functionLimit) return [];
      const at = `${source.path}:${source.lineOf(node)}`;
      return [
        `${at} ${functionName(node, place)} has ${own} lines of its own, the limit is ${functionLimit}`,
      ];
    });
  });
}

/** Files that do not begin by saying what they are. */
export function headerViolations(files: readonly SourceText[]): string[] {
  return files
    .filter(({ text }) => {
      const start = text.replace(/^#!.*\n/, '').trimStart();
      const comment = /^(?:\/\*[\s\S]*?\*\/|(?:\/\/.*(?:\n|$))+)/.exec(start)?.[0] ?? '';
      const words = comment.match(/[A-Za-z]{2,}/g) ?? [];
      return words.length < 3 || /^\/[/*]+\s*(@ts-|<reference|biome-|oxlint-|eslint-)/.test(comment);
    })
    .map(({ path }) => `${path} starts without a comment that says what it is`);
}

function wordsOf(path: string): string[][] {
  return path.split('/').map((segment) => segment.split('.'));
}

function functionName(node: Node, place: Place | undefined): string {
  const parent = place?.parent;
  const name =
    nameOf(child(node, 'id')) ??
    nameOf(child(parent, 'id')) ??
    nameOf(child(parent, 'key')) ??
    nameOf(child(parent, 'left'));
  return name ?? 'a nameless function';
}
