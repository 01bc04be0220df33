// Genetic search for the classical problem: two populations, one of schedules made forward and one backward, whose
// children go into the other one, so that every child is justified by being made (Debels & Vanhoucke 2005; double
// justification: Valls, Ballestín & Quintanilla 2005).
import { createSteppedSearch, type Steps } from '../heuristic/stepped-search.js';
import { Random } from '../random.js';
import type { Incumbent, Search } from '../search.js';
import { BreedingGround } from './breeding-ground.js';
import type { ClassicInstance } from './classic-instance.js';
import { Crossover, shiftOne, swapNeighbours } from './crossover.js';
import type { Individual } from './individual.js';

/** Settings that were chosen by measurement. */
export interface GeneticSettings {
  /** Chance that a child takes all crowded stretches of a parent, and not one. */
  readonly peaks: number;
  /** Chance that neighbours are swapped, and of each pair then. */
  readonly swaps: number;
  readonly swapChance: number;
  /** Chance of shifts, how many, and how far. */
  readonly shifts: number;
  readonly shiftCount: number;
  readonly shiftReach: number;
  /** Chance that a child draws its scheme anew, and that it is then the parallel one. */
  readonly redraw: number;
  readonly parallel: number;
  readonly noise: number;
}

export const geneticDefaults: GeneticSettings = {
  peaks: 0,
  swaps: 0.3,
  swapChance: 0.05,
  shifts: 0.3,
  shiftCount: 2,
  shiftReach: 15,
  redraw: 0.2,
  parallel: 0.2,
  noise: 0.3,
};

/** Searches a classical problem until it is closed: larger and larger populations, each from the beginning. */
export function createGeneticSearch(classic: ClassicInstance, incumbent: Incumbent, seed: number): Search {
  return createSteppedSearch('genetic', incumbent, () =>
    new GeneticSearch(classic, incumbent, new Random(seed), geneticDefaults).steps(),
  );
}

class GeneticSearch {
  readonly #ground: BreedingGround;
  readonly #random: Random;
  readonly #settings: GeneticSettings;
  readonly #crossover: Crossover;
  readonly #batch: number;
  readonly #limit: number;
  #spare: Individual;
  #made = 0;

  constructor(classic: ClassicInstance, incumbent: Incumbent, random: Random, settings: GeneticSettings) {
    this.#ground = new BreedingGround(classic, incumbent, random);
    this.#random = random;
    this.#settings = settings;
    const { durations } = classic.forward;
    this.#crossover = new Crossover(random, durations, this.#ground.load, classic.horizon);
    this.#batch = Math.max(1, Math.floor(4000 / (classic.size + 1)));
    this.#limit = incumbent.schedulesLeft;
    this.#spare = this.#ground.create();
  }

  *steps(): Steps {
    let size = populationFor(this.#limit);
    for (let epoch = 0; ; epoch++) {
      yield* this.#epoch(size, epoch);
      size = size >= largestPopulation ? smallestPopulation : 2 * size;
    }
  }

  /** One population from its beginning until it no longer improves. */
  *#epoch(size: number, epoch: number): Steps {
    const populations: [Individual[], Individual[]] = [[], []];
    yield* this.#begin(populations, size);
    let best = Number.POSITIVE_INFINITY;
    const patience = 40;
    for (let since = 0; since < patience; since++) {
      for (const direction of [1, 0] as const) {
        const parents = populations[1 - direction] as Individual[];
        for (let place = 0; place < size; place++) {
          if (this.#isPause()) yield;
          this.#breed(direction, parents[place] as Individual, parents);
          this.#enter(populations[direction]);
        }
      }
      const now = populations[0].reduce((least, one) => Math.min(least, one.makespan), best);
      if (now < best) since = 0;
      best = now;
      if (since === patience >> 1 && epoch % 2 === 1) this.#join(populations[0], best);
    }
  }

  /** Forward schedules by chance; each is justified to the right and to the left. */
  *#begin(populations: [Individual[], Individual[]], size: number): Steps {
    const [forward, backward] = populations;
    const ground = this.#ground;
    for (let place = 0; place < size; place++) {
      if (this.#isPause()) yield;
      const one = ground.create();
      if (place === 1) {
        ground.samplers[0].writeList(ground.list, 0);
        ground.fromList(0, ground.list, false, one);
      } else {
        ground.samplers[0].writePriorities(ground.priorities, place === 0 ? 0 : this.#settings.noise);
        ground.fromPriorities(0, one);
      }
      forward.push(one);
    }
    for (const one of forward) {
      if (this.#isPause()) yield;
      const other = ground.create();
      ground.fromList(1, one.order, false, other);
      backward.push(other);
    }
    for (const [place, one] of forward.entries()) {
      if (this.#isPause()) yield;
      ground.fromList(0, (backward[place] as Individual).order, false, one);
    }
  }

  /** Makes a child of a parent and another one from the same population, in the other direction. */
  #breed(direction: 0 | 1, parent: Individual, parents: readonly Individual[]): void {
    const { list } = this.#ground;
    const random = this.#random;
    const settings = this.#settings;
    const other = this.#choose(parents);
    if (random.unit() < settings.peaks) this.#crossover.peaks(parent, other, list);
    else this.#crossover.window(parent, other, list);
    const isTwin = other.hash === parent.hash;
    const way = this.#ground.directions[direction];
    if (random.unit() < settings.swaps) swapNeighbours(way, list, settings.swapChance, random);
    if (isTwin || random.unit() < settings.shifts)
      for (let k = isTwin ? 3 * settings.shiftCount : settings.shiftCount; k > 0; k--)
        shiftOne(way, list, settings.shiftReach, random);
    const isParallel =
      random.unit() < settings.redraw ? random.unit() < settings.parallel : parent.isParallel;
    this.#ground.fromList(direction, list, isParallel, this.#spare);
  }

  /** The better of two. */
  #choose(parents: readonly Individual[]): Individual {
    const one = parents[this.#random.below(parents.length)] as Individual;
    const other = parents[this.#random.below(parents.length)] as Individual;
    return other.fitness < one.fitness ? other : one;
  }

  /** The child takes the place of the worst of three, unless it is worse or there is one like it. */
  #enter(population: Individual[]): void {
    const child = this.#spare;
    let worst = this.#random.below(population.length);
    for (let k = 0; k < 2; k++) {
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
    this.#ground.fromList(0, list, false, this.#spare);
    this.#enter(population);
  }

  /** Whether a piece of work is done, or all of it. */
  #isPause(): boolean {
    this.#made += 1;
    return this.#made % this.#batch === 0 || !this.#ground.mayGoOn;
  }
}

const smallestPopulation = 40;
const largestPopulation = 640;

/** The more schedules there are to make, the more individuals. */
function populationFor(schedules: number): number {
  if (schedules === Number.POSITIVE_INFINITY) return smallestPopulation;
  return Math.max(6, Math.min(largestPopulation, Math.round(0.4 * schedules ** 0.6)));
}
