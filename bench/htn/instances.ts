// Instances of a folder of HDDL benchmarks: each folder with HDDL files is a domain; a problem has a domain file of
// its own (`x-domain.hddl` beside `x.hddl`) or shares `domain.hddl`.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

export interface Instance {
  /** Folder below the data, such as `total-order/Depots`. */
  readonly domain: string;
  readonly name: string;
  readonly domainFile: string;
  readonly problemFile: string;
}

const left = ['generators', 'further-instances-not-used-in-ipc', 'results'];

/** All instances below a folder, by domain and name. */
export function findInstances(data: string): Instance[] {
  const files = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(hddl|pddl)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !left.some((folder) => file.split('/').includes(folder)));
  const found = files.flatMap((problemFile): Instance[] => {
    const own = problemFile.replace(/\.(hddl|pddl)$/, '-domain.$1');
    const shared = join(dirname(problemFile), 'domain.hddl');
    if (/(^|-)domain\.(hddl|pddl)$/.test(basename(problemFile))) return [];
    const domainFile = [own, shared].find((file) => existsSync(file));
    if (domainFile === undefined) return [];
    const name = basename(problemFile).replace(/\.(hddl|pddl)$/, '');
    return [{ domain: relative(data, dirname(problemFile)), name, domainFile, problemFile }];
  });
  const order = new Intl.Collator('en', { numeric: true });
  return found.sort(
    (one, other) => order.compare(one.domain, other.domain) || order.compare(one.name, other.name),
  );
}

/** Every n-th instance of each domain, so that about `count` of each are left. */
export function sampleOf(instances: readonly Instance[], count: number): Instance[] {
  const byDomain = byDomainOf(instances);
  return [...byDomain.values()].flatMap((list) => {
    const every = Math.max(1, list.length / count);
    return list.filter((_, index) => Math.floor(index / every) !== Math.floor((index - 1) / every));
  });
}

/** Things of domains, by domain, in the order of their first. */
export function byDomainOf<T extends { readonly domain: string }>(things: readonly T[]): Map<string, T[]> {
  const lists = new Map<string, T[]>();
  for (const thing of things) {
    const list = lists.get(thing.domain);
    if (list === undefined) lists.set(thing.domain, [thing]);
    else list.push(thing);
  }
  return lists;
}
