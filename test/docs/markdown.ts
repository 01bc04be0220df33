// Markdown: the documents of the project, their code blocks and their links.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Document {
  /** From the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** README, CHANGELOG and everything below docs/. */
export function readDocuments(): Document[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return ['README.md', 'CHANGELOG.md', ...inDocs.sort()].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

export interface Block {
  /** `<path>:<line>` of its opening fence. */
  readonly at: string;
  /** What stands behind the fence: `yaml`, `js`, `js no-run`. */
  readonly kind: string;
  readonly code: string;
}

/** The fenced blocks of a document. */
export function blocksOf({ path, text }: Document): Block[] {
  return [...text.matchAll(/^```([^\n]*)\n([^]*?)^```$/gm)].map((match) => ({
    at: `${path}:${text.slice(0, match.index).split('\n').length}`,
    kind: match[1] ?? '',
    code: match[2] ?? '',
  }));
}

/** The targets of the links that lead into the project, outside of code. */
export function linksOf({ text }: Document): string[] {
  const prose = text.replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a document's headings, as they are made from their words. */
export function anchorsOf({ text }: Document): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
