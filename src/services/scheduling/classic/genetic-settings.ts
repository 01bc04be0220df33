// Settings of the genetic search, chosen by measurement on PSPLIB (docs/benchmarks-scheduling.md). The larger a problem,
// the more it gains from looking a few tasks ahead, and the less from the parallel scheme and from many individuals.

export interface GeneticSettings {
  /** Shortest and longest stretch that a child takes, as a share of all. */
  readonly shortest: number;
  readonly longest: number;
  /** Chance that neighbours are swapped, in the first phase and later, and of each pair then. */
  readonly firstSwaps: number;
  readonly swaps: number;
  readonly swapChance: number;
  /** Chance of shifts, how many, and how far. */
  readonly shifts: number;
  readonly shiftCount: number;
  readonly shiftReach: number;
  /** Chance that a child draws its scheme anew, and that it is then the parallel one, or one that looks ahead so far. */
  readonly redraw: number;
  readonly parallel: number;
  readonly lookAhead: number;
  readonly longestReach: number;
  /** Of how many the worst one leaves. */
  readonly rivals: number;
  /** Share of the critical path that counts as the end of a schedule. */
  readonly endShare: number;
  /** Individuals of the first phase, by which power of the schedules they grow, and the most of a phase. */
  readonly individuals: number;
  readonly growth: number;
  readonly most: number;
}

const middle: Omit<GeneticSettings, 'individuals'> = {
  shortest: 0.25,
  longest: 0.75,
  firstSwaps: 0.1,
  swaps: 0.5,
  swapChance: 0.05,
  shifts: 0.3,
  shiftCount: 2,
  shiftReach: 15,
  redraw: 1,
  parallel: 0.35,
  lookAhead: 0.4,
  longestReach: 3,
  rivals: 3,
  endShare: 0.2,
  growth: 0.5,
  most: 640,
};

const small: Omit<GeneticSettings, 'individuals'> = {
  ...middle,
  parallel: 0.25,
  lookAhead: 0.15,
  longestReach: 9,
};

const large: Omit<GeneticSettings, 'individuals'> = {
  ...middle,
  parallel: 0.1,
  lookAhead: 0.6,
  longestReach: 4,
};

/** Without the parallel scheme, whose time grows faster than the number of tasks. */
const huge: GeneticSettings = {
  ...large,
  redraw: 0,
  individuals: 8,
  growth: 0.3,
  most: 32,
};

/** Tasks from which a problem counts as middling, as large, and as huge. */
const middleSize = 45;
const largeSize = 85;
export const hugeSize = 1500;

export function geneticSettings(size: number): GeneticSettings {
  if (size >= hugeSize) return huge;
  const individuals = Math.min(40, Math.round(10 + 800 / Math.max(1, size)));
  if (size < middleSize) return { ...small, individuals };
  return { ...(size < largeSize ? middle : large), individuals };
}
