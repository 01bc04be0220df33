// The structure of the house (house.md, "Folders" and "Habits") as tests: each rule names its offenders, and
// is shown to be able to fail on a small fixture.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { layerViolations, storeViolations } from './structure/layers.js';
import { barrelViolations, cycleViolations, defaultExportViolations } from './structure/modules.js';
import { machineViolations, timeViolations } from './structure/purity.js';
import {
  catchAllViolations,
  fileSizeViolations,
  functionSizeViolations,
  headerViolations,
  kebabViolations,
} from './structure/shape.js';
import { parseSource, type Source, type SourceText } from './structure/source.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = pathsUnder('src')
  .filter((path) => /\.tsx?$/.test(path))
  .map((path): SourceText => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const sources = files.map(parseSource);
const named = ['src', 'test', 'examples', 'bench'].flatMap(pathsUnder);

describe('src/', () => {
  test('layers import only what house.md allows them', () => expect(layerViolations(sources)).toEqual([]));
  test('only the engine names a package that opens a store', () =>
    expect(storeViolations(sources)).toEqual([]));
  test('has no import cycles', () => expect(cycleViolations(sources)).toEqual([]));
  test('has one barrel for each entry of the package, with explicit names', () =>
    expect(barrelViolations(sources)).toEqual([]));
  test('has no default exports', () => expect(defaultExportViolations(sources)).toEqual([]));
  test('takes time and chance only from clock.ts and ids.ts', () =>
    expect(timeViolations(sources)).toEqual([]));
  test('has machines without time, chance, process and timers', () =>
    expect(machineViolations(sources)).toEqual([]));
  test('has files of at most 300 lines', () => expect(fileSizeViolations(files)).toEqual([]));
  test('has functions of at most 70 lines', () => expect(functionSizeViolations(sources)).toEqual([]));
  test('has files that start by saying what they are', () => expect(headerViolations(files)).toEqual([]));
});

describe('all code', () => {
  test('has names in kebab-case', () => expect(kebabViolations(named)).toEqual([]));
  test('has nothing called utils, helpers, common or misc', () =>
    expect(catchAllViolations(named)).toEqual([]));
});

describe('the layer rule', () => {
  const judge = (path: string, text: string): string[] => layerViolations([source(path, text)]);

  test.each([
    ['src/model/a.ts', "import { z } from 'zod'; import type { B } from './b.js'; import '../errors.js';"],
    ['src/machines/a.ts', "import { setup } from 'xstate'; import type { Task } from '../model/task.js';"],
    [
      'src/services/llm/a.ts',
      "import OpenAI from 'openai'; import 'node:fs'; import '../clock.js'; import(name);",
    ],
    ['src/persistence/a.ts', "import type { AbstractLevel } from 'abstract-level'; import 'node:zlib';"],
    [
      'src/actors/a.ts',
      "import type { Clock } from '../services/clock.js'; import '../machines/task.machine.js';",
    ],
    [
      'src/engine.ts',
      "import { Level } from 'level'; import './engine/ports.js'; import './services/ids.js';",
    ],
    ['src/engine/ports.ts', "import { MemoryLevel } from 'memory-level'; import '../actors/system.js';"],
    [
      'src/index.ts',
      "export { createEngine } from './engine.js'; export type { Task } from './model/task.js';",
    ],
    [
      'src/interfaces/cli/a.ts',
      "import { createEngine } from '../../index.js'; import 'commander'; import './b.js';",
    ],
    ['src/testing/a.ts', "import { createEngine } from '../index.js'; import '../persistence/keys.js';"],
    ['src/model/b.ts', "// import 'xstate'\nexport const text = `import 'level'`;"],
  ])('accepts %s', (path, text) => expect(judge(path, text)).toEqual([]));

  test.each([
    ['src/model/a.ts', "import 'xstate';", 'model may import only its own files, zod from outside'],
    ['src/model/a.ts', "import type { S } from '../services/s.js';", 'model may not import services'],
    ['src/model/a.ts', "import { join } from 'node:path';", "model may not use Node's built-in modules"],
    ['src/machines/a.ts', "type F = import('../services/s.js').F;", 'machines may not import services'],
    ['src/machines/a.ts', "import 'rxjs';", 'machines may import only its own files, xstate from outside'],
    [
      'src/machines/a.ts',
      'await import(`rxjs`);',
      'machines may import only its own files, xstate from outside',
    ],
    ['src/machines/a.ts', 'await import(name);', 'machines may not compute what it imports'],
    ['src/services/a.ts', "import { x } from '../persistence/x.js';", 'services may not import persistence'],
    ['src/persistence/a.ts', "import 'rxjs';", 'persistence may import only'],
    ['src/actors/a.ts', "import { clock } from '../services/clock.js';", 'only types of services'],
    ['src/actors/a.ts', "import { type Clock } from '../services/clock.js';", 'only types of services'],
    ['src/actors/a.ts', "await import('../services/clock.js');", 'only types of services'],
    ['src/actors/a.ts', "import { e } from '../engine.js';", 'actors may not import engine'],
    ['src/engine/a.ts', "import '../interfaces/cli/main.js';", 'engine may not import interfaces'],
    ['src/engine/a.ts', "import '../../test/a.js';", 'outside src/'],
    ['src/engine/a.ts', "import '../testing/manual-clock.js';", 'engine may not import testing'],
    ['src/testing/a.ts', "import 'rxjs';", 'testing may import only its own files, zod, memory-level'],
    ['src/interfaces/cli/a.ts', "import type { Task } from '../../model/task.js';", 'may not import model'],
    ['src/interfaces/cli/a.ts', "import 'statewright';", 'by relative paths'],
    ['src/services/a.ts', "import 'fs/promises';", 'write "node:fs/promises"'],
    ['src/errors.ts', "import 'zod';", 'errors may import only its own files from outside'],
    ['src/misplaced/a.ts', '', '"misplaced" is no layer'],
  ])('refuses in %s: %s', (path, text, why) => {
    expect(judge(path, text)).toEqual([expect.stringContaining(why)]);
  });

  test('only the engine opens stores', () => {
    const text = "import { Level } from 'level';";
    expect(storeViolations([source('src/engine/store.ts', text)])).toEqual([]);
    const memory = "import { MemoryLevel } from 'memory-level';";
    expect(storeViolations([source('src/testing/a.ts', memory)])).toEqual([]);
    expect(storeViolations([source('src/testing/a.ts', text)])).toHaveLength(1);
    expect(
      storeViolations([source('src/services/a.ts', text), source('src/interfaces/b.ts', text)]),
    ).toHaveLength(2);
  });
});

describe('the module rules', () => {
  test('a cycle is printed as a path, type imports included', () => {
    const found = cycleViolations([
      source('src/model/a.ts', "import './b.js';"),
      source('src/model/b.ts', "import type { C } from './c.js';"),
      source('src/model/c.ts', "export const a = import('./a.js');"),
    ]);
    expect(found).toEqual(['src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts']);
  });

  test.each([
    ['src/model/a.ts', "export { b } from './b.js';", 're-exports b'],
    ['src/model/a.ts', "export type { B } from './b.js';", 're-exports B'],
    ['src/model/a.ts', "import { b } from './b.js'; export { b };", 're-exports b'],
    ['src/model/a.ts', "export * from './b.js';", 'exports *'],
    ['src/index.ts', "export * from './engine.js';", 'exports *'],
    ['src/model/index.ts', 'export const a = 1;', 'is a barrel'],
  ])('a barrel is found in %s: %s', (path, text, why) => {
    expect(barrelViolations([source(path, text)])).toEqual([expect.stringContaining(why)]);
  });

  test('a local export list is no barrel', () => {
    expect(
      barrelViolations([source('src/model/a.ts', "import { b } from './b.js'; const a = b; export { a };")]),
    ).toEqual([]);
  });

  test.each([
    'export default 1;',
    'const a = 1; export { a as default };',
    "export { default } from './b.js';",
  ])('a default export is found: %s', (text) =>
    expect(defaultExportViolations([source('src/a.ts', text)])).toHaveLength(1),
  );
});

describe('the purity rules', () => {
  const judge = (text: string): string[] => timeViolations([source('src/services/a.ts', text)]);

  test.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const text = `at ${Date.now()}`;',
    'const { now } = Date;',
    'const chance = Math.random();',
    'const id = crypto.randomUUID();',
    "import { randomUUID as id } from 'node:crypto';",
    'setTimeout(go, 10);',
    'globalThis.setInterval(go, 10);',
    'const options = { setTimeout };',
    'const signal = AbortSignal.timeout(10);',
    'const start = performance.now();',
    "import { setTimeout as sleep } from 'node:timers/promises';",
  ])('refuses %s', (text) => expect(judge(text)).toHaveLength(1));

  test.each([
    'const text = new Date(instant).toISOString();',
    'const instant = Date.parse(text);',
    'const is = value instanceof Date;',
    'setImmediate(go); queueMicrotask(go); clearTimeout(timer);',
    'clock.setTimeout(go, 10);',
    'type Timer = ReturnType<typeof setTimeout>; interface A { at: Date }',
    '// Date.now()\nconst text = "Math.random()";',
  ])('accepts %s', (text) => expect(judge(text)).toEqual([]));

  test('clock.ts, ids.ts and the interfaces may', () => {
    const paths = ['src/services/clock.ts', 'src/services/ids.ts', 'src/interfaces/cli/a.ts'];
    expect(timeViolations(paths.map((path) => source(path, 'const now = Date.now();')))).toEqual([]);
  });

  test.each([
    "export const chart = { states: { a: { after: { 10: 'b' } } } };",
    "export const chart = { states: { a: { 'after': slow } } };",
    "export const entry = raise({ type: 'a' }, { delay: 10 });",
    'export const at = new Date(0);',
    'export const chance = Math.random();',
    'setTimeout(go, 1);',
    'queueMicrotask(go);',
    'console.log(1);',
  ])('a machine may not contain %s', (text) => {
    expect(machineViolations([source('src/machines/a.machine.ts', text)])).toHaveLength(1);
  });

  test('a machine may speak of what comes after', () => {
    const text =
      'export const waits = (task: Task): boolean => task.after.length > 0; interface A { after: 1 }';
    expect(machineViolations([source('src/machines/a.machine.ts', text)])).toEqual([]);
  });
});

describe('the shape rules', () => {
  test('names', () => {
    const good = [
      'src/model/task.ts',
      'src/machines/task.machine.ts',
      'test/types/engine.test-d.ts',
      'src/a-b2/c.ts',
    ];
    expect([...kebabViolations(good), ...catchAllViolations(good)]).toEqual([]);
    const bad = ['src/model/taskRecord.ts', 'src/Model/task.ts', 'src/model/task_record.ts'];
    expect(kebabViolations(bad)).toEqual(bad);
    const empty = [
      'src/utils/a.ts',
      'src/model/helpers.ts',
      'src/string-util.ts',
      'src/common.ts',
      'src/misc/a.ts',
    ];
    expect(catchAllViolations(empty)).toEqual(empty);
  });

  test('sizes', () => {
    const lines = (count: number): string => '\n'.repeat(count - 1);
    expect(fileSizeViolations([{ path: 'src/a.ts', text: `${lines(300)}//\n` }])).toEqual([]);
    expect(fileSizeViolations([{ path: 'src/a.ts', text: `${lines(301)}//\n` }])).toHaveLength(1);
    expect(functionSizeViolations([source('src/a.ts', `function a() {${lines(70)}}`)])).toEqual([]);
    expect(functionSizeViolations([source('src/a.ts', `// 🙂\nconst grow = () => {${lines(71)}};`)])).toEqual(
      ['src/a.ts:2 grow has 71 lines of its own, the limit is 70'],
    );
    expect(functionSizeViolations([source('src/a.ts', `class A {\n  run() {${lines(71)}}\n}`)])).toEqual([
      'src/a.ts:2 run has 71 lines of its own, the limit is 70',
    ]);
  });

  test('headers', () => {
    const judge = (text: string): string[] => headerViolations([{ path: 'src/a.ts', text }]);
    expect(judge('// What a task is.\nexport {};')).toEqual([]);
    expect(judge('#!/usr/bin/env node\n/** The command line starts here. */\n')).toEqual([]);
    expect(judge("import './b.js';\n// What a task is.")).toHaveLength(1);
    expect(judge('// @ts-nocheck for some good reason\n')).toHaveLength(1);
    expect(judge('//\nexport {};')).toHaveLength(1);
  });

  test('a file that does not parse is named', () => {
    expect(() => source('src/a.ts', 'const = 1;')).toThrow('src/a.ts is not valid TypeScript');
  });
});

function source(path: string, text: string): Source {
  return parseSource({ path, text });
}

function pathsUnder(folder: string): string[] {
  return readdirSync(root, { withFileTypes: true }).some((entry) => entry.name === folder)
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
        .filter((path) => !path.includes('/node_modules/'))
    : [];
}
