// BullMQ on Redis: a task is a job. A chain is a flow of nested jobs. A job can be the child of one parent only, so
// layers are joined whole: a job per layer waits for the layer's tasks and adds the next layer. Redis flushes before
// it answers (`appendfsync always`). These joining jobs are not counted as tasks.
import { FlowProducer, Worker } from 'bullmq';

export const needs = 'redis';

/** How many jobs run at once. A job that runs when the process is killed is taken up again when its lock ends (30 s). */
const concurrency = 50;

/** Opens the engine. `store` names the queue; `noop` is what a task does. */
export async function open({ store, address, noop }) {
  const connection = { ...address, maxRetriesPerRequest: null };
  const flows = new FlowProducer({ connection });
  const last = new Map();
  const worker = new Worker(
    store,
    async ({ name, data }) => {
      if (name === 'task') return noop();
      if (data.layer + 1 < data.layers.length)
        await flows.add(layerOf(store, { ...data, layer: data.layer + 1 }));
      return data.layer;
    },
    { connection, concurrency },
  );
  worker.on('error', (error) => process.stderr.write(`${error.stack}\n`));
  worker.on('completed', ({ id }) => last.get(id)?.());
  await worker.waitUntilReady();
  const ended = (id, layers) =>
    new Promise((resolve) =>
      last.set(lastOf(id, layers), () => resolve(layers.reduce((sum, width) => sum + width, 0))),
    );
  return {
    run: async (id, layers) => {
      const end = ended(id, layers);
      await flows.add(
        isChain(layers) ? chainOf(store, id, layers.length) : layerOf(store, { id, layers, layer: 0 }),
      );
      return end;
    },
    resume: ended,
    close: async () => {
      await worker.close();
      await flows.close();
    },
  };
}

const isChain = (layers) => layers.every((width) => width === 1);
const lastOf = (id, layers) =>
  isChain(layers) ? `${id}-task-${layers.length - 1}` : `${id}-join-${layers.length - 1}`;

function chainOf(queueName, id, tasks) {
  let job;
  for (let place = 0; place < tasks; place += 1) {
    job = {
      name: 'task',
      queueName,
      data: {},
      opts: { jobId: `${id}-task-${place}` },
      children: job === undefined ? [] : [job],
    };
  }
  return job;
}

/** A layer: its tasks, and the job that waits for them. Names are fixed, so that adding it again changes nothing. */
function layerOf(queueName, data) {
  const { id, layers, layer } = data;
  const children = Array.from({ length: layers[layer] }, (_, place) => {
    return { name: 'task', queueName, data: {}, opts: { jobId: `${id}-task-${layer}-${place}` } };
  });
  return { name: 'join', queueName, data, opts: { jobId: `${id}-join-${layer}` }, children };
}
