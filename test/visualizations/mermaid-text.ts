// Mermaid text: reads the part of Mermaid's stateDiagram-v2 that the exports use, as strictly as Mermaid does,
// so that a test can ask what a diagram says without a browser.

export interface Diagram {
  /** Declared states: id → the id of the composite state they stand in, empty at the top. */
  readonly states: ReadonlyMap<string, string>;
  /** Lines in the box of a state. */
  readonly notes: readonly { readonly id: string; readonly text: string }[];
  /** `[*]` is written `start:<composite>` at the tail and `end:<composite>` at the head. */
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

const declaration = /^state "([^"\n]+)" as (\w+)( \{)?$/;
// Mermaid ends a label at a colon or a semicolon, and takes a hash for the start of an entity.
const note = /^(\w+) : ([^:;#\n]+)$/;
const arrow = /^(\[\*\]|\w+) --> (\[\*\]|\w+)(?: : ([^:;#\n]+))?$/;

/** @throws Error naming the first line that is not of the language. */
export function readMermaid(text: string): Diagram {
  const states = new Map<string, string>();
  const notes: { id: string; text: string }[] = [];
  const arrows: { from: string; to: string; label: string }[] = [];
  const open: string[] = [];
  const [first, ...lines] = text.trimEnd().split('\n');
  if (first !== 'stateDiagram-v2') throw new Error(`expected stateDiagram-v2, got ${first}`);
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    const inside = open.at(-1) ?? '';
    const declared = declaration.exec(line);
    const noted = note.exec(line);
    const drawn = arrow.exec(line);
    if (line.startsWith('%%')) continue;
    if (line === '}' && open.pop() !== undefined) continue;
    if (declared !== null) {
      const [, , id = '', brace] = declared;
      if (states.has(id)) throw new Error(`line ${index + 2}: ${id} is declared twice`);
      states.set(id, inside);
      if (brace !== undefined) open.push(id);
    } else if (drawn !== null) {
      const [, from = '', to = '', label = ''] = drawn;
      arrows.push({
        from: from === '[*]' ? `start:${inside}` : from,
        to: to === '[*]' ? `end:${inside}` : to,
        label,
      });
    } else if (noted !== null) notes.push({ id: noted[1] ?? '', text: noted[2] ?? '' });
    else throw new Error(`line ${index + 2} is not understood: ${line}`);
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} is not closed`);
  return { states, notes, arrows };
}
