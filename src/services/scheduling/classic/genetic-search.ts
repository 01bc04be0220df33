// Genetic search for the classical problem: two populations, one of schedules made forward and one backward, whose
// children go into the other one, so that every child is justified by being made (Debels & Vanhoucke 2005; double
// justification: Valls, Ballestín & Quintanilla 2005).
import { createSteppedSearch, type Steps } from '../heuristic/stepped-search.js';
import { Random } from '../random.js';
import type { Incumbent, Search } from '../search.js';
import { BreedingGround } from './breeding-ground.js';
import type { ClassicInstance } from './classic-instance.js';
import { Crossover } from './crossover.js';
import { type GeneticSettings, geneticSettings, hugeSize } from './genetic-settings.js';
import { type Individual, parallelReach, serialReach } from './individual.js';
import { shiftOne, swapNeighbours } from './mutation.js';

/**
 * Searches a classical problem until it is closed: larger and larger populations, each from the beginning. What it does
 * does not depend on how many schedules it may make, so that more of them are never worse.
 */
export function createGeneticSearch(
  classic: ClassicInstance,
  incumbent: Incumbent,
  seed: number,
  settings: GeneticSettings = geneticSettings(classic.size),
): Search {
  return createSteppedSearch('genetic', incumbent, () =>
    new GeneticSearch(classic, incumbent, new Random(seed), settings).steps(),
  );
}

/** Schedules of the first phase; each later one goes on to so many times as many, with a new, larger population. */
const phaseSchedules = 1000;
const phaseGrowth = 5;

/** Part of a phase after which the best of the one before come in, and what share of those. */
const migration = 0.5;
const migrants = 0.25;

/** Generations without anything better, after which a phase is over. */
const patience = 40;

class GeneticSearch {
  readonly #ground: BreedingGround;
  readonly #random: Random;
  readonly #settings: GeneticSettings;
  readonly #crossover: Crossover;
  readonly #batch: number;
  #spare: Individual;
  #made = 0;
  /** Chance of swaps in this phase. */
  #swaps = 0;

  constructor(classic: ClassicInstance, incumbent: Incumbent, random: Random, settings: GeneticSettings) {
    this.#ground = new BreedingGround(classic, incumbent, random, settings.endShare);
    this.#random = random;
    this.#settings = settings;
    const { durations } = classic.forward;
    this.#crossover = new Crossover(random, durations, this.#ground.load, classic.horizon, settings);
    this.#batch = Math.max(1, Math.floor(4000 / (classic.size + 1)));
    this.#spare = this.#ground.create();
  }

  *steps(): Steps {
    const { individuals, growth, most, firstSwaps, swaps } = this.#settings;
    let before: readonly Individual[][] = [];
    for (let phase = 0; ; phase++) {
      this.#swaps = phase === 0 ? firstSwaps : swaps;
      const factor = phaseGrowth ** phase;
      const populations: [Individual[], Individual[]] = [[], []];
      yield* this.#begin(populations, Math.min(most, Math.round(individuals * factor ** growth)), phase);
      const until = phaseSchedules * factor;
      yield* this.#evolve(populations, this.#made + (until - this.#made) * migration);
      for (const [direction, parents] of before.entries())
        this.#immigrate(parents, populations[direction] as Individual[]);
      yield* this.#evolve(populations, until);
      before = populations;
    }
  }

  /** Breeds until so many schedules have been made in all, or nothing has been better for long. */
  *#evolve(populations: [Individual[], Individual[]], until: number): Steps {
    let best = Number.POSITIVE_INFINITY;
    for (let since = 0; since < patience; since++) {
      for (const direction of [1, 0] as const) {
        const parents = populations[1 - direction] as Individual[];
        for (let place = 0; place < parents.length; place++) {
          if (this.#isPause()) yield;
          if (this.#made >= until) return;
          this.#breed(direction, parents[place] as Individual, this.#choose(parents));
          this.#enter(populations[direction]);
        }
      }
      const now = populations[0].reduce((least, one) => Math.min(least, one.makespan), best);
      if (now < best) since = 0;
      best = now;
      if (since === patience >> 1) this.#join(populations[0], best);
    }
  }

  /** The best of a population of the phase before come into one: they cost no schedule, and have not met any of its own. */
  #immigrate(parents: Individual[], population: Individual[]): void {
    parents.sort((one, other) => one.fitness - other.fitness);
    const count = Math.ceil(parents.length * migrants);
    for (const one of parents.slice(0, count)) {
      const spare = this.#spare;
      this.#spare = one;
      this.#enter(population);
      this.#spare = spare;
    }
  }

  /** Forward schedules by chance, of which the better ones are justified to the right and to the left. */
  *#begin([forward, backward]: [Individual[], Individual[]], size: number, phase: number): Steps {
    const ground = this.#ground;
    // The list that was bred last may be one of the other direction: beginners that are disturbed ones need a forward one.
    if (phase > 0) ground.recordList(0, Number.POSITIVE_INFINITY);
    for (let place = 0; place < size; place++) {
      if (this.#isPause()) yield;
      const one = ground.create();
      if (place === 0 && phase === 0) {
        ground.samplers[0].writePriorities(ground.priorities, 0);
        for (let isNew = true; !ground.stepPriorities(0, one, isNew); isNew = false) yield;
      } else this.#sample(phase === 0 ? place : place + 2, one);
      forward.push(one);
    }
    for (const one of forward) {
      if (this.#isPause()) yield;
      const other = ground.create();
      ground.fromList(1, one.order, serialReach, other);
      backward.push(other);
    }
    for (const [place, one] of forward.entries()) {
      if (this.#isPause()) yield;
      ground.fromList(0, (backward[place] as Individual).order, serialReach, one);
    }
  }

  /** The first two by the rule alone, by each scheme; the others by chance. */
  #sample(place: number, one: Individual): void {
    const ground = this.#ground;
    const [sampler] = ground.samplers;
    const isHuge = ground.size >= hugeSize;
    if (!isHuge || place === 1)
      sampler.writeList(ground.list, place === 1 ? 0 : 0.2 + 0.8 * this.#random.unit());
    else {
      // Lists of huge problems are too dear to draw: each is the one before, disturbed.
      const [forward] = ground.directions;
      for (let k = 0; k < ground.size; k++) shiftOne(forward, ground.list, 40, this.#random);
    }
    ground.fromList(0, ground.list, serialReach, one);
  }

  /** Makes a child of two of a population, in the other direction. */
  #breed(direction: 0 | 1, parent: Individual, other: Individual): void {
    const { list } = this.#ground;
    const random = this.#random;
    const settings = this.#settings;
    const way = this.#ground.directions[direction];
    this.#crossover.window(parent, other, list);
    const isTwin = other.hash === parent.hash;
    if (random.unit() < this.#swaps) swapNeighbours(way, list, settings.swapChance, random);
    if (isTwin || random.unit() < settings.shifts)
      for (let k = isTwin ? 3 * settings.shiftCount : settings.shiftCount; k > 0; k--)
        shiftOne(way, list, settings.shiftReach, random);
    const reach = random.unit() < settings.redraw ? this.#drawReach() : parent.reach;
    this.#ground.fromList(direction, list, reach, this.#spare);
  }

  #drawReach(): number {
    const { parallel, lookAhead, longestReach } = this.#settings;
    const draw = this.#random.unit();
    if (draw < parallel) return parallelReach;
    return draw < parallel + lookAhead ? this.#random.between(2, longestReach) : serialReach;
  }

  /** The better of two. */
  #choose(parents: readonly Individual[]): Individual {
    const size = parents.length;
    const one = parents[this.#random.below(size)] as Individual;
    const other = parents[this.#random.below(size)] as Individual;
    return other.fitness < one.fitness ? other : one;
  }

  /** The child takes the place of the worst of some, unless it is worse or there is one like it. */
  #enter(population: Individual[]): void {
    const child = this.#spare;
    const { rivals } = this.#settings;
    let worst = this.#random.below(population.length);
    for (let k = 1; k < rivals; k++) {
      const place = this.#random.below(population.length);
      if ((population[place] as Individual).fitness > (population[worst] as Individual).fitness)
        worst = place;
    }
    const leaving = population[worst] as Individual;
    if (child.fitness > leaving.fitness) return;
    for (const one of population) if (one.hash === child.hash && one.makespan === child.makespan) return;
    population[worst] = child;
    this.#spare = leaving;
  }

  /** The best schedule on record joins, when another search has found a better one. */
  #join(population: Individual[], best: number): void {
    const list = this.#ground.recordList(0, best);
    if (list === undefined || !this.#ground.mayGoOn) return;
    this.#ground.fromList(0, list, serialReach, this.#spare);
    this.#enter(population);
  }

  /** Whether a piece of work is done, or all of it. */
  #isPause(): boolean {
    this.#made += 1;
    return this.#made % this.#batch === 0 || !this.#ground.mayGoOn;
  }
}
