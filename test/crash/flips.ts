// Flips bits of a file of a store, each in a copy of its own, and tells what an engine makes of it: a line of JSON each. A
// process of its own, because LevelDB's assertions end it when a table that it compacts has its keys out of order.
//
//   node dist/test/crash/flips.js <file with the original> <file in its db folder> <position…>
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { carryOn, copyOf, type Original, silentWrongs } from './damaged-store.js';

const [description = '', file = '', ...positions] = process.argv.slice(2);
const read = JSON.parse(readFileSync(description, 'utf8')) as Omit<Original, 'done'> & { done: string[] };
const original: Original = { ...read, done: new Set(read.done) };

for (const at of positions.map(Number)) {
  await using copy = await copyOf(original);
  const path = join(copy.folder, 'db', file);
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
  await writeFile(path, bytes);
  const after = await carryOn(copy.folder, original);
  const how = after.refused !== undefined ? 'refused' : after.findings.length > 0 ? 'found' : 'harmless';
  process.stdout.write(`${JSON.stringify({ at, how, wrongs: silentWrongs(after) })}\n`);
}
