// Measuring the speed of generation: how many schedules a second of one processor the schemes make of given lists, and
// how many the whole heuristic search makes, with all that it does beside generating.
import { toClassic } from '#src/services/scheduling/classic/classic-instance.js';
import { ParallelScheme } from '#src/services/scheduling/classic/parallel-scheme.js';
import { SerialScheme } from '#src/services/scheduling/classic/serial-scheme.js';
import { createTimeline } from '#src/services/scheduling/classic/timeline.js';
import { compileProblem } from '#src/services/scheduling/instance/compile.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import { cpuMs } from '../processor.js';
import { seeded } from './generate.js';
import type { Instance } from './instances.js';

export interface SpeedLine {
  readonly set: string;
  readonly instances: number;
  /** Schedules a second of one processor: lists and priorities are given, nothing else is done. */
  readonly serialPerS: number;
  readonly backwardPerS: number;
  readonly parallelPerS: number;
  /** With all that the search does. */
  readonly searchPerS: number;
}

const lists = 64;
const rounds = 40;
const searchSchedules = 5000;

/** Measures the instances of a set that are classical. */
export function measureSpeed(set: string, instances: readonly Instance[]): SpeedLine {
  const random = seeded(1);
  const totals = { serial: 0, backward: 0, parallel: 0, search: 0, generated: 0, passes: 0 };
  let measured = 0;
  // Twice: what is compiled in the first round is not counted.
  for (const isCounted of [false, true]) {
    for (const instance of instances) {
      const problem = instance.problem();
      const classic = toClassic(compileProblem(problem));
      if (classic === undefined) continue;
      const { size, forward, backward, horizon } = classic;
      const starts = new Int32Array(size);
      const timeline = createTimeline(classic);
      const given = Array.from({ length: lists }, () => randomList(forward, random));
      const turned = given.map((list) => list.toReversed());
      const priorities = given.map(() => Float64Array.from({ length: size }, random));
      const serial = timed(new SerialScheme(forward, timeline), given, starts);
      const back = timed(new SerialScheme(backward, timeline), turned, starts);
      const parallel = timed(new ParallelScheme(forward, timeline, horizon), priorities, starts);
      const begin = cpuMs();
      const { schedules } = solveNow(problem, { scheduleLimit: searchSchedules, searches: 'heuristic' });
      const search = cpuMs() - begin;
      if (!isCounted) continue;
      measured += 1;
      totals.serial += serial;
      totals.backward += back;
      totals.parallel += parallel;
      totals.passes += lists * rounds;
      // A search that ends with a proof tells nothing of its speed.
      if (schedules < searchSchedules) continue;
      totals.search += search;
      totals.generated += schedules;
    }
  }
  const perSecond = (count: number, ms: number): number => (ms === 0 ? 0 : Math.round((1000 * count) / ms));
  return {
    set,
    instances: measured,
    serialPerS: perSecond(totals.passes, totals.serial),
    backwardPerS: perSecond(totals.passes, totals.backward),
    parallelPerS: perSecond(totals.passes, totals.parallel),
    searchPerS: perSecond(totals.generated, totals.search),
  };
}

/** CPU time of making a schedule of each input, several times over. */
function timed<T>(
  scheme: { generate(input: T, starts: Int32Array): number },
  inputs: readonly T[],
  starts: Int32Array,
): number {
  const begin = cpuMs();
  for (let round = 0; round < rounds; round += 1) for (const input of inputs) scheme.generate(input, starts);
  return cpuMs() - begin;
}

/** A list by chance in which nothing stands before what it waits for. */
function randomList(
  {
    size,
    enterFirst,
    leaveFirst,
    leaveTask,
  }: { size: number; enterFirst: Int32Array; leaveFirst: Int32Array; leaveTask: Int32Array },
  random: () => number,
): Int32Array {
  const waits = Array.from(
    { length: size },
    (_, task) => (enterFirst[task + 1] ?? 0) - (enterFirst[task] ?? 0),
  );
  const open = waits.flatMap((count, task) => (count === 0 ? [task] : []));
  const list: number[] = [];
  while (open.length > 0) {
    const [task = 0] = open.splice(Math.floor(random() * open.length), 1);
    list.push(task);
    for (const after of leaveTask.subarray(leaveFirst[task], leaveFirst[task + 1])) {
      waits[after] = (waits[after] ?? 0) - 1;
      if (waits[after] === 0) open.push(after);
    }
  }
  return Int32Array.from(list);
}
