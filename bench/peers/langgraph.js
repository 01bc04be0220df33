// LangGraph with SqliteSaver: a task is a run of one node. A chain goes round a loop, a layer is sent out task by task
// and joined by a second node, so that what is written for each task does not grow with the plan. The state keeps
// the last result only; the others are on disk as writes of their tasks. SQLite is told to flush each commit,
// which SqliteSaver does not do by itself.
import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { join } from 'node:path';

export const needs = undefined;

const last = (before, after) => after ?? before;
const State = Annotation.Root({
  layers: Annotation({ reducer: last, default: () => [] }),
  layer: Annotation({ reducer: last, default: () => 0 }),
  result: Annotation({ reducer: last, default: () => '' }),
});

/** Opens the engine. `store` is a file in `folder`; `noop` is what a task does. `flush: false` leaves SQLite as it comes. */
export async function open({ store, folder, noop, flush = true }) {
  const saver = SqliteSaver.fromConnString(join(folder, `${store}.sqlite`));
  saver.setup();
  if (flush) saver.db.pragma('synchronous = FULL');
  const chain = compileChain(saver, noop);
  const layered = compileLayers(saver, noop);
  const graphOf = (layers) => (layers.every((width) => width === 1) ? chain : layered);
  const settings = (id, layers) => ({
    configurable: { thread_id: id },
    durability: 'sync',
    recursionLimit: 2 * layers.length + 10,
    maxConcurrency: undefined,
  });
  const done = ({ layers, layer }) => layers.slice(0, layer).reduce((sum, width) => sum + width, 0);
  return {
    run: async (id, layers) => done(await graphOf(layers).invoke({ layers }, settings(id, layers))),
    resume: async (id, layers) => done(await graphOf(layers).invoke(null, settings(id, layers))),
    close: async () => void saver.db.close(),
  };
}

function compileChain(checkpointer, noop) {
  const next = ({ layers, layer }) => (layer < layers.length ? 'task' : END);
  return new StateGraph(State)
    .addNode('task', ({ layer }) => ({ layer: layer + 1, result: noop() }))
    .addConditionalEdges(START, next, ['task', END])
    .addConditionalEdges('task', next, ['task', END])
    .compile({ checkpointer });
}

function compileLayers(checkpointer, noop) {
  const next = ({ layers, layer }) =>
    layer < layers.length
      ? Array.from({ length: layers[layer] }, (_, place) => new Send('task', { place }))
      : END;
  return new StateGraph(State)
    .addNode('task', () => ({ result: noop() }))
    .addNode('join', ({ layer }) => ({ layer: layer + 1 }))
    .addConditionalEdges(START, next, ['task', END])
    .addEdge('task', 'join')
    .addConditionalEdges('join', next, ['task', END])
    .compile({ checkpointer });
}
