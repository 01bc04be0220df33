// Shapes: the forms of work that are measured and what a task gives. Knows no engine, so that the peers are
// measured with the same work.

/** How many bytes the result of every task has, as JSON. */
export const resultBytes = 200;

/** A plan's shape. A layer's tasks each depend on three of the layer before. */
export type Shape =
  | { readonly kind: 'chain'; readonly tasks: number }
  | { readonly kind: 'fan'; readonly tasks: number }
  | { readonly kind: 'layers'; readonly layers: number; readonly width: number };

export function sizeOf(shape: Shape): number {
  return shape.kind === 'layers' ? shape.layers * shape.width : shape.tasks;
}

/** How many tasks each layer has, in order, when a shape is seen as layers that wait for one another whole. */
export function layersOf(shape: Shape): number[] {
  if (shape.kind === 'fan') return [shape.tasks];
  if (shape.kind === 'chain') return Array.from({ length: shape.tasks }, () => 1);
  return Array.from({ length: shape.layers }, () => shape.width);
}

/** The number of the task at whose beginning a process is killed: half of the plan, and half a layer more. */
export function killedAt(shape: Shape): number {
  const half = Math.ceil(sizeOf(shape) / 2);
  return shape.kind === 'layers' ? half + Math.floor(shape.width / 2) : half;
}

/** A text that does not compress well, the same in every run. */
function noise(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let state = 42;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += alphabet.charAt(state >>> 26);
  }
  return text;
}

/** What a task does: nothing, and gives another text of {@link resultBytes} each time. `onCall` gets the number of the call. */
export function createNoop(onCall: (count: number) => void = () => {}): () => string {
  const source = noise(50_000);
  const length = resultBytes - 2;
  let count = 0;
  return () => {
    count += 1;
    onCall(count);
    // Far from the last one: neighbours on the disk shall not be alike.
    const start = (count * 7919) % (source.length - length);
    return source.slice(start, start + length);
  };
}
