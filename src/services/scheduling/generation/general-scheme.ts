// General scheme: the serial generation scheme for every constraint of the model but budgets (Kelley 1963; unscheduling
// steps for maximum lags: Franck, Neumann & Schwindt 2001).
//
// G1 What it returns as done is a valid schedule, whatever list, modes and wishes it was given.
// G2 Each task is placed at the earliest instant that suits all tasks placed before it, and not before its wish.
// G3 Work is limited: attempts and unscheduling steps have a budget by the number of tasks.
import type { Instance } from '../instance/instance.js';
import type { GeneralTables } from './general-tables.js';
import { never, PlacementBoard } from './placement-board.js';

/** What a pass is to do; arrays by task. */
export interface GeneralPlan {
  /** All tasks in the order of their priority. */
  readonly list: Int32Array;
  /** Mode in the task; −1 for the one that ends first. */
  readonly modes: Int32Array;
  /** 0 for a task that is to be left out. A task that is not optional is always done. */
  readonly present: Uint8Array;
  /** Not before this instant, where that is possible. */
  readonly wishes: Int32Array;
}

const noPlan: GeneralPlan = {
  list: new Int32Array(0),
  modes: new Int32Array(0),
  present: new Uint8Array(0),
  wishes: new Int32Array(0),
};

type Outcome = 'placed' | 'unscheduled' | 'waiting' | 'failed';

export class GeneralScheme {
  readonly instance: Instance;
  /** The task because of which the last pass failed; −1 when it did not. */
  culprit = -1;
  /** Whether the last pass made a schedule. */
  isDone = false;
  readonly #tables: GeneralTables;
  readonly #board: PlacementBoard;
  readonly #isDropped: Uint8Array;
  readonly #waits: Int32Array;
  /** Not before this instant, since a maximum lag failed. */
  readonly #lower: Int32Array;
  readonly #position: Int32Array;
  /** What was placed (the task) and dropped (−1 − the task), in order. */
  readonly #stack: Int32Array;
  #depth = 0;
  #attempts = 0;
  #plan: GeneralPlan = noPlan;
  /** Where in the list to go on; all before the first open task are settled. */
  #next = 0;
  #open = 0;
  #isMoving = false;
  #isAnyWaiting = false;
  #isOver = true;

  constructor(instance: Instance, tables: GeneralTables) {
    this.instance = instance;
    this.#tables = tables;
    this.#board = new PlacementBoard(instance, this.#tables);
    this.#isDropped = new Uint8Array(instance.size);
    this.#waits = new Int32Array(instance.size);
    this.#lower = new Int32Array(instance.size);
    this.#position = new Int32Array(instance.size);
    this.#stack = new Int32Array(instance.size);
  }

  /** Starts of the last pass; −1 for a task that is dropped. */
  get starts(): Int32Array {
    return this.#board.starts;
  }

  /** Modes in the tasks, of the last pass. */
  get modes(): Int32Array {
    return this.#board.modes;
  }

  /** Makes a schedule; false when it found none, with the culprit. */
  generate(plan: GeneralPlan): boolean {
    this.begin(plan);
    while (!this.advance(Number.POSITIVE_INFINITY));
    return this.isDone;
  }

  /** Begins a pass that `advance` carries out. The plan may not change meanwhile. */
  begin(plan: GeneralPlan): void {
    this.#reset(plan);
    this.#plan = plan;
    this.#open = 0;
    this.#next = 0;
    this.#isMoving = true;
    this.#isAnyWaiting = false;
    this.isDone = false;
    this.#isOver = !this.#placeFixed();
  }

  /** Goes on for about so many attempts at placing a task; says whether the pass is over (see {@link isDone}). */
  advance(attempts: number): boolean {
    const { list } = this.#plan;
    const enough = this.#attempts - attempts;
    while (!this.#isOver && this.#attempts >= enough) {
      if (this.#next >= list.length && !this.#turn()) break;
      const task = list[this.#next] as number;
      this.#next += 1;
      if (this.#isSettled(task) || (this.#waits[task] as number) > 0) continue;
      const outcome = this.#place(task, this.#plan);
      if (outcome === 'waiting') this.#isAnyWaiting = true;
      else this.#isMoving = true;
      if (this.#attempts < 0 || (outcome === 'failed' && !this.#drop(task))) this.#fail(task);
      else if (outcome === 'unscheduled') this.#open = Math.min(this.#open, this.#next);
      // What waits for a stock comes first again when the stock is fed.
      else if (outcome === 'placed' && this.#isAnyWaiting && this.#feeds(task)) this.#next = list.length;
    }
    return this.#isOver;
  }

  /** Goes back to the first task that is open; false when nothing more can be done, and the pass is over. */
  #turn(): boolean {
    const { list } = this.#plan;
    while (this.#open < list.length && this.#isSettled(list[this.#open] as number)) this.#open += 1;
    this.#next = this.#open;
    if (this.#isMoving && this.#open < list.length) {
      this.#isMoving = false;
      this.#isAnyWaiting = false;
      return true;
    }
    this.isDone = this.#dropRest(list);
    this.#isOver = true;
    return false;
  }

  #isSettled(task: number): boolean {
    return this.#board.isPlaced[task] === 1 || this.#isDropped[task] === 1;
  }

  #fail(task: number): boolean {
    this.culprit = task;
    this.#isOver = true;
    return false;
  }

  #reset(plan: GeneralPlan): void {
    const { size, optional } = this.instance;
    this.#board.reset();
    this.#board.modes.fill(0);
    this.#isDropped.fill(0);
    this.#waits.set(this.#tables.waits);
    this.#lower.fill(0);
    this.#depth = 0;
    this.#attempts = 60 * size + 2000;
    this.culprit = -1;
    for (let k = 0; k < size; k++) this.#position[plan.list[k] as number] = k;
    for (let task = 0; task < size; task++)
      if (optional[task] === 1 && plan.present[task] === 0) this.#drop(task);
  }

  #placeFixed(): boolean {
    const { fixedStart, fixedMode, size } = this.instance;
    let count = 0;
    for (let task = 0; task < size; task++) {
      if ((fixedStart[task] as number) < 0) continue;
      this.#commit(task, fixedMode[task] as number, fixedStart[task] as number);
      count += 1;
    }
    if (count === 0) return true;
    for (let task = 0; task < size; task++)
      if ((fixedStart[task] as number) >= 0 && !(this.#board.holds(task) && this.#board.machinesHold(task)))
        return this.#fail(task);
    return true;
  }

  /** Places a task at its earliest instant in its mode, or in the mode that ends first. */
  #place(task: number, plan: GeneralPlan): Outcome {
    const { modeFirst, durations } = this.instance;
    const { window } = this.#board;
    const wanted = plan.modes[task] as number;
    const first = (modeFirst[task] as number) + Math.max(0, wanted);
    const last = wanted < 0 ? (modeFirst[task + 1] as number) - 1 : first;
    let best = -1;
    let bestEnd = Number.POSITIVE_INFINITY;
    let excess = 0;
    let isWaiting = false;
    for (let mode = first; mode <= last; mode++) {
      this.#attempts -= 1;
      window.find(task, mode);
      const wish = Math.min(plan.wishes[task] as number, window.to);
      const start = this.#board.earliest(
        task,
        mode,
        Math.max(window.from, this.#lower[task] as number, wish),
      );
      if (start < 0) isWaiting = true;
      const end = start + (durations[mode] as number);
      const over = Math.max(0, start - window.to);
      const isBetter = best < 0 || over < excess || (over === excess && end < bestEnd);
      if (start < 0 || start === never || !isBetter) continue;
      best = mode;
      bestEnd = end;
      excess = over;
    }
    if (best < 0) return isWaiting ? 'waiting' : 'failed';
    if (excess > 0) return this.#unschedule(task, best, excess);
    this.#commit(task, best, bestEnd - (durations[best] as number));
    return 'placed';
  }

  #commit(task: number, mode: number, start: number): void {
    this.#board.place(task, mode, start);
    this.#stack[this.#depth] = task;
    this.#depth += 1;
    this.#release(task, -1);
  }

  #release(task: number, step: 1 | -1): void {
    const { waiterFirst, waiterTask } = this.#tables;
    for (let k = waiterFirst[task] as number; k < (waiterFirst[task + 1] as number); k++) {
      const waiter = waiterTask[k] as number;
      this.#waits[waiter] = (this.#waits[waiter] as number) + step;
    }
  }

  /** Leaves a task out with all that require it; false when one of them must be done or is already placed. */
  #drop(task: number): boolean {
    const { requirerFirst, requirers } = this.#tables;
    const bottom = this.#depth;
    if (!this.#leaveOut(task)) return false;
    for (let at = bottom; at < this.#depth; at++) {
      const left = -1 - (this.#stack[at] as number);
      for (let k = requirerFirst[left] as number; k < (requirerFirst[left + 1] as number); k++)
        if (!this.#leaveOut(requirers[k] as number)) return false;
    }
    return true;
  }

  #leaveOut(task: number): boolean {
    if (this.#isDropped[task] === 1) return true;
    if (this.instance.optional[task] === 0 || this.#board.isPlaced[task] === 1) return false;
    this.#isDropped[task] = 1;
    this.#stack[this.#depth] = -1 - task;
    this.#depth += 1;
    this.#release(task, -1);
    return true;
  }

  /** The task comes too late for a maximum lag of a placed one: that one, and all since, are placed again, later. */
  #unschedule(task: number, mode: number, excess: number): Outcome {
    this.#board.window.find(task, mode);
    const { limiter } = this.#board.window;
    if (limiter < 0 || (this.instance.fixedStart[limiter] as number) >= 0) return 'failed';
    this.#lower[limiter] = (this.#board.starts[limiter] as number) + excess;
    for (let last = -1; last !== limiter; ) {
      this.#depth -= 1;
      const top = this.#stack[this.#depth] as number;
      last = top < 0 ? -1 - top : top;
      if (top < 0) this.#isDropped[last] = 0;
      else this.#board.remove(last);
      this.#release(last, 1);
      this.#attempts -= 1;
      this.#next = Math.min(this.#next, this.#position[last] as number);
    }
    return 'unscheduled';
  }

  /** Whether a placed task adds to a stock. */
  #feeds(task: number): boolean {
    const { demandFirst, demands } = this.#tables;
    const mode = (this.instance.modeFirst[task] as number) + (this.#board.modes[task] as number);
    for (let k = demandFirst[mode] as number; k < (demandFirst[mode + 1] as number); k++)
      if ((demands[k]?.lowAll ?? 0) !== 0) return true;
    return false;
  }

  /** What could not be placed is dropped; false when something of it must be done, or a stock is broken. */
  #dropRest(list: Int32Array): boolean {
    for (const task of list) if (!this.#isSettled(task) && !this.#drop(task)) return this.#fail(task);
    return this.#board.stocksHold();
  }
}
