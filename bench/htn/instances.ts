// Instances of a folder of HDDL benchmarks: each folder with problems is a domain. What a file is, it says itself; a
// problem's domain is the file that is named after it (`x-domain.hddl` or `domain-x.hddl` beside `x.hddl`), else
// `domain.hddl`, else the only domain of the folder.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';

export interface Instance {
  /** Folder below the data, such as `total-order/Depots`. */
  readonly domain: string;
  readonly name: string;
  readonly domainFile: string;
  readonly problemFile: string;
}

const left = ['generators', 'further-instances-not-used-in-ipc', 'results'];

/**
 * All instances below a folder, by domain and name.
 *
 * @param warn - Told of each problem that is left out, for its domain is not found.
 */
export function findInstances(data: string, warn: (message: string) => void): Instance[] {
  const files = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(hddl|pddl)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !left.some((folder) => file.split(sep).includes(folder)));
  const domains = files.filter((file) => definedIn(file) === 'domain');
  const problems = files.filter((file) => definedIn(file) === 'problem');
  const found = problems.flatMap((problemFile): Instance[] => {
    const domainFile = domainFileOf(problemFile, domains, warn);
    const domain = relative(data, dirname(problemFile));
    return domainFile === undefined ? [] : [{ domain, name: stem(problemFile), domainFile, problemFile }];
  });
  const order = new Intl.Collator('en', { numeric: true });
  return found.sort(
    (one, other) => order.compare(one.domain, other.domain) || order.compare(one.name, other.name),
  );
}

const stem = (file: string): string => basename(file, extname(file));

function domainFileOf(
  problemFile: string,
  domains: readonly string[],
  warn: (message: string) => void,
): string | undefined {
  const near = domains.filter((file) => dirname(file) === dirname(problemFile));
  const name = stem(problemFile);
  const named = [`${name}-domain`, `domain-${name}`, 'domain'];
  const byName = named.map((wanted) => near.find((file) => stem(file) === wanted)).find((file) => file);
  const domainFile = byName ?? (near.length === 1 ? near[0] : undefined);
  if (domainFile === undefined) {
    warn(
      `${problemFile} is left out: expected its domain beside it as ${named.join('.hddl, ')}.hddl or as the only ` +
        `one, found ${near.length} domains: ${near.map((file) => basename(file)).join(', ')}`,
    );
  }
  return domainFile;
}

/** Whether a file defines a domain or a problem, by its first 64 kB. */
function definedIn(file: string): string | undefined {
  const start = Buffer.alloc(1 << 16);
  const handle = openSync(file, 'r');
  const length = readSync(handle, start);
  closeSync(handle);
  const text = start.toString('utf8', 0, length).replace(/;.*/g, '');
  return /\(\s*define\s*\(\s*(domain|problem)\b/i.exec(text)?.[1]?.toLowerCase();
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
