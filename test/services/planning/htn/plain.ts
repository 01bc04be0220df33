// Plain form of domains and problems, to compare them by meaning: without positions, with `object` where no type is
// named, and with changes always in a list.

/** What two texts of the same meaning are read to. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    if (key === 'position' || part === undefined) return [];
    if (key === 'types' && Array.isArray(part) && part.length === 0) return [[key, ['object']]];
    if (key === 'postcondition') return [[key, listed(plain(part))]];
    return [[key, plain(part)]];
  });
  return Object.fromEntries(entries);
}

function listed(change: unknown): unknown {
  const isList = typeof change === 'object' && change !== null && 'kind' in change && change.kind === 'and';
  return isList ? change : { kind: 'and', parts: [change] };
}
