// Published: coverage of the planners of the International Planning Competition 2023 (1,800 s, 8 GiB, all instances),
// from its tables `TO-TABLE-coverage.csv` and `PO-TABLE-coverage.csv`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Coverage of one domain in the competition. */
export interface Published {
  /** How many instances the competition had. */
  readonly instances: number;
  readonly coverage: Readonly<Record<string, number>>;
}

/** The planners that are shown, by group. */
export const shownPlanners: Readonly<Record<string, readonly string[]>> = {
  'total-order': [
    'PandaDealer-agile-1',
    'lamda-to-agl-gbfs-lmc',
    'toad-io-dfad',
    'LiftedTreePathBUGFIX',
    'SIADEX',
  ],
  'partial-order': ['complex-config-agile-2', 'ppro-po-agl-gas-ff', 'aries-agile', 'SIADEX'],
};

const files: Readonly<Record<string, string>> = {
  'total-order': 'TO-TABLE-coverage.csv',
  'partial-order': 'PO-TABLE-coverage.csv',
};

// Domains whose folder is called otherwise than in the tables.
const otherwise: Readonly<Record<string, string>> = { blocksworldgtohp: 'blocksworldhpddl' };

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Reads the tables of a folder: a function from group and domain to what was published. */
export function readPublished(folder: string): (group: string, domain: string) => Published | null {
  const tables = new Map<string, Map<string, Published>>();
  for (const [group, file] of Object.entries(files)) {
    const path = join(folder, file);
    if (existsSync(path)) tables.set(group, readTable(readFileSync(path, 'utf8')));
  }
  return (group, domain) => {
    const name = otherwise[plain(domain)] ?? plain(domain);
    return tables.get(group)?.get(name) ?? null;
  };
}

function readTable(text: string): Map<string, Published> {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(','));
  const [heads = [], ...planners] = rows;
  const table = new Map<string, Published>();
  heads.forEach((head, column) => {
    const [name = '', count] = head.split(';');
    if (column < 2 || count === undefined) return;
    const coverage = Object.fromEntries(planners.map((row) => [row[0] ?? '', Number(row[column] ?? 0)]));
    table.set(plain(name), { instances: Number(count), coverage });
  });
  return table;
}
