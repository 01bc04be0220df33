// Names in paths: ids of tasks and inputs may hold hyphens and dots, which the grammar of expressions does
// not know. Before parsing they are rewritten to the index form, `tasks["make-index"]`.
//
// N1 the id in `tasks.<id>.output` ends before the first `.output`, `.status`, `.attempts` or `.failure`; an id
//    that itself holds one of these is written `tasks['a.output']`.
// N2 in `inputs.<name>` a hyphen between a name and a letter belongs to the name, unless another reference
//    (`inputs.`, `tasks.`, `item.` …) begins there; other hyphens are minus signs.
// N3 text inside quotes is not touched.
// N4 every position in the rewritten text maps back to the text as it was written.

/** Rewritten text, and the way back to the positions of the original. */
export interface Rewritten {
  readonly text: string;
  toOriginal(position: number): number;
}

const taskPath =
  /tasks\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*?)(?=\.(?:output|status|attempts|failure)(?![A-Za-z0-9_-]))/y;
const otherReference = '(?:inputs|tasks|goal|output|result|item|index)(?![A-Za-z0-9_])';
const inputPath = new RegExp(`inputs\\.([A-Za-z0-9_]+(?:-(?!${otherReference})[A-Za-z][A-Za-z0-9_]*)+)`, 'y');
const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Words that the grammar takes for itself, so that they are no names after a dot. */
const reservedWords: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);
const quoted = /"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;

/** Whether a name can follow a dot as it is. */
export function isPlainName(name: string): boolean {
  return plainName.test(name) && !reservedWords.has(name);
}

/** Rewrites the ids of tasks and inputs that are no plain names (N1 to N3). */
export function rewriteNames(text: string): Rewritten {
  if (!text.includes('tasks.') && !text.includes('inputs.')) return { text, toOriginal: same };
  const edits: { readonly start: number; readonly end: number; readonly shift: number }[] = [];
  let written = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const found = nextName(text, at);
    if (found === undefined) {
      at = skip(text, at);
      continue;
    }
    const end = at + found.length;
    if (!isPlainName(found.name)) {
      written += `${text.slice(copied, at)}${found.root}["${found.name}"]`;
      copied = end;
      edits.push({ start: written.length, end, shift: written.length - end });
    }
    at = end;
  }
  if (edits.length === 0) return { text, toOriginal: same };
  const toOriginal = (position: number): number => {
    let shift = 0;
    let floor = 0;
    for (const edit of edits) {
      // A position inside of a rewritten name stays at or before the name's end.
      if (position < edit.start) return Math.max(floor, Math.min(position - shift, edit.end));
      shift = edit.shift;
      floor = edit.end;
    }
    return position - shift;
  };
  return { text: written + text.slice(copied), toOriginal };
}

const same = (position: number): number => position;

function nextName(text: string, at: number): { root: string; name: string; length: number } | undefined {
  const code = text.charCodeAt(at);
  const pattern = code === 116 ? taskPath : code === 105 ? inputPath : undefined; // t, i
  if (pattern === undefined) return undefined;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  const name = match?.[1];
  if (match === null || name === undefined) return undefined;
  return { root: code === 116 ? 'tasks' : 'inputs', name, length: match[0].length };
}

/** The end of the word, path, quoted text or single character that begins here. */
function skip(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 34 || code === 39) {
    quoted.lastIndex = at;
    const match = quoted.exec(text);
    return match === null ? text.length : at + match[0].length;
  }
  let end = at;
  while (end < text.length && isPathCode(text.charCodeAt(end))) end += 1;
  return Math.max(end, at + 1);
}

function isPathCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 46
  );
}
