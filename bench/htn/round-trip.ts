// Round trip: reads every domain and problem of a folder, writes both as HDDL, reads that again, and says which files
// do not come back the same. `node dist/bench/htn/round-trip.js DIR`.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { writeHddlDomain, writeHddlProblem } from '#src/services/planning/htn/hddl/write.js';
import { findInstances } from './instances.js';

/** Without positions; a list of no types is that of `object`; changes are lists. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      if (key === 'position') return undefined;
      if (key === 'types' && Array.isArray(part) && part.length === 0) return ['object'];
      const isChange = key === 'postcondition' && typeof part === 'object' && part !== null;
      if (isChange && 'kind' in part && part.kind !== 'and') return { kind: 'and', parts: [part] };
      return part;
    }),
  );
}

const [, , data] = process.argv;
if (data === undefined) throw new Error('Say where the domains are: round-trip.js DIR.');
const instances = findInstances(data, (message) => process.stderr.write(`${message}\n`));
let differing = 0;
for (const { domainFile, problemFile } of instances) {
  const reader = readHddl(readFileSync(domainFile, 'utf8'), domainFile);
  const problem = reader.problem(readFileSync(problemFile, 'utf8'), problemFile);
  const again = readHddl(writeHddlDomain(reader.domain));
  const isSame =
    isDeepStrictEqual(plain(again.domain), plain(reader.domain)) &&
    isDeepStrictEqual(plain(again.problem(writeHddlProblem(problem))), plain(problem));
  if (isSame) continue;
  differing += 1;
  process.stdout.write(`differs: ${problemFile}\n`);
}
process.stdout.write(`${instances.length} problems, ${differing} differ\n`);
process.exitCode = differing === 0 ? 0 : 1;
