// Tables of the results: coverage and scores by domain beside what was published, in markdown.
import { byDomainOf } from './instances.js';
import { publishedOf, readPublished } from './published.js';
import { agileScore, type Result, satisficingScore } from './result.js';

/** Planners of the tables that are shown, by track. */
const shown = {
  TO: ['PandaDealer-agile-1', 'ppro-to-agl-gbfs-add', 'toad-io-dfad', 'SIADEX'],
  PO: ['complex-config-agile-2', 'config-2', 'ppro-po-agl-gas-ff', 'SIADEX'],
} as const;

/** The least cost known of each instance, from results of this and other runs. */
export function bestCosts(results: readonly Result[]): Map<string, number> {
  const best = new Map<string, number>();
  for (const { domain, name, status, cost } of results) {
    if (status !== 'solved' || cost === undefined) continue;
    const key = `${domain}/${name}`;
    best.set(key, Math.min(best.get(key) ?? Infinity, cost));
  }
  return best;
}

export function coverageTable(
  data: string,
  results: readonly Result[],
  best: ReadonlyMap<string, number>,
): string {
  const lines: string[] = [];
  for (const track of ['TO', 'PO'] as const) {
    const folder = track === 'TO' ? 'partial-order' : 'total-order';
    const own = results.filter((result) => !result.domain.startsWith(folder));
    if (own.length === 0) continue;
    const published = readPublished(data, track);
    const names = shown[track];
    lines.push(
      '',
      `| domain | solved | of | agile | satisficing | median s | slowest s | median steps | ${names.join(' | ')} | of |`,
      `|---|${'---:|'.repeat(8 + names.length)}`,
    );
    for (const [domain, list] of byDomainOf(own)) {
      const table = publishedOf(published, domain);
      const theirs = names.map((name) => table?.solved.get(name) ?? '—');
      lines.push(`| ${row(domain, list, best)} | ${theirs.join(' | ')} | ${table?.instances ?? '—'} |`);
    }
    lines.push(`| ${row('all', own, best)} | ${names.map(() => '').join(' | ')} | |`);
  }
  return `${lines.join('\n').trim()}\n`;
}

function row(domain: string, list: readonly Result[], best: ReadonlyMap<string, number>): string {
  const solved = list.filter((result) => result.status === 'solved');
  const agile = list.reduce((sum, result) => sum + agileScore(result), 0);
  const quality = list.reduce(
    (sum, result) => sum + satisficingScore(result, best.get(`${result.domain}/${result.name}`)),
    0,
  );
  const times = solved.map((result) => result.cpuSeconds).sort((one, other) => one - other);
  const steps = solved.map((result) => result.steps ?? 0).sort((one, other) => one - other);
  const middle = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? 0;
  return [
    domain,
    solved.length,
    list.length,
    agile.toFixed(2),
    quality.toFixed(2),
    middle(times).toFixed(2),
    (times.at(-1) ?? 0).toFixed(2),
    middle(steps),
  ].join(' | ');
}
