// Table: results by domain beside what was published, as markdown.
import { grouped } from './instances.js';
import { type Published, shownPlanners } from './published.js';
import { agileScore, leastCosts, nameOf, type Result, satisficingScore } from './results.js';

/** Results as markdown, a table for each group. */
export function tableOf(
  results: readonly Result[],
  known: readonly Result[],
  published: (group: string, domain: string) => Published | null,
): string {
  const best = leastCosts([...results, ...known]);
  const groups = grouped(results, (one) => one.group);
  return [...groups]
    .map(([group, own]) => `## ${group}\n\n${groupTable(group, own, best, published)}\n`)
    .join('\n');
}

function groupTable(
  group: string,
  results: readonly Result[],
  best: ReadonlyMap<string, number>,
  published: (group: string, domain: string) => Published | null,
): string {
  const planners = shownPlanners[group] ?? [];
  const heads = ['domain', 'solved', 'of', 'agile', 'sat', 'median s', 'steps', 'nodes', 'other ends'];
  const rows = [...grouped(results, (one) => one.domain)].map(([domain, own]) => [
    domain,
    ...figures(own, best),
    ...besides(published(group, domain), planners),
  ]);
  rows.push(['all', ...figures(results, best), ...planners.map(() => ''), '']);
  return lines([...heads, ...planners, 'of'], rows);
}

function figures(results: readonly Result[], best: ReadonlyMap<string, number>): string[] {
  const solved = results.filter((one) => one.status === 'solved');
  const sum = (score: (one: Result) => number): string =>
    results.reduce((total, one) => total + score(one), 0).toFixed(2);
  return [
    `${solved.length}`,
    `${results.length}`,
    sum(agileScore),
    sum((one) => satisficingScore(one, best.get(nameOf(one)))),
    median(solved.map((one) => (one.cpuMs ?? 0) / 1000)).toFixed(2),
    `${Math.round(median(solved.map((one) => one.steps ?? 0)))}`,
    `${Math.round(median(results.map((one) => one.counts?.['nodes'] ?? 0)))}`,
    ends(results),
  ];
}

function ends(results: readonly Result[]): string {
  const counts = new Map<string, number>();
  for (const { status, message } of results) {
    if (status === 'solved') continue;
    const end = status === 'limit' ? (message ?? 'limit') : status;
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  return [...counts].map(([end, count]) => `${count} ${end}`).join(', ');
}

function besides(published: Published | null, planners: readonly string[]): string[] {
  if (published === null) return [...planners.map(() => ''), ''];
  return [...planners.map((planner) => `${published.coverage[planner] ?? ''}`), `${published.instances}`];
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function lines(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = heads.map((_, at) => (at === 0 ? '---' : '---:'));
  return [line(heads), line(rule), ...rows.map(line)].join('\n');
}
