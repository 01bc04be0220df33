// Lifted depth-first search: like SHOP2 (Nau et al., 2003), in the author's order of methods, with no grounding
// beforehand, conditions of what comes first pulled up into the methods, and loops noticed (HyperTensioN;
// Magnaguagno, Meneguzzi and de Silva, 2020): a task that leads to itself while nothing has changed, and what was
// seen before. It begins anew with a larger limit of depth when it meets the limit, or has tried for too long.
import { TupleSet } from '../ground/tuples.js';
import type { Program, ProgramMethod } from '../program/program.js';
import type { TreeSource } from '../search/plan-tree.js';
import { nodeWork, type SearchStatus } from '../search/sequence-search.js';
import { hashPair, PairSet, StackPool } from '../search/stack-pool.js';
import type { Frame } from './frame.js';
import { applyChanges, numberOf } from './lifted-check.js';
import { LiftedState } from './lifted-state.js';
import type { Matcher } from './matcher.js';
import { methodMatchers, operatorMatchers } from './matchers.js';

const firstLimit = 5000;
const nodesPerLimit = 20;

/** Share of bindings that are left out in every other round. */
const leftOut = 0.25;

/** How many frames of the same task, and how high a stack above them, are looked at for loops. */
const loopLooks = 8;
const loopHeight = 1000;

/** Whether a program can be searched without grounding: nothing derived, no number changes. */
export function isLiftable(program: Program): boolean {
  return program.rules.length === 0 && program.operators.every((operator) => operator.numbers.length === 0);
}

export class LiftedSearch {
  nodes = 0;
  revisits = 0;
  private readonly program: Program;
  private state: LiftedState;
  private stacks = new StackPool();
  private seen = new PairSet();
  private readonly tasks: TupleSet[];
  /** Ground tasks by number: task and tuple, flat; and numbers by task and tuple. */
  private readonly numbers: number[] = [];
  private readonly numberOf: number[][];
  private readonly methodsOf: number[][];
  private methods: (Matcher | null)[] = [];
  private operators: Matcher[] = [];
  private readonly frames: Frame[] = [];
  /** By ground task: its last frame on the path. */
  private readonly lastFrame: number[] = [];
  private readonly maxDepth: number;
  private limit: number;
  private nodesLeft = firstLimit * nodesPerLimit;
  private isCut = false;
  /** Every other round leaves out bindings by chance. */
  private round = -1;
  private readonly chance: () => number;
  private applications: { readonly method: number; readonly bound: Int32Array }[] = [];

  constructor(program: Program, maxDepth: number, chance: () => number) {
    this.chance = chance;
    this.program = program;
    this.maxDepth = maxDepth;
    this.limit = Math.min(firstLimit, maxDepth);
    const arities = [
      ...program.operators.map((each) => each.parameterCount),
      ...program.tasks.map((each) => each.arity),
    ];
    this.tasks = arities.map((arity) => new TupleSet(arity));
    this.numberOf = arities.map(() => []);
    this.methodsOf = arities.map(() => []);
    program.methods.forEach((method, id) => this.methodsOf[method.task]!.push(id));
    this.state = new LiftedState(program);
    this.begin();
  }

  get depth(): number {
    return this.frames.length;
  }

  get work(): number {
    return this.nodes * nodeWork * 5;
  }

  get bytes(): number {
    return (
      this.state.bytes +
      this.stacks.bytes +
      this.seen.bytes +
      this.frames.length * 300 +
      this.numbers.length * 40
    );
  }

  /** Tries one way. */
  step(): SearchStatus {
    const frame = this.frames.at(-1);
    if (frame === undefined || this.nodesLeft <= 0) {
      if (frame === undefined && !this.isCut) return 'exhausted';
      if (frame === undefined && this.limit >= this.maxDepth) return 'cut';
      this.limit = Math.min(this.limit * 2, this.maxDepth);
      this.begin();
      return 'open';
    }
    this.state.undo(frame.mark);
    const method = this.nextBinding(frame);
    if (method === null) {
      this.leave();
      return 'open';
    }
    this.nodes += 1;
    this.nodesLeft -= 1;
    this.applications.length = this.frames.length - 1;
    this.applications.push({
      method: this.methodsOf[this.topTask(frame.stack)]![frame.method]!,
      bound: Int32Array.from(method.matched, (slot) => frame.slots[slot]!),
    });
    let stack = this.stacks.tail[frame.stack]!;
    for (let index = method.subtasks.length - 1; index >= 0; index -= 1) {
      const { task, terms } = method.subtasks[index]!;
      stack = this.stacks.push(this.groundTask(task, terms, frame.slots), stack);
    }
    return this.descend(stack);
  }

  /** What a plan needs of the search, after it has found one. */
  source(): { readonly source: TreeSource; readonly methods: Int32Array } {
    const { program, applications } = this;
    const state = new LiftedState(program);
    const slots = new Int32Array(Math.max(1, ...program.operators.map((each) => each.slotTypes.length)));
    const taskOf: TreeSource['taskOf'] = (number) => ({
      task: this.numbers[number * 2]!,
      arguments: this.tasks[this.numbers[number * 2]!]!.read(this.numbers[number * 2 + 1]!),
    });
    const source: TreeSource = {
      program,
      root: this.groundTask(program.root, new Int32Array(0), slots),
      taskOf,
      methodOf: (id) => applications[id]!,
      subtasksOf: (id) => {
        const { method, bound } = applications[id]!;
        const pattern = program.methods[method]!;
        const own = new Int32Array(pattern.slotTypes.length);
        pattern.matched.forEach((slot, column) => (own[slot] = bound[column]!));
        return pattern.subtasks.map((subtask) => this.groundTask(subtask.task, subtask.terms, own));
      },
      perform: (number) => {
        const { task, arguments: objects } = taskOf(number);
        slots.set(objects);
        const operator = program.operators[task]!;
        applyChanges(program, state, operator.facts, slots);
        return numberOf(program, operator.cost, slots);
      },
      metric: () => (program.metric === null ? null : numberOf(program, program.metric, slots)),
    };
    return { source, methods: Int32Array.from(applications.keys()) };
  }

  private begin(): void {
    this.round += 1;
    this.frames.length = 0;
    this.lastFrame.length = 0;
    this.isCut = false;
    this.nodesLeft = this.limit * nodesPerLimit;
    this.state = new LiftedState(this.program);
    this.seen = new PairSet();
    this.stacks = new StackPool();
    this.methods = methodMatchers(this.program, this.state);
    this.operators = operatorMatchers(this.program, this.state);
    const root = this.groundTask(this.program.root, new Int32Array(0), new Int32Array(0));
    this.enter(this.stacks.push(root, 0));
  }

  private topTask(stack: number): number {
    return this.numbers[this.stacks.task[stack]! * 2]!;
  }

  private argumentsOf(stack: number): Int32Array {
    const number = this.stacks.task[stack]!;
    return this.tasks[this.numbers[number * 2]!]!.read(this.numbers[number * 2 + 1]!);
  }

  private groundTask(task: number, terms: Int32Array, slots: Int32Array): number {
    const objects = Int32Array.from(terms, (term) => (term < 0 ? ~term : slots[term]!));
    const id = this.tasks[task]!.add(objects);
    if (id < 0) return this.numberOf[task]![~id]!;
    const number = this.numbers.length / 2;
    this.numbers.push(task, id);
    this.numberOf[task]!.push(number);
    return number;
  }

  /** Does primitive tasks on top of a stack, then makes a frame for the compound one. */
  private descend(from: number): SearchStatus {
    let stack = from;
    while (stack !== 0 && this.topTask(stack) < this.program.operators.length) {
      if (!this.perform(stack)) return 'open';
      stack = this.stacks.tail[stack]!;
    }
    if (stack === 0) return 'found';
    if (this.frames.length >= this.limit) {
      this.isCut = true;
      return 'open';
    }
    const { hashA, hashB } = this.state;
    if (!this.seen.add(hashPair(hashA, stack) & 0x7fffffff, hashPair(hashB, stack)) || this.isLoop(stack)) {
      this.revisits += 1;
      return 'open';
    }
    this.enter(stack);
    return 'open';
  }

  private perform(stack: number): boolean {
    const operator = this.program.operators[this.topTask(stack)]!;
    const matcher = this.operators[this.topTask(stack)]!;
    const slots = new Int32Array(matcher.slotCount);
    const cursors = new Int32Array(Math.max(1, matcher.stepCount));
    if (!matcher.begin(this.argumentsOf(stack), slots, cursors)) return false;
    if (matcher.stepCount > 0 && !matcher.next(slots, cursors)) return false;
    applyChanges(this.program, this.state, operator.facts, slots);
    return true;
  }

  /** Whether the task on top came from the same task, and nothing has changed since. Looks at the last few only. */
  private isLoop(stack: number): boolean {
    const { task, tail, depth } = this.stacks;
    let at = this.lastFrame[task[stack]!] ?? -1;
    for (let looks = 0; at >= 0 && looks < loopLooks; looks += 1) {
      const frame = this.frames[at]!;
      if (frame.hashA !== this.state.hashA || frame.hashB !== this.state.hashB) return false;
      const end = tail[frame.stack]!;
      const height = depth[stack]! - depth[end]!;
      let below = stack;
      for (let left = height; left > 0 && height < loopHeight; left -= 1) below = tail[below]!;
      if (below === end) return true;
      at = frame.before;
    }
    return false;
  }

  private leave(): void {
    const frame = this.frames.pop()!;
    this.lastFrame[this.stacks.task[frame.stack]!] = frame.before;
  }

  private enter(stack: number): void {
    const { hashA, hashB } = this.state;
    const none = new Int32Array(0);
    const task = this.stacks.task[stack]!;
    const before = this.lastFrame[task] ?? -1;
    this.lastFrame[task] = this.frames.length;
    this.frames.push({
      before,
      stack,
      mark: this.state.mark,
      hashA,
      hashB,
      method: -1,
      slots: none,
      cursors: none,
      isSpent: true,
    });
  }

  /** Moves a frame to its next binding; null when there is none left. */
  private nextBinding(frame: Frame): ProgramMethod | null {
    for (;;) {
      const method = this.followingBinding(frame);
      if (method === null || this.round % 2 === 0 || this.chance() >= leftOut) return method;
      this.isCut = true;
    }
  }

  private followingBinding(frame: Frame): ProgramMethod | null {
    const methods = this.methodsOf[this.topTask(frame.stack)]!;
    for (;;) {
      if (!frame.isSpent) {
        const matcher = this.methods[methods[frame.method]!]!;
        if (matcher.next(frame.slots, frame.cursors)) return this.program.methods[methods[frame.method]!]!;
        frame.isSpent = true;
      }
      frame.method += 1;
      if (frame.method >= methods.length) return null;
      const matcher = this.methods[methods[frame.method]!];
      if (matcher === null || matcher === undefined) continue;
      frame.slots = new Int32Array(matcher.slotCount);
      frame.cursors = new Int32Array(Math.max(1, matcher.stepCount));
      if (!matcher.begin(this.argumentsOf(frame.stack), frame.slots, frame.cursors)) continue;
      if (matcher.stepCount === 0) return this.program.methods[methods[frame.method]!]!;
      frame.isSpent = false;
    }
  }
}
