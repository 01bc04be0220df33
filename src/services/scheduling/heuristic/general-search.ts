// General search: schedules for every constraint and objective of the model: priority rules first, then an iterated
// search over priorities, modes, optional tasks and wishes (Ruiz & Stützle 2007; acceptance after Kirkpatrick 1983).
import { GeneralScheme } from '../generation/general-scheme.js';
import { PrecedenceLister } from '../generation/precedence-list.js';
import { priorityKeys } from '../generation/priority-rules.js';
import type { Instance } from '../instance/instance.js';
import { compileObjective, type Evaluate } from '../instance/objective.js';
import { Random } from '../random.js';
import type { Incumbent, Search } from '../search.js';
import { copySolution, createSolution, GeneralMoves, type Solution } from './general-moves.js';
import { createSteppedSearch, type Steps } from './stepped-search.js';

/** Attempts at placing a task that make a piece of work. */
const attemptsAPiece = 150;

/** Passes in which a rule may be mended before the next one is tried. */
const mendingPasses = 12;

export function createGeneralSearch(instance: Instance, incumbent: Incumbent, seed: number): Search {
  return createSteppedSearch('general', incumbent, () => {
    const search = new GeneralSearch(instance, incumbent, new Random(seed));
    return search.steps();
  });
}

class GeneralSearch {
  readonly #instance: Instance;
  readonly #incumbent: Incumbent;
  readonly #random: Random;
  readonly #moves: GeneralMoves;
  readonly #scheme: GeneralScheme;
  readonly #lister: PrecedenceLister;
  readonly #evaluate: Evaluate;
  readonly #list: Int32Array;
  /** List of the current solution. */
  readonly #order: Int32Array;
  readonly #trial: Solution;
  readonly #current: Solution;
  readonly #best: Solution;
  /** Objective of the last pass; Infinity when it failed. */
  #value = Number.POSITIVE_INFINITY;
  #currentValue = Number.POSITIVE_INFINITY;
  #bestValue = Number.POSITIVE_INFINITY;

  constructor(instance: Instance, incumbent: Incumbent, random: Random) {
    this.#instance = instance;
    this.#incumbent = incumbent;
    this.#random = random;
    this.#moves = new GeneralMoves(instance, random);
    this.#scheme = new GeneralScheme(instance, this.#moves.tables);
    this.#lister = new PrecedenceLister(instance, this.#moves.tables);
    this.#evaluate = compileObjective(instance);
    this.#list = new Int32Array(instance.size);
    this.#order = new Int32Array(instance.size);
    this.#trial = createSolution(instance.size);
    this.#current = createSolution(instance.size);
    this.#best = createSolution(instance.size);
  }

  *steps(): Steps {
    yield* this.#construct();
    if (!this.#moves.canMove) return;
    for (;;) {
      if (this.#bestValue === Number.POSITIVE_INFINITY) yield* this.#construct();
      else yield* this.#improve();
    }
  }

  /** Schedules by rules; each is mended when a task could not be placed. */
  *#construct(): Steps {
    const isAgain = this.#incumbent.objective !== Number.POSITIVE_INFINITY;
    const kinds = ['free', 'shortest', 'cheapest', 'random'] as const;
    for (const rule of rules(this.#instance)) {
      for (const kind of kinds) {
        if (kind !== 'free' && !this.#hasModes && kind !== 'shortest') continue;
        this.#trial.present.fill(1);
        this.#trial.wishes.fill(0);
        const noise = kind === 'free' ? 0 : 0.1 * this.#random.unit();
        const spread = rule.reduce((most, key) => Math.max(most, Math.abs(key)), 1);
        for (let task = 0; task < rule.length; task++)
          this.#trial.keys[task] = (rule[task] as number) + noise * spread * (this.#random.unit() - 0.5);
        if (!this.#moves.chooseModes(this.#trial, kind)) {
          yield;
          continue;
        }
        for (let pass = 0; pass < mendingPasses; pass++) {
          yield* this.#generate();
          this.#keep();
          if (this.#scheme.culprit < 0) break;
          this.#moves.prefer(this.#trial, this.#scheme.culprit);
        }
        if (isAgain || this.#instance.size > 2000) break;
      }
      if (this.#instance.size > 2000 && this.#bestValue < Number.POSITIVE_INFINITY) return;
    }
  }

  get #hasModes(): boolean {
    return this.#instance.durations.length > this.#instance.size;
  }

  /** A walk from the current solution; back to the best one now and then. */
  *#improve(): Steps {
    const { size } = this.#instance;
    this.#adopt();
    copySolution(this.#best, this.#current);
    this.#currentValue = this.#bestValue;
    const patience = 100 + 10 * size;
    let heat = 0.002 * this.#random.unit() * this.#bestValue;
    for (let since = 0; since < patience; since++) {
      copySolution(this.#current, this.#trial);
      this.#lister.write(this.#current.keys, this.#order);
      this.#moves.change(this.#trial, this.#order);
      if (this.#moves.choice.excess(this.#trial.modes, this.#trial.present) > 0) {
        yield;
        continue;
      }
      const before = this.#bestValue;
      yield* this.#generate();
      const isTaken = this.#value <= this.#currentValue + heat * -Math.log(1 - this.#random.unit());
      if (this.#value < Number.POSITIVE_INFINITY && isTaken) this.#keep();
      if (this.#bestValue < before) since = 0;
      heat *= 0.999;
    }
  }

  /** One pass over the trial solution; its objective becomes the value. */
  *#generate(): Steps {
    this.#lister.write(this.#trial.keys, this.#list);
    this.#scheme.begin({ ...this.#trial, list: this.#list });
    while (!this.#scheme.advance(attemptsAPiece)) yield;
    this.#incumbent.count(1);
    this.#value = Number.POSITIVE_INFINITY;
    if (this.#scheme.isDone) {
      const { starts, modes } = this.#scheme;
      this.#value = this.#evaluate(starts, modes);
      if (this.#value < this.#incumbent.objective)
        this.#incumbent.offer(starts, modes, this.#value, 'serial');
    }
    yield;
  }

  /** The last pass becomes the current solution: its starts are its keys. */
  #keep(): void {
    if (this.#value === Number.POSITIVE_INFINITY) return;
    this.#take(this.#scheme.starts, this.#scheme.modes, this.#trial.wishes, this.#value);
  }

  #take(starts: Int32Array, modes: Int32Array, wishes: Int32Array, value: number): void {
    const { keys, present } = this.#current;
    for (let task = 0; task < starts.length; task++) {
      const start = starts[task] as number;
      present[task] = start >= 0 ? 1 : 0;
      if (start >= 0) keys[task] = start;
    }
    this.#current.modes.set(modes);
    this.#current.wishes.set(wishes);
    this.#currentValue = value;
    if (value >= this.#bestValue) return;
    this.#bestValue = value;
    copySolution(this.#current, this.#best);
  }

  /** Takes the schedule on record when another search has found a better one. */
  #adopt(): void {
    const { starts, modes, objective } = this.#incumbent;
    if (starts === undefined || modes === undefined || objective >= this.#bestValue) return;
    this.#take(
      starts,
      modes,
      starts.map((start) => Math.max(0, start)),
      objective,
    );
  }
}

/** Keys by deadlines and due instants, where there are any, then by the rules of the literature. */
function rules(instance: Instance): Float64Array[] {
  const { latest, deadline, due, horizon } = instance;
  const byTail = priorityKeys(instance, 'LST');
  const byDeadline = byTail.map((_, task) => Math.min(latest[task] as number, deadline[task] as number));
  const byDue = byTail.map((key, task) =>
    (due[task] as number) < 0 ? key : Math.min(due[task] as number, key),
  );
  const hasDeadlines = byDeadline.some((latestStart) => latestStart < horizon / 2);
  const hasDue = due.some((instant) => instant >= 0);
  const others = (['LFT', 'MTS', 'GRPW', 'EST'] as const).map((rule) => priorityKeys(instance, rule));
  return [...(hasDeadlines ? [byDeadline] : []), byTail, ...(hasDue ? [byDue] : []), ...others];
}
