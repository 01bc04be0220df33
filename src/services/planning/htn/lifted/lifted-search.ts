// Lifted search: depth-first progression on the program, without grounding, in the manner of SHOP2 (Nau, Au, Ilghami,
// Kuter, Murdock, Wu and Yaman, 2003), SIADEX (Juan Fernández-Olivares, Luis Castillo, Óscar García-Pérez and
// Francisco Palao, 2006) and HyperTensioN (Magnaguagno, Meneguzzi and de Silva, 2020). The first dive keeps the
// author's order of methods and facts; when it does not end soon, dives in orders of chance and complete ones take
// turns, with limits that grow.
//
// LS2 a problem is called unsolvable only by a dive that passed over nothing.
import type { Domain, Problem } from '../domain.js';
import { planFromTree } from '../plan-from-tree.js';
import type { Program } from '../program/program.js';
import type { SearchStatus } from '../search/sequence-search.js';
import type { HtnPlan } from '../solution.js';
import { compileNumber } from './checks.js';
import { createDive, type Dive, type DiveEnd } from './dive.js';
import { buildMachine, type Machine, machineBytes } from './machine.js';
import { findNeeds, type FoundNeeds } from './needs.js';
import { createChance } from '../search/chance.js';
import { clearVisited, createVisited } from './visited.js';

const firstNodes = 200_000;
const firstFailures = 5_000;
const firstWork = 2_000_000;
const firstLevels = 64;
/** Nodes of one step of the search. */
const nodesPerStep = 32;
/** Of one node, in the units of a portfolio's slices. */
const workPerNode = 300;

/** A dive that meets one dead end in so many nodes, or less, goes straight on: a long plan may be all that it takes. */
const nodesPerFailure = 100;
const straightShare = 4;

/** What kind of dive comes when. `complete` passes over nothing but what its limits forbid. */
type Kind = 'author' | 'chance' | 'complete';
const turns: readonly Kind[] = ['author', 'chance', 'chance', 'chance', 'complete'];

/** What the search is asked. */
export interface LiftedTask {
  readonly domain: Domain;
  readonly problem: Problem;
  /** With its methods cut. */
  readonly program: Program;
  /** Methods applied one after the other. */
  readonly maxDepth: number;
  readonly memoryBytes: number;
  readonly seed: number;
}

/** A lifted search under way. Ends `cut` where memory or depth forbid to search everything. */
export interface LiftedSearch {
  step(): SearchStatus;
  readonly work: number;
  readonly bytes: number;
  readonly nodes: number;
  readonly revisits: number;
  readonly depth: number;
  /** How much longer its slices should be than those of others. */
  readonly share: number;
  /** It ended for want of memory. */
  readonly isFull: boolean;
  plan(): HtnPlan;
}

interface Running {
  readonly dive: Dive;
  readonly machine: Machine;
  /** It passes over nothing but what its limits forbid. */
  readonly isComplete: boolean;
}

/** What is needed if nothing comes between the tasks of a method, and whatever comes between. */
interface Needed {
  readonly undisturbed: FoundNeeds;
  readonly safe: FoundNeeds;
}

/** Begins a lifted search. Nothing is compiled before the first step. */
export function createLiftedSearch(task: LiftedTask): LiftedSearch {
  const { program } = task;
  const visited = createVisited(task.memoryBytes / 2);
  const ended = { nodes: 0, revisits: 0 };
  let needed: Needed | null = null;
  let preparing: Generator<void, Running> | null = null;
  let running: Running | null = null;
  let round = 0;
  let levels = firstLevels;
  let deepest = 0;
  let isFull = false;
  let looks = 0;

  function* begin(needs: Needed): Generator<void, Running> {
    const kind = turns[round % turns.length]!;
    const growth = 2 ** Math.floor((round + 1) / 2);
    const isComplete = kind === 'complete';
    clearVisited(visited);
    const chance = kind === 'chance' ? createChance(task.seed + round * 7919) : null;
    const of = (isComplete ? needs.safe : needs.undisturbed).ofMethods;
    const machine = yield* buildMachine(program, of, visited, chance);
    const dive = createDive(machine, {
      nodes: firstNodes * growth,
      failures: isComplete ? Infinity : firstFailures * growth,
      depth: task.maxDepth,
      levels: isComplete ? levels : Infinity,
      work: firstWork * growth,
      // Half is for what was visited; the rest may double before it is looked at again.
      memoryBytes: task.memoryBytes / 4,
      costBelow: Infinity,
      passesLoops: !isComplete,
      chance,
    });
    return { dive, machine, isComplete };
  }

  /** What the end of a dive means for the search. */
  const conclude = (end: Exclude<DiveEnd, 'solved'>, { dive, isComplete }: Running): SearchStatus => {
    ended.nodes += dive.nodes;
    ended.revisits += dive.revisits;
    running = null;
    round += 1;
    if (end === 'exhausted' && (isComplete || program.isTotalOrder)) return 'exhausted';
    if (!isComplete) return 'open';
    if (end === 'memory') {
      isFull = true;
      return 'cut';
    }
    // What was passed over for its level is reached by the next complete dive; for the limit of depth, by none.
    if (end === 'cut' && !dive.isLevelCut) return 'cut';
    if (dive.isLevelCut) levels *= 4;
    return 'open';
  };

  const pace = {
    isDue: (): boolean => {
      looks += 1;
      return looks % nodesPerStep === 0;
    },
  };
  return {
    step() {
      needed ??= needsOf(program);
      if (running === null) {
        preparing ??= begin(needed);
        const next = preparing.next();
        if (next.done !== true) return 'open';
        running = next.value;
        preparing = null;
      }
      if (running.machine.isSpent) return 'cut';
      const end = running.dive.advance(pace);
      deepest = Math.max(deepest, running.dive.depth);
      if (end === null) return 'open';
      return end === 'solved' ? 'found' : conclude(end, running);
    },
    plan: () => planOf(task, running!.machine),
    get work() {
      return looks * workPerNode;
    },
    get bytes() {
      return visited.slots.byteLength + (running === null ? 0 : machineBytes(running.machine));
    },
    get nodes() {
      return ended.nodes + (running?.dive.nodes ?? 0);
    },
    get revisits() {
      return ended.revisits + (running?.dive.revisits ?? 0);
    },
    get depth() {
      return deepest;
    },
    get share() {
      if (running === null) return 1;
      const { nodes, failures } = running.dive;
      return failures * nodesPerFailure < nodes ? straightShare : 1;
    },
    get isFull() {
      return isFull;
    },
  };
}

function needsOf(program: Program): Needed {
  const undisturbed = findNeeds(program, 'none');
  return { undisturbed, safe: program.isTotalOrder ? undisturbed : findNeeds(program, 'all') };
}

function planOf({ domain, problem }: LiftedTask, machine: Machine): HtnPlan {
  const { network, ledger, program } = machine;
  const { metric } = program;
  const compiling = { program, state: machine.state, members: [] };
  const cost = metric === null ? ledger.cost : compileNumber(compiling, metric)(machine.registers);
  const { pool, args, slots, parent, place, method, stepsAt } = network;
  return planFromTree(
    domain,
    problem,
    program,
    {
      nodes: network.nodes,
      parent,
      place,
      task: network.task,
      method,
      stepsAt,
      argument: (node, index) => pool[args[node]! + index]!,
      slot: (node, slot) => pool[slots[node]! + slot]!,
    },
    ledger.nodes.subarray(0, ledger.count),
    cost,
  );
}
