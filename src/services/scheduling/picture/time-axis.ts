// Time axis: marks at round instants, and instants in words.

export interface TimeScale {
  /** How many milliseconds a unit of time is [units without a name]. */
  readonly unitMs?: number;
  /** The instant that is 0, in milliseconds since the epoch [times are told from 0]. Told in UTC. */
  readonly beginAt?: number;
}

export interface Mark {
  readonly at: number;
  readonly label: string;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Distances between marks, in milliseconds; beyond, round numbers of days. */
const distances = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
];

/** Marks from 0 to an end, at most so many of them, at round instants. */
export function marksOf(end: number, most: number, scale: TimeScale = {}): Mark[] {
  const distance = distanceOf(end, most, scale);
  const marks: Mark[] = [];
  for (let at = 0; at <= end; at += distance) marks.push({ at, label: instantLabel(at, distance, scale) });
  return marks;
}

function distanceOf(end: number, most: number, { unitMs }: TimeScale): number {
  const least = Math.max(end, 1) / Math.max(1, most - 1);
  if (unitMs === undefined) return roundUp(least);
  const leastMs = least * unitMs;
  const found = distances.find((distance) => distance >= leastMs && distance >= unitMs);
  return (found ?? day * roundUp(leastMs / day)) / unitMs;
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundUp(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}

/** An instant in words. With the distance of marks, no finer than these. */
export function instantLabel(at: number, distance: number, { unitMs, beginAt }: TimeScale): string {
  if (unitMs === undefined) return String(at);
  if (beginAt === undefined) return durationLabel(at * unitMs);
  const text = new Date(beginAt + at * unitMs).toISOString();
  const step = distance * unitMs;
  if (step >= day) return text.slice(0, 10);
  if (step >= minute) return `${text.slice(5, 10)} ${text.slice(11, 16)}`;
  return step >= second ? text.slice(11, 19) : text.slice(11, 23);
}

/** A duration in its two largest units: `1 h 30 min`, `2 d`, `250 ms`. */
export function durationLabel(milliseconds: number): string {
  const units = [
    [day, 'd'],
    [hour, 'h'],
    [minute, 'min'],
    [second, 's'],
    [1, 'ms'],
  ] as const;
  const largest = units.findIndex(([size]) => milliseconds >= size);
  if (largest < 0) return '0';
  let rest = milliseconds;
  const parts: string[] = [];
  for (const [size, name] of units.slice(largest, largest + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}

/** An amount of time in words. */
export const timeLabel = (amount: number, { unitMs }: TimeScale): string =>
  unitMs === undefined ? String(amount) : durationLabel(amount * unitMs);
