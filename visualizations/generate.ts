// Writes the generated files below visualizations/generated/. With --check it writes nothing, names what is
// stale, missing or left over, and fails if there is any: this is how CI keeps the pictures true.
// Run by `npm run generate` and `npm run generate:check`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { charts } from './charts.js';
import { mermaidOf } from './mermaid.js';
import { statelyOf } from './stately.js';

const folder = resolve('visualizations', 'generated');

/** What the folder shall hold: the path inside it → the text. */
function render(): ReadonlyMap<string, string> {
  return new Map(
    charts.flatMap((chart) => [
      [`${chart.kind}.mmd`, mermaidOf(chart)],
      [`${chart.kind}.js`, statelyOf(chart)],
    ]),
  );
}

/** Paths that differ from what `render` says, left-over files included. */
function staleOf(wanted: ReadonlyMap<string, string>): string[] {
  const found = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const present = new Map(
    found
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  );
  return [...new Set([...wanted.keys(), ...present.keys()])]
    .filter((path) => wanted.get(path) !== present.get(path))
    .sort();
}

const wanted = render();
const stale = staleOf(wanted);
const checking = process.argv.includes('--check');
for (const path of checking ? [] : stale) {
  const text = wanted.get(path);
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  if (text === undefined) rmSync(file);
  else writeFileSync(file, text);
}
for (const path of stale) console.log(`${checking ? 'stale' : 'wrote'} visualizations/generated/${path}`);
if (checking && stale.length > 0) {
  console.error('Generated files are not up to date: run "npm run generate" and commit the result.');
  process.exitCode = 1;
}
