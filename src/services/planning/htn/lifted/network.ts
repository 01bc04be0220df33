// Task network of the lifted search: the tree of tasks as far as it is decomposed, and which of them may come next.
// Nodes are numbers, in the order in which they were made; the children of a node follow one another. Children of a
// task are attached to it; a task is done when all its children are, and what is ordered after it may come then.
//
// LN1 undoing to a mark restores the network as it was at the mark.
// LN2 the hash of a network is made of what is still to be done, in its order, and of nothing else.
import { mixHigh, mixLow } from './hash.js';
import type { LiftedMethod } from './model.js';
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

/** A network of one task without arguments. */
export function createNetwork(root: number): Network {
  const network = { nodes: 0, first: -1, poolSize: 0, hashLow: 0, hashHigh: 0, trailSize: 0 } as Network;
  for (const column of columns) network[column] = new Int32Array(64);
  network.pool = new Int32Array(64);
  network.trail = new Int32Array(64);
  const node = addNode(network, -1, 0, root, 0);
  setHash(network, node, 0, 0x2c9277b5, 0x19d699a5);
  link(network, node, -1);
  network.trailSize = 0;
  return network;
}

function addNode(network: Network, parent: number, place: number, task: number, args: number): number {
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
function setHash(network: Network, node: number, arity: number, afterLow: number, afterHigh: number): void {
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

const linked = 0;
const unlinked = 1;
const released = 2;
const closed = 3;

function note(network: Network, entry: number): void {
  if (network.trailSize === network.trail.length) {
    network.trail = enlarged(network.trail, network.trailSize + 1);
  }
  network.trail[network.trailSize] = entry;
  network.trailSize += 1;
}

/** Puts a node after another among those that may come next; after -1: first. */
function link(network: Network, node: number, after: number): void {
  const follower = after < 0 ? network.first : network.next[after]!;
  network.previous[node] = after;
  network.next[node] = follower;
  if (after < 0) network.first = node;
  else network.next[after] = node;
  if (follower >= 0) network.previous[follower] = node;
  network.hashLow = (network.hashLow + network.low[node]!) | 0;
  network.hashHigh = (network.hashHigh + network.high[node]!) | 0;
  note(network, node * 4 + linked);
}

function unlink(network: Network, node: number): void {
  takeOut(network, node);
  note(network, node * 4 + unlinked);
}

function takeOut(network: Network, node: number): void {
  const before = network.previous[node]!;
  const after = network.next[node]!;
  if (before < 0) network.first = after;
  else network.next[before] = after;
  if (after >= 0) network.previous[after] = before;
  network.hashLow = (network.hashLow - network.low[node]!) | 0;
  network.hashHigh = (network.hashHigh - network.high[node]!) | 0;
}

function putBack(network: Network, node: number): void {
  const before = network.previous[node]!;
  const after = network.next[node]!;
  if (before < 0) network.first = node;
  else network.next[before] = node;
  if (after >= 0) network.previous[after] = node;
  network.hashLow = (network.hashLow + network.low[node]!) | 0;
  network.hashHigh = (network.hashHigh + network.high[node]!) | 0;
}

/** Decomposes a task that may come next; `registers` are the slots of the method. */
export function decompose(
  network: Network,
  node: number,
  method: LiftedMethod,
  registers: Int32Array,
  methods: readonly LiftedMethod[],
): void {
  const { subtasks } = method;
  const start = network.poolSize;
  const end = start + method.slotCount + method.termCount;
  if (end > network.pool.length) network.pool = enlarged(network.pool, end);
  const { pool } = network;
  for (let slot = 0; slot < method.slotCount; slot += 1) pool[start + slot] = registers[slot]!;
  network.method[node] = method.id;
  network.slots[node] = start;
  let at = start + method.slotCount;
  const first = network.nodes;
  network.firstChild[node] = first;
  for (let place = 0; place < subtasks.length; place += 1) {
    const { task, terms } = subtasks[place]!;
    const child = addNode(network, node, place, task, at);
    network.waits[child] = method.waits[place]!;
    for (let index = 0; index < terms.length; index += 1) {
      const term = terms[index]!;
      pool[at] = term < 0 ? ~term : registers[term]!;
      at += 1;
    }
  }
  network.poolSize = at;
  network.open[node] = subtasks.length;
  const parent = network.parent[node]!;
  network.top[node] = parent >= 0 && network.open[parent] === 1 ? network.top[parent]! : node;
  hashChildren(network, node, method, first);
  let after = network.previous[node]!;
  unlink(network, node);
  if (subtasks.length === 0) {
    finish(network, network.top[node]!, after, methods);
    return;
  }
  for (let place = 0; place < subtasks.length; place += 1) {
    if (method.waits[place] !== 0) continue;
    link(network, first + place, after);
    after = first + place;
  }
}

/**
 * What is done after a child: the children ordered after it, or what is done after its parent. Where several
 * tasks wait for one, or one for several, the one is known by its number.
 */
function hashChildren(network: Network, node: number, method: LiftedMethod, first: number): void {
  const { subtasks, followers, hashOrder } = method;
  for (let each = 0; each < subtasks.length; each += 1) {
    const place = hashOrder[each]!;
    const child = first + place;
    const waiting = followers[place]!;
    let low = 0;
    let high = 0;
    if (waiting.length === 0) {
      low = network.afterLow[node]!;
      high = network.afterHigh[node]!;
      if (method.isForked) {
        low = mixLow(low, node);
        high = mixHigh(high, node);
      }
    } else if (waiting.length === 1 && method.waits[waiting[0]!] === 1) {
      low = network.low[first + waiting[0]!]!;
      high = network.high[first + waiting[0]!]!;
    } else {
      for (let index = 0; index < waiting.length; index += 1) {
        const other = first + waiting[index]!;
        low = (low + mixLow(network.low[other]!, other)) | 0;
        high = (high + mixHigh(network.high[other]!, other)) | 0;
      }
    }
    setHash(network, child, subtasks[place]!.terms.length, low, high);
  }
}

/** Notes that a task which may come next has been carried out. */
export function complete(network: Network, node: number, methods: readonly LiftedMethod[]): void {
  const after = network.previous[node]!;
  unlink(network, node);
  finish(network, node, after, methods);
}

/** A node is done: what waited for it may come next, and its parent may be done too. */
function finish(network: Network, done: number, after: number, methods: readonly LiftedMethod[]): void {
  let last = after;
  let node = done;
  for (;;) {
    const parent = network.parent[node]!;
    if (parent < 0) return;
    const first = network.firstChild[parent]!;
    const waiting = methods[network.method[parent]!]!.followers[network.place[node]!]!;
    for (let index = 0; index < waiting.length; index += 1) {
      const follower = first + waiting[index]!;
      network.waits[follower]! -= 1;
      note(network, follower * 4 + released);
      if (network.waits[follower] !== 0) continue;
      link(network, follower, last);
      last = follower;
    }
    network.open[parent]! -= 1;
    note(network, parent * 4 + closed);
    if (network.open[parent] !== 0) return;
    node = network.top[parent]!;
  }
}

/** Undoes all changes of links and counts since the trail had this size. Nodes and pool are cut by the caller. */
export function undoNetwork(network: Network, mark: number): void {
  const { trail } = network;
  while (network.trailSize > mark) {
    network.trailSize -= 1;
    const entry = trail[network.trailSize]!;
    const node = entry >> 2;
    const kind = entry & 3;
    if (kind === linked) takeOut(network, node);
    else if (kind === unlinked) putBack(network, node);
    else if (kind === released) network.waits[node]! += 1;
    else network.open[node]! += 1;
  }
}

/** Bytes of the network's arrays. */
export function networkBytes(network: Network): number {
  return columns.length * network.parent.byteLength + network.pool.byteLength + network.trail.byteLength;
}
