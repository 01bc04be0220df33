// Results: what was measured, as lines and as groups of repetitions.
import type { Figures } from './measures.js';

/** What other engines are compared with. */
export const ours = 'statewright';

/** One line of the results file. */
export interface Result {
  readonly at: string;
  readonly engine: string;
  readonly workload: string;
  readonly repetition: number;
  readonly node: string;
  readonly cpu: string;
  readonly figures: Figures;
}

/** The repetitions of one workload with one engine. */
export interface Group {
  readonly engine: string;
  readonly workload: string;
  readonly figures: readonly Figures[];
}

/** What was taken more than once. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Groups in the order in which they were first measured. */
export function groupsOf(results: readonly Result[]): Group[] {
  const groups = new Map<string, { engine: string; workload: string; figures: Figures[] }>();
  for (const { engine, workload, figures } of results) {
    const key = `${engine} ${workload}`;
    const group = groups.get(key) ?? { engine, workload, figures: [] };
    groups.set(key, group);
    group.figures.push(figures);
  }
  return [...groups.values()];
}

export function groupOf(groups: readonly Group[], engine: string, workload: string): Group | undefined {
  return groups.find((group) => group.engine === engine && group.workload === workload);
}

/** The spread of a figure, or of what is calculated from the figures of each repetition; none when there is none. */
export function spreadOf(
  group: Group | undefined,
  figure: string | ((figures: Figures) => number | undefined),
): Spread | undefined {
  const value = typeof figure === 'string' ? (figures: Figures) => figures[figure] : figure;
  return spread((group?.figures ?? []).flatMap((one) => value(one) ?? []));
}

export function spread(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return undefined;
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? most;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? least) + upper) / 2;
  return { median, least, most };
}

/** `median (least–most)`, or the figure alone when it was taken once; empty when there is none. */
export function shown(of: Spread | undefined, digits?: number): string {
  if (of === undefined) return '';
  const number = (value: number): string =>
    digits === undefined
      ? String(Math.round(value * 10 ** fine(value)) / 10 ** fine(value))
      : value.toFixed(digits);
  if (of.least === of.most) return number(of.median);
  return `${number(of.median)} (${number(of.least)}–${number(of.most)})`;
}

const fine = (value: number): number => (value >= 100 ? 0 : 1);
