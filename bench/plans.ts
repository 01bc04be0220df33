// Plans: the shapes of work as plan documents of this engine, and the tool that their tasks call.
import { z } from 'zod';
import { defineTool, type Tool } from 'statewright';
import { createNoop, sizeOf, type Shape } from './shapes.js';

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

/** A tool that does nothing and gives a text. `onCall` gets the number of the call. */
export function createNoopTool(onCall: (count: number) => void = () => {}): Tool {
  return defineTool({
    name: 'bench.noop',
    description: 'Does nothing and gives a text.',
    input: z.strictObject({}),
    output: z.string(),
    effect: 'idempotent',
    run: createNoop(onCall),
  }) as unknown as Tool;
}
