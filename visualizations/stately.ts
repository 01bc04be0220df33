// Stately: a statechart as the source of a `createMachine(...)` call, which Stately Studio and its editors
// import. Context and the inputs of invokes are code and are left out; all else in a chart is names.
import type { Chart } from './charts.js';

/** What a chart's config holds as code by design. */
const codeKeys: ReadonlySet<string> = new Set(['context', 'input']);

/** Writes a chart as an ES module that exports `<kind>Machine`. */
export function statelyOf({ kind, version, machine }: Chart): string {
  const config = { ...(machine.config as Record<string, unknown>), version: String(version) };
  return [
    `// The ${kind} statechart, version ${version}, for Stately. Written by "npm run generate"; do not edit.`,
    '// Actions, guards and actors are names without code: this is the chart to look at, not the one that runs.',
    "import { createMachine } from 'xstate';",
    '',
    `export const ${kind}Machine = createMachine(${print(config, kind, '')});`,
    '',
  ].join('\n');
}

/** Prints a value as JavaScript, one member a line unless it is short. */
function print(value: unknown, place: string, indent: string): string {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
    throw new TypeError(
      `${place}: expected a name or a plain value, got ${typeof value}: name it in setup()`,
    );
  }
  const inner = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((one, index) => print(one, `${place}[${index}]`, inner))
    : Object.entries(value)
        .filter(([key, one]) => one !== undefined && !(codeKeys.has(key) && typeof one === 'function'))
        .map(([key, one]) => `${keyOf(key)}: ${print(one, `${place}.${key}`, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) return open + close;
  const pad = Array.isArray(value) ? '' : ' ';
  const line = `${open}${pad}${members.join(', ')}${pad}${close}`;
  if (line.length <= 80 && !line.includes('\n')) return line;
  return `${open}\n${members.map((member) => `${inner}${member},\n`).join('')}${indent}${close}`;
}

const quote = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

const keyOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key));
