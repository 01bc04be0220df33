// Task network of the lifted search: the tree of tasks as far as it is decomposed, and which of them may come next.
// Nodes are numbers, in the order in which they were made; the children of a node follow one another. Children of a
// task are attached to it; a task is done when all its children are, and what is ordered after it may come then.
//
// LN1 undoing to a mark restores the network as it was at the mark.
// LN2 the hash of a network is made of what is still to be done, in its order, and of nothing else.
import { mixHigh, mixLow } from './hash.js';
import type { LiftedMethod } from './model.js';
import { addNode, createTable, type Network, setHash } from './network-table.js';
import { enlarged } from './tuples.js';

/** A network of one task without arguments. */
export function createNetwork(root: number): Network {
  const network = createTable();
  const node = addNode(network, -1, 0, root, 0);
  setHash(network, node, 0, 0x2c9277b5, 0x19d699a5);
  link(network, node, -1);
  network.trailSize = 0;
  return network;
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
