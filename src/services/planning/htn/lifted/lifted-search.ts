// Lifted search: depth-first progression on the program, without grounding, in the manner of SHOP2 (Nau, Au, Ilghami,
// Kuter, Murdock, Wu and Yaman, 2003), SIADEX (Juan Fernández-Olivares, Luis Castillo, Óscar García-Pérez and
// Francisco Palao, 2006) and HyperTensioN (Magnaguagno, Meneguzzi and de Silva, 2020). The first dive keeps the
// author's order of methods and facts; when it does not end soon, dives in orders of chance and complete ones take
// turns, with limits that grow.
//
// LS2 a problem is called unsolvable only by a dive that passed over nothing.
import { cutMethods } from '../program/cut.js';
import type { Program } from '../program/program.js';
import type { HtnPlan } from '../solution.js';
import type { RunningSearch, SearchEvent, SearchTask } from '../search/running-search.js';
import { paused } from '../search/running-search.js';
import { planFromTree } from '../plan-from-tree.js';
import { createChance } from './chance.js';
import { compileNumber } from './checks.js';
import { createDive, type Dive, type DiveEnd } from './dive.js';
import { createMachine, type Machine } from './machine.js';
import { findNeeds, type FoundNeeds } from './needs.js';
import { clearVisited, createVisited, type Visited } from './visited.js';

const firstNodes = 200_000;
const firstFailures = 5_000;
const firstWork = 2_000_000;

/** What kind of dive comes when. `complete` passes over nothing but what its limits forbid. */
type Kind = 'author' | 'chance' | 'complete';
const turns: readonly Kind[] = ['author', 'chance', 'chance', 'chance', 'complete'];

interface Lifted {
  readonly task: SearchTask;
  readonly program: Program;
  readonly visited: Visited;
  /** What is needed if nothing comes between the tasks of a method, and whatever comes between. */
  readonly needs: { readonly undisturbed: FoundNeeds; readonly safe: FoundNeeds };
}

interface Running {
  readonly dive: Dive;
  readonly machine: Machine;
  /** It passes over nothing but what its limits forbid. */
  readonly isComplete: boolean;
}

/** Begins a lifted search. */
export function createLiftedSearch(task: SearchTask): RunningSearch {
  let lifted: Lifted | null = null;
  let running: Running | null = null;
  let round = 0;
  let depth = 64;
  let costBelow = Infinity;
  const total = { nodes: 0, revisits: 0, depth: 0 };
  let strategy = 'lifted';

  const begin = (own: Lifted): Running => {
    const kind = turns[round % turns.length]!;
    const growth = 2 ** Math.floor((round + 1) / 2);
    const isComplete = kind === 'complete';
    strategy = `lifted ${kind} ${round + 1}`;
    clearVisited(own.visited);
    const chance = kind === 'chance' ? createChance(task.seed + round * 7919) : null;
    const needs = isComplete ? own.needs.safe : own.needs.undisturbed;
    const machine = createMachine(own.program, needs.ofMethods, own.visited, chance);
    const dive = createDive(machine, {
      nodes: Math.min(firstNodes * growth, task.nodes - total.nodes),
      failures: firstFailures * growth,
      depth: isComplete ? Math.min(depth, task.depth) : task.depth,
      work: firstWork * growth,
      memoryBytes: task.memoryMb * 2 ** 20,
      costBelow,
      passesLoops: !isComplete,
      chance,
    });
    return { dive, machine, isComplete };
  };

  /** Steps add up to the cost where the problem has no metric of its own; else no plan is too costly. */
  const bound = (cost: number): void => {
    if (task.problem.metric === undefined) costBelow = Math.min(costBelow, cost);
  };

  /** What the end of a dive means for the search; null to go on with the next. */
  const conclude = (end: Exclude<DiveEnd, 'solved'>, own: Lifted, ended: Running): SearchEvent | null => {
    total.nodes += ended.dive.nodes;
    total.revisits += ended.dive.revisits;
    total.depth = Math.max(total.depth, ended.dive.depth);
    running = null;
    round += 1;
    if (end === 'exhausted' && (ended.isComplete || own.program.isTotalOrder)) {
      const reason = 'every decomposition has been searched';
      return { kind: 'exhausted', reason, isOptimal: false };
    }
    if (total.nodes >= task.nodes) return { kind: 'limit', limit: 'nodes' };
    if (!ended.isComplete) return null;
    if (end === 'memory') return { kind: 'limit', limit: 'memory' };
    if (ended.dive.isDepthCut) {
      if (depth >= task.depth) return end === 'cut' ? { kind: 'limit', limit: 'depth' } : null;
      depth *= 4;
    }
    return null;
  };

  return {
    advance(pace) {
      lifted ??= prepare(task);
      for (;;) {
        running ??= begin(lifted);
        const end = running.dive.advance(pace);
        if (end === null) return paused;
        if (end === 'solved') {
          const plan = planOf(task, running.machine);
          // A cheaper plan is looked for in another order: next to this one there is mostly more of the same.
          bound(plan.cost);
          conclude('cut', lifted, running);
          return { kind: 'plan', plan };
        }
        const event = conclude(end, lifted, running);
        if (event !== null) return event;
      }
    },
    bound,
    statistics: () => ({
      nodes: total.nodes + (running?.dive.nodes ?? 0),
      revisits: total.revisits + (running?.dive.revisits ?? 0),
      depth: Math.max(total.depth, running?.dive.depth ?? 0),
      facts: 0,
      operators: 0,
      tasks: 0,
      methods: 0,
      strategy,
    }),
  };
}

function prepare(task: SearchTask): Lifted {
  const program = cutMethods(task.program);
  const undisturbed = findNeeds(program, 'none');
  const needs = { undisturbed, safe: program.isTotalOrder ? undisturbed : findNeeds(program, 'all') };
  return { task, program, visited: createVisited(task.memoryMb * 2 ** 19), needs };
}

function planOf(task: SearchTask, machine: Machine): HtnPlan {
  const { network, ledger, program } = machine;
  const { metric } = program;
  const compiling = { program, state: machine.state, members: [] };
  const cost = metric === null ? ledger.cost : compileNumber(compiling, metric)(machine.registers);
  const { pool, args, slots, parent, place, method, stepsAt } = network;
  return planFromTree(
    task.domain,
    task.problem,
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
