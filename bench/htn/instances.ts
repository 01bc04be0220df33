// Instances: the problems of a folder of planning domains, each with its domain. A folder that holds HDDL files is a
// domain; a problem `x.hddl` belongs to `x-domain.hddl` if that is there, else to `domain.hddl`.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One problem with its domain. */
export interface Instance {
  readonly domain: string;
  /** The folder above: `total-order` or `partial-order`. */
  readonly group: string;
  readonly name: string;
  readonly domainFile: string;
  readonly problemFile: string;
}

/** Finds all instances under a folder, in the order of their names. */
export function findInstances(folder: string): Instance[] {
  const found: Instance[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const here = next;
    const entries = readdirSync(here, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    for (const entry of entries) if (entry.isDirectory()) open.push(join(here, entry.name));
    const domains = new Set(files.filter((file) => /(^|-)domain\.hddl$/.test(file)));
    for (const file of files) {
      if (!file.endsWith('.hddl') || domains.has(file)) continue;
      const own = file.replace(/\.hddl$/, '-domain.hddl');
      const domainFile = domains.has(own) ? own : 'domain.hddl';
      if (!domains.has(domainFile)) continue;
      found.push({
        domain: basename(here),
        group: basename(join(here, '..')),
        name: file.replace(/\.hddl$/, ''),
        domainFile: join(here, domainFile),
        problemFile: join(here, file),
      });
    }
  }
  const key = (one: Instance): string => `${one.group} ${one.domain} ${one.name}`;
  return found.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** At most `count` of each domain, spread evenly from the first to the last. */
export function sample(instances: readonly Instance[], count: number): Instance[] {
  const byDomain = grouped(instances, (one) => `${one.group}/${one.domain}`);
  return [...byDomain.values()].flatMap((own) => {
    if (own.length <= count) return own;
    return own.filter((_, at) => isChosen(at, own.length, count));
  });
}

/** Items by a key, in the order in which they come. */
export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function isChosen(at: number, length: number, count: number): boolean {
  return Math.floor((at * count) / length) !== Math.floor(((at - 1) * count) / length) || at === 0;
}
