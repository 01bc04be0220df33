// Writes problems of classes that resemble what competitions ask, for the bench of the planner:
//
//   node dist/bench/htn/classes/generate.js --out FOLDER [--classes a,b] [--seeds 1]
//
// It does not measure how like they are: the classes share what makes such domains hard, and no more.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createChance } from '#src/services/planning/htn/search/chance.js';
import { problemClasses } from './problem-classes.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    classes: { type: 'string' },
    seeds: { type: 'string', default: '1' },
  },
});
if (values.out === undefined) throw new Error('Expected --out FOLDER: where the problems are written.');
const wanted = values.classes?.split(',');
for (const each of problemClasses) {
  if (wanted !== undefined && !wanted.includes(each.name)) continue;
  const folder = join(values.out, each.order, each.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'domain.hddl'), each.domain);
  for (const size of each.sizes) {
    for (let seed = 1; seed <= Number(values.seeds); seed += 1) {
      const text = each.problem(size, createChance(size * 1000 + seed));
      writeFileSync(join(folder, `size-${String(size).padStart(3, '0')}-${seed}.hddl`), text);
    }
  }
}
