// Settings of the genetic search, chosen by measurement on PSPLIB (docs/benchmarks.md). Small problems gain from much
// use of the parallel scheme, large ones from fewer individuals and mostly the serial one.

export interface GeneticSettings {
  /** Shortest and longest stretch that a child takes, as a share of all. */
  readonly shortest: number;
  readonly longest: number;
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
  /** Of how many the worst one leaves. */
  readonly rivals: number;
  /** Share of the critical path that counts as the end of a schedule. */
  readonly endShare: number;
  /** Individuals of the first phase, by which power of the schedules they grow, and the most of a phase. */
  readonly individuals: number;
  readonly growth: number;
  readonly most: number;
}

const small: GeneticSettings = {
  shortest: 0.25,
  longest: 0.75,
  swaps: 0.3,
  swapChance: 0.05,
  shifts: 0.3,
  shiftCount: 2,
  shiftReach: 15,
  redraw: 1,
  parallel: 0.4,
  rivals: 3,
  endShare: 0.2,
  individuals: 32,
  growth: 0.6,
  most: 640,
};

const large: GeneticSettings = {
  ...small,
  redraw: 0.2,
  parallel: 0.2,
  individuals: 20,
};

/** Without the parallel scheme, whose time grows faster than the number of tasks. */
const huge: GeneticSettings = {
  ...large,
  redraw: 0,
  individuals: 8,
  growth: 0.3,
  most: 32,
};

/** Tasks from which a problem counts as large, and as huge. */
const largeSize = 85;
export const hugeSize = 1500;

export function geneticSettings(size: number): GeneticSettings {
  if (size >= hugeSize) return huge;
  return size < largeSize ? small : large;
}
