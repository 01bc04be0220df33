// Source code and data: short files that a person might have lying about.
import type { Random } from './random.js';
import { heading, plainSentence, prose } from './words.js';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const names = ['total', 'count', 'speed', 'price', 'weight', 'height'] as const;

interface Snippet {
  readonly name: string;
  readonly value: number;
  readonly comment: string;
}

const snippets: Readonly<Record<string, (snippet: Snippet) => string>> = {
  js: ({ name, value, comment }) => `// ${comment}\nexport const ${name} = (x) => x * ${value};\n`,
  ts: ({ name, value, comment }) =>
    `// ${comment}\nexport function ${name}(x: number): number {\n  return x + ${value};\n}\n`,
  py: ({ name, value, comment }) =>
    `# ${comment}\ndef ${name}(x):\n    return x + ${value}\n\n\nif __name__ == "__main__":\n    print(${name}(1))\n`,
  rs: ({ name, value, comment }) => `// ${comment}\nfn ${name}(x: i64) -> i64 {\n    x + ${value}\n}\n`,
  go: ({ name, value, comment }) =>
    `package main\n\n// ${comment}\nfunc ${name}(x int) int {\n\treturn x + ${value}\n}\n`,
  c: ({ name, value, comment }) => `/* ${comment} */\nint ${name}(int x) {\n  return x + ${value};\n}\n`,
  java: ({ name, value, comment }) =>
    `// ${comment}\nclass Main {\n  static int ${name}(int x) {\n    return x + ${value};\n  }\n}\n`,
  rb: ({ name, value, comment }) => `# ${comment}\ndef ${name}(x)\n  x + ${value}\nend\n`,
  sh: ({ name, value, comment }) => `#!/bin/sh\n# ${comment}\n${name}=${value}\necho "$${name}"\n`,
  sql: ({ name, value, comment }) => `-- ${comment}\nSELECT ${name} FROM measures WHERE id = ${value};\n`,
  css: ({ value, comment }) => `/* ${comment} */\n.card {\n  z-index: ${value};\n}\n`,
};

export const languages: readonly string[] = Object.keys(snippets);

/** A program in a language, named by its extension. */
export function program(random: Random, extension: string): Buffer {
  const write = snippets[extension];
  if (write === undefined) throw new RangeError(`expected one of ${languages.join(', ')}, got ${extension}`);
  const comment = plainSentence(random);
  return utf8(write({ name: random.pick(names), value: random.between(2, 9999), comment }));
}

/** A script that says by its first line what it is. */
export function script(random: Random): Buffer {
  return utf8(`#!/usr/bin/env python3\nprint("${plainSentence(random)}", ${random.between(1, 999)})\n`);
}

const rows = (random: Random): { id: number; title: string; amount: number }[] =>
  Array.from({ length: random.between(3, 12) }, (_, index) => ({
    id: index + 1,
    title: heading(random),
    amount: random.between(100, 99_999) / 100,
  }));

export function json(random: Random): Buffer {
  return utf8(`${JSON.stringify({ title: heading(random), rows: rows(random) }, null, 2)}\n`);
}

export function jsonLines(random: Random): Buffer {
  return utf8(
    `${rows(random)
      .map((row) => JSON.stringify(row))
      .join('\n')}\n`,
  );
}

export function table(random: Random, separator: string): Buffer {
  const lines = rows(random).map(({ id, title, amount }) => [id, title, amount].join(separator));
  return utf8(`${['id', 'title', 'amount'].join(separator)}\n${lines.join('\n')}\n`);
}

export function yaml(random: Random): Buffer {
  const items = rows(random).map(({ id, amount }) => `  - id: ${id}\n    amount: ${amount}`);
  return utf8(`title: ${heading(random)}\nrows:\n${items.join('\n')}\n`);
}

export function xml(random: Random): Buffer {
  const items = rows(random).map(({ id, title }) => `  <row id="${id}">${title}</row>`);
  return utf8(`<?xml version="1.0" encoding="UTF-8"?>\n<rows>\n${items.join('\n')}\n</rows>\n`);
}

export function ini(random: Random): Buffer {
  return utf8(`[general]\nname = ${heading(random)}\nsize = ${random.between(1, 100)}\n`);
}

export function calendar(random: Random): Buffer {
  const day = random.between(10, 28);
  return utf8(
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//sample//EN\r\nBEGIN:VEVENT\r\nUID:${random.between(1, 99_999)}@example.org\r\nDTSTAMP:202103${day}T090000Z\r\nDTSTART:202103${day}T090000Z\r\nSUMMARY:${heading(random)}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  );
}

/** Notes that look like anything. */
export function log(random: Random): Buffer {
  const lines = Array.from({ length: random.between(5, 20) }, (_, index) => {
    const minute = index.toString().padStart(2, '0');
    return `2021-03-${random.between(10, 28)}T09:${minute}:00Z INFO ${prose(random, 1)}`;
  });
  return utf8(`${lines.join('\n')}\n`);
}
