// Network table: the nodes of a task network, in columns that grow, and what each is hashed to.
import { mixHigh, mixLow } from './hash.js';
import { enlarged } from './tuples.js';

export interface Network {
  nodes: number;
  /** The method of the compound task it came from is `method[parent]`; -1 for the root. */
  parent: Int32Array;
  /** Place among the subtasks of that method. */
  place: Int32Array;
  task: Int32Array;
  /** Where in the pool its arguments are. */
  args: Int32Array;
  /** The method that was applied, or -1; and where in the pool its slots are. */
  method: Int32Array;
  slots: Int32Array;
  firstChild: Int32Array;
  /** How many siblings must be done before. */
  waits: Int32Array;
  /** How many children are not done. */
  open: Int32Array;
  /**
   * The uppermost task that is done with this one, for it was the last of each task in between when it was
   * decomposed: a recursion at the end of a method is left in one step, however deep it is.
   */
  top: Int32Array;
  depth: Int32Array;
  /** Steps done when it was applied or carried out. */
  stepsAt: Int32Array;
  /** Size of the state's trail when it was applied: the same size, the same state. */
  stateAt: Int32Array;
  /** Hash of the task with all that waits for it; and of that alone. */
  low: Int32Array;
  high: Int32Array;
  afterLow: Int32Array;
  afterHigh: Int32Array;
  /** Tasks that may come next, linked in the order of the author; `first` is -1 when all is done. */
  first: number;
  next: Int32Array;
  previous: Int32Array;
  /** Arguments and slots. */
  pool: Int32Array;
  poolSize: number;
  /** Of the tasks that may come next. */
  hashLow: number;
  hashHigh: number;
  trail: Int32Array;
  trailSize: number;
}

const columns = [
  'parent',
  'place',
  'task',
  'args',
  'method',
  'slots',
  'firstChild',
  'waits',
  'open',
  'top',
  'depth',
  'stepsAt',
  'stateAt',
  'low',
  'high',
  'afterLow',
  'afterHigh',
  'next',
  'previous',
] as const;

/** A table without nodes. */
export function createTable(): Network {
  const network = { nodes: 0, first: -1, poolSize: 0, hashLow: 0, hashHigh: 0, trailSize: 0 } as Network;
  for (const column of columns) network[column] = new Int32Array(64);
  network.pool = new Int32Array(64);
  network.trail = new Int32Array(64);
  return network;
}

/** Adds a node; its hash is set apart. */
export function addNode(network: Network, parent: number, place: number, task: number, args: number): number {
  const node = network.nodes;
  network.nodes += 1;
  if (node >= network.parent.length) {
    for (const column of columns) network[column] = enlarged(network[column], node * 2);
  }
  network.parent[node] = parent;
  network.place[node] = place;
  network.task[node] = task;
  network.args[node] = args;
  network.method[node] = -1;
  network.waits[node] = 0;
  network.open[node] = 0;
  network.depth[node] = parent < 0 ? 0 : network.depth[parent]! + 1;
  network.stepsAt[node] = -1;
  network.stateAt[node] = -1;
  return node;
}

/** Hashes a node by what is done after it, its task and its arguments. */
export function setHash(
  network: Network,
  node: number,
  arity: number,
  afterLow: number,
  afterHigh: number,
): void {
  const { pool, args, task } = network;
  network.afterLow[node] = afterLow;
  network.afterHigh[node] = afterHigh;
  let low = mixLow(afterLow, task[node]!);
  let high = mixHigh(afterHigh, task[node]!);
  for (let index = 0; index < arity; index += 1) {
    low = mixLow(low, pool[args[node]! + index]!);
    high = mixHigh(high, pool[args[node]! + index]!);
  }
  network.low[node] = low;
  network.high[node] = high;
}

/** Bytes of the network's arrays. */
export function networkBytes(network: Network): number {
  return columns.length * network.parent.byteLength + network.pool.byteLength + network.trail.byteLength;
}
