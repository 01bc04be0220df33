// Published coverage of the International Planning Competition 2023 (results/*.csv): planners by domain.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of one domain: instances, and by planner how many it solved. */
export interface Published {
  readonly instances: number;
  readonly solved: ReadonlyMap<string, number>;
}

/** Names of domains differ between folders and tables: letters of the longer one's beginning decide. */
const fold = (name: string): string =>
  name
    .toLowerCase()
    .replace(/gtohp|hpddl|ecai-16|observable/g, '')
    .replace(/[^a-z]/g, '');

/** Published coverage by folded name of the domain; empty where the tables are not there. */
export function readPublished(data: string, track: 'TO' | 'PO'): Map<string, Published> {
  const file = join(data, 'results', `${track}-TABLE-coverage.csv`);
  const tables = new Map<string, Published>();
  if (!existsSync(file)) return tables;
  const [header, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const heads = header!.split(/,(?=[A-Za-z])/).slice(2);
  heads.forEach((head, column) => {
    const [name, count] = head.split(';');
    const solved = new Map(
      rows.map((row) => {
        const cells = row.split(',');
        return [cells[0]!, Number(cells[column + 2])] as const;
      }),
    );
    tables.set(fold(name!.trim()), { instances: Number(count), solved });
  });
  return tables;
}

export function publishedOf(tables: ReadonlyMap<string, Published>, domain: string): Published | undefined {
  return tables.get(fold(domain.split('/').at(-1)!));
}
