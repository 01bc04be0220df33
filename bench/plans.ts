// Plans: the shapes of work that are measured, as plan documents, and the tool that their tasks call.
import { z } from 'zod';
import { defineTool, type Tool } from 'statewright';

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

/** The ids of the tasks that the task at a place waits for. */
function before(shape: Shape, place: number): string[] {
  if (shape.kind === 'fan') return [];
  if (shape.kind === 'chain') return place === 0 ? [] : [`t${place - 1}`];
  const layer = Math.floor(place / shape.width);
  if (layer === 0) return [];
  const first = (layer - 1) * shape.width;
  const wanted = [0, 1, 2].map((step) => first + ((place + step) % shape.width));
  return [...new Set(wanted)].map((one) => `t${one}`);
}

/** Makes a plan document. `parallel` is how many of its tasks may run at once. */
export function planOf(shape: Shape, parallel: number): Record<string, unknown> {
  const tasks: Record<string, unknown> = {};
  for (let place = 0; place < sizeOf(shape); place += 1) {
    tasks[`t${place}`] = { action: { tool: 'bench.noop' }, after: before(shape, place) };
  }
  return { version: 1, goal: { name: shape.kind }, strategy: { maxParallelTasks: parallel }, tasks };
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

/** A tool that does nothing and gives another text of {@link resultBytes} each time. `onCall` gets the number of the call. */
export function createNoopTool(onCall: (count: number) => void = () => {}): Tool {
  const source = noise(50_000);
  const length = resultBytes - 2;
  let count = 0;
  return defineTool({
    name: 'bench.noop',
    description: 'Does nothing and gives a text.',
    input: z.strictObject({}),
    output: z.string(),
    effect: 'idempotent',
    run: () => {
      count += 1;
      onCall(count);
      // Far from the last one: neighbours on the disk shall not be alike.
      const start = (count * 7919) % (source.length - length);
      return source.slice(start, start + length);
    },
  }) as unknown as Tool;
}
