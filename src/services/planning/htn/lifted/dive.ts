// Dive: one depth-first search from the initial network, in one order of methods and bindings, within limits. All
// that it does to state and network it undoes when it turns back; frames are kept on the heap.
//
// LD1 a node is a pair of state and remaining network; one that was visited is not visited again.
// LD2 turning back leaves state and network as they were where the choice was made.
import { derive } from './derive.js';
import { findMatch } from './join.js';
import { recordStep, rewindSteps } from './ledger.js';
import { type Machine, machineBytes } from './machine.js';
import { complete, decompose, undoNetwork } from './network.js';
import { undoState } from './state.js';
import { carryOut, isApplicable } from './steps.js';
import { enlarged } from './tuples.js';
import { visit } from './visited.js';

/** Bounds and habits of a dive. */
export interface DiveOptions {
  readonly nodes: number;
  /** Dead ends: a dive that goes straight on may go far. */
  readonly failures: number;
  /** Methods applied one after the other. */
  readonly depth: number;
  /** Levels of the tree of decompositions. */
  readonly levels: number;
  /** Bindings tried for one node. */
  readonly work: number;
  /** Of all but what was visited. Looked at now and then: arrays may have doubled by then. */
  readonly memoryBytes: number;
  /** Plans must be cheaper. */
  readonly costBelow: number;
  /** Passes over a task that comes up again below itself in the same state: most often a loop, but not always. */
  readonly passesLoops: boolean;
  /** Tries methods in an order of chance. */
  readonly chance: (() => number) | null;
}

/** `cut`: all is searched but for what was passed over. `work`: one node asked for too many bindings. */
export type DiveEnd = 'solved' | 'exhausted' | 'cut' | 'nodes' | 'work' | 'memory';

export interface Dive {
  /** Works until the pace says that the slice is over: then null. After `solved` it may go on. */
  advance(pace: { isDue(): boolean }): DiveEnd | null;
  readonly nodes: number;
  /** Dead ends. */
  readonly failures: number;
  readonly revisits: number;
  readonly depth: number;
  /** Whether something was passed over for the limit of levels. */
  readonly isLevelCut: boolean;
}

// Fields of a frame; cursors follow.
const ofNode = 0;
const ofMethod = 1;
const ofState = 2;
const ofNetwork = 3;
const ofNodes = 4;
const ofPool = 5;
const ofSteps = 6;
const ofResume = 7;
const ofStart = 8;
const header = 9;

const nodesPerWeighing = 4096;

export function createDive(machine: Machine, options: DiveOptions): Dive {
  const { state, network, model, visited, registers, derivation, ledger } = machine;
  const { methods, methodsOf, steps, arity } = model;
  const operators = steps.length;
  const stride = header + model.widest.levels;
  const scratch = new Int32Array(model.widest.levels);
  let frames = new Int32Array(stride * 64);
  let frameCount = 0;
  let isForward = true;
  let isCut = false;
  let isFull = false;
  let isLevelCut = false;
  let nodes = 0;
  let failures = 0;
  let revisits = 0;
  let deepest = 0;

  const load = (node: number): void => {
    const at = network.args[node]!;
    const count = arity[network.task[node]!]!;
    for (let index = 0; index < count; index += 1) registers[index] = network.pool[at + index]!;
  };

  /** Carries out the operator of a node, if it is applicable and not too costly. */
  const doStep = (node: number): boolean => {
    nodes += 1;
    const step = steps[network.task[node]!]!;
    load(node);
    if (!isApplicable(step, registers, scratch)) return false;
    network.stepsAt[node] = ledger.count;
    if (!step.isHidden) {
      const cost = step.cost(registers);
      if (ledger.cost + cost >= options.costBelow) return false;
      recordStep(ledger, node, cost);
    }
    const before = state.trailSize;
    carryOut(state, step, registers, machine.pending);
    if (state.trailSize !== before) derive(state, derivation);
    complete(network, node, methods);
    return true;
  };

  const pushFrame = (node: number): void => {
    if ((frameCount + 1) * stride > frames.length) frames = enlarged(frames, (frameCount + 1) * stride);
    const at = frameCount * stride;
    frameCount += 1;
    frames[at + ofNode] = node;
    frames[at + ofMethod] = 0;
    frames[at + ofState] = state.trailSize;
    frames[at + ofNetwork] = network.trailSize;
    frames[at + ofNodes] = network.nodes;
    frames[at + ofPool] = network.poolSize;
    frames[at + ofSteps] = ledger.count;
    frames[at + ofResume] = 0;
    frames[at + ofStart] = 0;
    const count = methodsOf[network.task[node]!]!.length;
    if (options.chance !== null && count > 1) frames[at + ofStart] = Math.floor(options.chance() * count);
  };

  const restore = (at: number): void => {
    undoState(state, frames[at + ofState]!);
    undoNetwork(network, frames[at + ofNetwork]!);
    network.nodes = frames[at + ofNodes]!;
    network.poolSize = frames[at + ofPool]!;
    rewindSteps(ledger, frames[at + ofSteps]!);
  };

  /** Whether the task stands above itself, with nothing changed since. */
  const isLoop = (node: number): boolean => {
    const task = network.task[node]!;
    const count = arity[task]!;
    const own = network.args[node]!;
    let above = network.parent[node]!;
    for (let level = 0; above >= 0 && level < 64; level += 1) {
      if (network.stateAt[above] !== state.trailSize) return false;
      if (network.task[above] === task) {
        const other = network.args[above]!;
        let index = 0;
        while (index < count && network.pool[own + index] === network.pool[other + index]) index += 1;
        if (index === count) return true;
      }
      above = network.parent[above]!;
    }
    return false;
  };

  /** Binds the slots of a method's task to the node's arguments. */
  const bindHead = (node: number, method: (typeof methods)[number]): boolean => {
    const { head, may } = method;
    const args = network.args[node]!;
    for (let index = 0; index < head.length; index += 1) {
      const term = head[index]!;
      if (term >= 0) registers[term] = network.pool[args + index]!;
    }
    for (let index = 0; index < head.length; index += 1) {
      const term = head[index]!;
      const object = network.pool[args + index]!;
      if (term < 0 ? ~term !== object : registers[term] !== object || may[term]![object] !== 1) return false;
    }
    return true;
  };

  /** Applies the next method and binding of a frame's compound task; false when there are no more. */
  const applyNext = (at: number): boolean => {
    const node = frames[at + ofNode]!;
    const list = methodsOf[network.task[node]!]!;
    const isRandom = options.chance !== null;
    while (frames[at + ofMethod]! < list.length) {
      const turn = frames[at + ofMethod]!;
      const method = methods[list[isRandom ? (turn + frames[at + ofStart]!) % list.length : turn]!]!;
      const isFirst = frames[at + ofResume] === 0;
      if (isFirst) {
        if (!bindHead(node, method)) {
          frames[at + ofMethod]! += 1;
          continue;
        }
      } else {
        const slots = network.slots[node]!;
        for (let slot = 0; slot < method.slotCount; slot += 1) registers[slot] = network.pool[slots + slot]!;
      }
      if (findMatch(method.join, registers, frames, at + header, isFirst)) {
        nodes += 1;
        frames[at + ofResume] = 1;
        network.stepsAt[node] = ledger.count;
        network.stateAt[node] = state.trailSize;
        decompose(network, node, method, registers, methods);
        return true;
      }
      frames[at + ofMethod]! += 1;
      frames[at + ofResume] = 0;
    }
    return false;
  };

  /** The next alternative of the last frame, or of those before it. */
  const turnBack = (): boolean => {
    while (frameCount > 0) {
      const at = (frameCount - 1) * stride;
      restore(at);
      if (network.task[frames[at + ofNode]!]! >= operators) {
        if (applyNext(at)) return true;
        frameCount -= 1;
        continue;
      }
      // An operator of a partial order: the next that may come, or the next compound task, which is the last
      // alternative, for decomposing hinders nothing.
      const node = frames[at + ofResume] === 0 ? frames[at + ofNode]! : network.next[frames[at + ofNode]!]!;
      if (node < 0) {
        frameCount -= 1;
        continue;
      }
      frames[at + ofNode] = node;
      frames[at + ofResume] = 1;
      if (network.task[node]! >= operators) frames[at + ofResume] = 0;
      else if (doStep(node)) return true;
    }
    return false;
  };

  /** Goes on with the tasks that may come next; false when that leads nowhere. */
  const goForward = (): boolean => {
    const node = network.first;
    if (network.task[node]! < operators && network.next[node]! < 0) return doStep(node);
    if (frameCount >= deepest) deepest = frameCount + 1;
    if (frameCount >= options.depth) {
      isCut = true;
      return false;
    }
    if (network.depth[node]! >= options.levels) {
      isCut = true;
      isLevelCut = true;
      return false;
    }
    if (options.passesLoops && network.task[node]! >= operators && isLoop(node)) {
      isCut = true;
      return false;
    }
    const isNew = visit(visited, state.hashLow ^ network.hashLow, state.hashHigh + network.hashHigh);
    if (isNew === 0) {
      revisits += 1;
      return false;
    }
    if (isNew < 0) isFull = true;
    pushFrame(node);
    return turnBack();
  };

  let weighAt = nodesPerWeighing;
  return {
    advance(pace) {
      for (;;) {
        if (nodes >= options.nodes || failures >= options.failures) return 'nodes';
        if (isFull) return 'memory';
        if (pace.isDue()) return null;
        if (nodes >= weighAt) {
          weighAt = nodes + nodesPerWeighing;
          if (machineBytes(machine) + frames.byteLength > options.memoryBytes) return 'memory';
        }
        if (isForward && network.first < 0) {
          isForward = false;
          return 'solved';
        }
        state.work = options.work;
        const hasNext = isForward ? goForward() : turnBack();
        if (state.work < 0) return 'work';
        if (!hasNext && !isForward) return isCut ? 'cut' : 'exhausted';
        if (!hasNext) failures += 1;
        isForward = hasNext;
      }
    },
    get nodes() {
      return nodes;
    },
    get failures() {
      return failures;
    },
    get revisits() {
      return revisits;
    },
    get depth() {
      return deepest;
    },
    get isLevelCut() {
      return isLevelCut;
    },
  };
}
