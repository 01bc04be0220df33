// Moves of the general search: what is changed of a solution before it is generated again.
import { compileGeneral, type GeneralTables } from '../generation/general-tables.js';
import { isRegular } from '../instance/objective.js';
import { type Instance, shortestDuration } from '../instance/instance.js';
import type { Random } from '../random.js';
import { ModeChoice } from './mode-choice.js';

/** What a pass is made from: arrays by task. A smaller key comes first. */
export interface Solution {
  readonly keys: Float64Array;
  readonly modes: Int32Array;
  readonly present: Uint8Array;
  readonly wishes: Int32Array;
}

export function createSolution(size: number): Solution {
  return {
    keys: new Float64Array(size),
    modes: new Int32Array(size),
    present: new Uint8Array(size).fill(1),
    wishes: new Int32Array(size),
  };
}

export function copySolution(from: Solution, to: Solution): void {
  to.keys.set(from.keys);
  to.modes.set(from.modes);
  to.present.set(from.present);
  to.wishes.set(from.wishes);
}

export class GeneralMoves {
  readonly tables: GeneralTables;
  readonly choice: ModeChoice;
  readonly #instance: Instance;
  readonly #random: Random;
  /** Tasks that move at all, that have several modes, that are optional. */
  readonly #free: Int32Array;
  readonly #multi: Int32Array;
  readonly #optional: Int32Array;
  readonly #isRegular: boolean;

  constructor(instance: Instance, random: Random) {
    this.#instance = instance;
    this.#random = random;
    this.tables = compileGeneral(instance);
    this.choice = new ModeChoice(instance);
    const tasks = Int32Array.from({ length: instance.size }, (_, task) => task);
    this.#free = tasks.filter((task) => (instance.fixedStart[task] as number) < 0);
    this.#multi = this.#free.filter(
      (task) => (instance.modeFirst[task + 1] as number) - (instance.modeFirst[task] as number) > 1,
    );
    this.#optional = tasks.filter((task) => instance.optional[task] === 1);
    this.#isRegular = isRegular(instance);
  }

  /** Whether a move can change anything. */
  get canMove(): boolean {
    return this.#free.length > 0;
  }

  /** Changes a solution whose keys are the starts of a schedule; `list` has its tasks in order. */
  change(solution: Solution, list: Int32Array): void {
    const draw = this.#random.unit();
    if (this.#optional.length > 0 && draw < 0.2) this.#toggle(solution);
    else if (this.#multi.length > 0 && draw < 0.5) this.#changeModes(solution, list);
    if (!this.#isRegular && this.#random.unit() < 0.7) this.#wish(solution);
    if (this.#random.unit() < 0.3) this.#moveOne(solution, list);
    else this.#shake(solution, list);
  }

  /** Brings a task forward, and what it waits for before it: for one that could not be placed. */
  prefer(solution: Solution, culprit: number): void {
    const { inFirst, inArc, arcFrom, arcIsMax } = this.#instance;
    const spread = this.#spread(solution.keys);
    const goal = (solution.keys[culprit] as number) - spread * (0.1 + 0.5 * this.#random.unit());
    const open = [culprit];
    const seen = new Set(open);
    for (let task = open.pop(); task !== undefined; task = open.pop()) {
      solution.keys[task] = Math.min(solution.keys[task] as number, goal);
      for (let k = inFirst[task] as number; k < (inFirst[task + 1] as number); k++) {
        const arc = inArc[k] as number;
        const other = arcFrom[arc] as number;
        if (arcIsMax[arc] === 1 || seen.has(other)) continue;
        seen.add(other);
        open.push(other);
      }
    }
  }

  /** Sets each task to a random mode among those it has, or to the one of the least measure. */
  chooseModes(solution: Solution, kind: 'free' | 'shortest' | 'cheapest' | 'random'): boolean {
    const { modeFirst, durations, costs, costNames, size } = this.#instance;
    const count = costNames.length;
    const cost = (mode: number): number => {
      let sum = 0;
      for (let place = 0; place < count; place++)
        sum += (costs[mode * count + place] as number) / Math.max(1, this.#limit(place));
      return sum;
    };
    for (let task = 0; task < size; task++) {
      const first = modeFirst[task] as number;
      if ((this.#instance.fixedStart[task] as number) >= 0)
        solution.modes[task] = (this.#instance.fixedMode[task] as number) - first;
      else if (kind === 'free' && this.choice.isFree) solution.modes[task] = -1;
      else if (kind === 'random')
        solution.modes[task] = this.#random.below((modeFirst[task + 1] as number) - first);
      else
        solution.modes[task] = this.choice.least(task, (mode) =>
          kind === 'cheapest' ? cost(mode) : (durations[mode] as number),
        );
    }
    return this.#fitBudgets(solution);
  }

  /** Modes within the budgets; while there are none, optional tasks are left out. */
  #fitBudgets(solution: Solution): boolean {
    const open = Array.from(this.#optional);
    for (;;) {
      if (this.choice.repair(solution.modes, solution.present, this.#random)) return true;
      if (open.length === 0) return false;
      const place = this.#random.below(open.length);
      solution.present[open[place] as number] = 0;
      open[place] = open.at(-1) as number;
      open.pop();
    }
  }

  #limit(place: number): number {
    const limit = this.#instance.costLimits[place] as number;
    return limit === Number.POSITIVE_INFINITY ? 1 : limit;
  }

  #spread(keys: Float64Array): number {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const key of keys) {
      if (key < least) least = key;
      if (key > most) most = key;
    }
    return Math.max(1, most - least);
  }

  /** The keys of a stretch of the list are mixed. */
  #shake({ keys }: Solution, list: Int32Array): void {
    const most = Math.max(4, Math.min(60, list.length >> 1));
    const width = Math.min(list.length, this.#random.between(3, most));
    const from = this.#random.below(list.length - width + 1);
    const [low, high] = [
      keys[list[from] as number] as number,
      keys[list[from + width - 1] as number] as number,
    ];
    const strength = this.#random.unit();
    for (let k = from; k < from + width; k++) {
      const task = list[k] as number;
      keys[task] =
        (keys[task] as number) + (this.#random.unit() - 0.5) * strength * Math.max(1, high - low) * 2;
    }
  }

  /** A task goes somewhere near another place. */
  #moveOne({ keys }: Solution, list: Int32Array): void {
    const from = this.#random.below(list.length);
    const reach = Math.min(
      list.length - 1,
      2 + this.#random.below(Math.max(2, Math.min(100, list.length >> 1))),
    );
    const to = Math.max(0, Math.min(list.length - 1, from + this.#random.between(-reach, reach)));
    const other = keys[list[to] as number] as number;
    keys[list[from] as number] = other + (to > from ? 0.5 : -0.5);
  }

  #changeModes({ modes, present }: Solution, list: Int32Array): void {
    const { modeFirst } = this.#instance;
    const many = 1 + this.#random.below(3);
    const near = this.#random.below(list.length);
    for (let k = 0; k < many; k++) {
      const isNear = this.#random.unit() < 0.5;
      const around = list[Math.min(list.length - 1, near + this.#random.below(8))] as number;
      const drawn = this.#multi[this.#random.below(this.#multi.length)] as number;
      const task = isNear && this.#multi.includes(around) ? around : drawn;
      const count = (modeFirst[task + 1] as number) - (modeFirst[task] as number);
      modes[task] = this.choice.isFree && this.#random.unit() < 0.4 ? -1 : this.#random.below(count);
    }
    this.choice.repair(modes, present, this.#random);
  }

  /** Optional tasks are taken in, with what they require, or left out. */
  #toggle({ present }: Solution): void {
    const many = 1 + this.#random.below(2);
    for (let k = 0; k < many; k++) {
      const task = this.#optional[this.#random.below(this.#optional.length)] as number;
      if (present[task] === 1) present[task] = 0;
      else this.#takeIn(present, task);
    }
  }

  #takeIn(present: Uint8Array, task: number): void {
    const { requireFirst, requireTask } = this.#instance;
    const open = [task];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      present[next] = 1;
      for (let k = requireFirst[next] as number; k < (requireFirst[next + 1] as number); k++) {
        const other = requireTask[k] as number;
        if (present[other] === 0) open.push(other);
      }
    }
  }

  /** Some tasks wish to start later, or no longer do: for objectives to which earlier is not better. */
  #wish({ keys, wishes }: Solution): void {
    const many = 1 + this.#random.below(4);
    const spread = this.#spread(keys);
    for (let k = 0; k < many; k++) {
      const task = this.#free[this.#random.below(this.#free.length)] as number;
      const reach = this.#random.unit() < 0.5 ? spread : 2 * shortestDuration(this.#instance, task) + 1;
      const wish = (keys[task] as number) + (this.#random.unit() - 0.4) * reach;
      wishes[task] = this.#random.unit() < 0.2 ? 0 : Math.max(0, Math.min(2 ** 30, Math.round(wish)));
    }
  }
}
