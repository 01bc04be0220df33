// The exports of the five statecharts: the Mermaid text is well formed and says all that the machine says, the
// Stately source loads and makes the same chart, the files that are kept are the present ones, and a stale or
// missing one is noticed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setup, type AnyStateMachine, type AnyStateNode } from 'xstate';
import { describe, expect, test } from 'vitest';
import { charts } from '../../visualizations/charts.js';
import { mermaidOf } from '../../visualizations/mermaid.js';
import { statelyOf } from '../../visualizations/stately.js';
import { readMermaid } from './mermaid-text.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const generated = join(root, 'visualizations', 'generated');
const kept = (name: string): string => readFileSync(join(generated, name), 'utf8');
const nodesOf = (machine: AnyStateMachine): AnyStateNode[] => withInner(machine.root as AnyStateNode);
const withInner = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => withInner(child as AnyStateNode)),
];
const id = (node: AnyStateNode): string => node.path.join('__');
const named = (one: unknown): string => (typeof one === 'string' ? one : (one as { type: string }).type);

/** All transitions of a state with the event that each answers, `always` as an empty one. */
function transitionsOf(node: AnyStateNode) {
  const onEvents = [...node.transitions].flatMap(([event, all]) => all.map((one) => ({ event, one })));
  return [...onEvents, ...(node.always ?? []).map((one) => ({ event: '', one }))];
}

/** A machine as plain data: every state with everything that a chart can say of it. */
function shapeOf(machine: AnyStateMachine) {
  return nodesOf(machine).map((node) => ({
    path: node.path,
    type: node.type,
    history: node.history,
    initial: node.initial?.target.map((target) => target.path),
    entry: node.entry,
    exit: node.exit,
    invokes: node.invoke.map(({ id: name, src }) => ({ name, src })),
    transitions: transitionsOf(node).map(({ event, one }) => ({
      event,
      guard: one.guard,
      actions: one.actions,
      reenter: one.reenter,
      targets: one.target?.map((target) => target.path),
    })),
  }));
}

describe.each(charts)('the $kind chart as Mermaid text', (chart) => {
  const nodes = nodesOf(chart.machine);
  const diagram = readMermaid(mermaidOf(chart));
  const isReal = (name: string): boolean => !/(^|__)any$/.test(name);

  test('declares every state once, inside its parent', () => {
    const wanted = nodes
      .filter((node) => node.parent !== undefined)
      .map((node): [string, string] => [id(node), node.path.slice(0, -1).join('__')]);
    expect(new Map([...diagram.states].filter(([name]) => isReal(name)))).toEqual(new Map(wanted));
  });

  test('draws and describes declared states only', () => {
    const used = [
      ...diagram.arrows.flatMap(({ from, to }) => [from, to]),
      ...diagram.notes.map((one) => one.id),
    ];
    expect(used.filter((name) => !/^(start|end):/.test(name) && !diagram.states.has(name))).toEqual([]);
  });

  test('marks what is entered first, and what is final', () => {
    const first = nodes
      .filter((node) => node.type === 'compound')
      .map((node) => `start:${id(node)} ${node.initial.target.map(id).join()}`);
    const last = nodes
      .filter(({ type }) => type === 'final')
      .map((node) => `${id(node)} end:${id(node.parent as AnyStateNode)}`);
    const drawn = diagram.arrows.map(({ from, to }) => `${from} ${to}`);
    expect(drawn.filter((line) => line.startsWith('start:')).sort()).toEqual(first.sort());
    expect(drawn.filter((line) => line.includes(' end:')).sort()).toEqual(last.sort());
  });

  test('has every transition, with event, guard and actions, and no other', () => {
    const plain = diagram.arrows.filter(
      ({ from, to }) => !from.startsWith('start:') && !to.startsWith('end:'),
    );
    let moves = 0;
    for (const node of nodes) {
      for (const { event, one } of transitionsOf(node)) {
        const [target] = one.target ?? [];
        const words = [
          event.replace(/^xstate\.(done|error)\.actor\.(.+)$/, '$1($2)'),
          ...(one.guard === undefined ? [] : [`[${named(one.guard)}]`]),
          ...one.actions.map(named),
        ];
        const own = [id(node), id(node) === '' ? 'any' : `${id(node)}__any`];
        const lines =
          target === undefined
            ? diagram.notes.filter((line) => own.includes(line.id)).map(({ text }) => text)
            : plain
                .filter((line) => own.includes(line.from) && line.to === id(target))
                .map(({ label }) => label);
        expect(lines.filter((line) => words.every((word) => line.includes(word)))).not.toEqual([]);
        if (target !== undefined) moves += 1;
      }
    }
    expect(plain).toHaveLength(moves);
  });

  test('notes every invoke, and every action on the way in and out', () => {
    for (const node of nodes) {
      const own = diagram.notes.filter((line) =>
        [id(node), id(node) === '' ? 'any' : `${id(node)}__any`].includes(line.id),
      );
      const text = own.map((line) => line.text).join('\n');
      for (const action of node.entry) expect(text).toMatch(new RegExp(`entry / .*${named(action)}`));
      for (const action of node.exit) expect(text).toMatch(new RegExp(`exit / .*${named(action)}`));
      for (const invoke of node.invoke) expect(text).toMatch(new RegExp(`invoke / ${invoke.id}`));
    }
  });
});

describe.each(charts)('the $kind chart as Stately source', (chart) => {
  test('loads, and makes a machine with the same states and transitions', async () => {
    const source = pathToFileURL(join(generated, `${chart.kind}.js`)).href;
    const exported = (await import(/* @vite-ignore */ source)) as Record<string, AnyStateMachine>;
    const machine = exported[`${chart.kind}Machine`] as AnyStateMachine;
    expect(shapeOf(machine)).toEqual(shapeOf(chart.machine));
    expect(machine.version).toBe(String(chart.version));
  });

  test('is kept up to date', () => {
    expect(kept(`${chart.kind}.js`)).toBe(statelyOf(chart));
    expect(kept(`${chart.kind}.mmd`)).toBe(mermaidOf(chart));
  });
});

describe('a chart that holds code where a name belongs', () => {
  const machine = setup({}).createMachine({
    id: 'odd',
    initial: 'a',
    states: { a: { on: { go: { target: 'b', actions: () => {} } } }, b: { type: 'final' } },
  }) as unknown as AnyStateMachine;

  test('is refused by both exports', () => {
    const chart = { kind: 'odd', version: 1, machine };
    expect(() => mermaidOf(chart)).toThrow('expected the name of an implementation, got function');
    expect(() => statelyOf(chart)).toThrow('odd.states.a.on.go.actions: expected a name or a plain value');
  });
});

describe('the generator', () => {
  const program = join(root, 'dist', 'visualizations', 'generate.js');
  const run = (cwd: string, ...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], { cwd, encoding: 'utf8' });

  test('writes the same files every time, and --check finds what is stale, missing or left over', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'charts '));
    try {
      expect(run(cwd, '--check').status).toBe(1);
      expect(run(cwd).status).toBe(0);
      expect(run(cwd, '--check')).toMatchObject({ status: 0, stdout: '' });
      const folder = join(cwd, 'visualizations', 'generated');
      writeFileSync(join(folder, 'goal.mmd'), 'stateDiagram-v2\n');
      writeFileSync(join(folder, 'old.mmd'), '');
      rmSync(join(folder, 'task.js'));
      const checked = run(cwd, '--check');
      expect(checked.status).toBe(1);
      expect(checked.stdout.match(/generated\/\S+/g)).toEqual(
        ['goal.mmd', 'old.mmd', 'task.js'].map((name) => `generated/${name}`),
      );
      expect(run(cwd).status).toBe(0);
      expect(run(cwd, '--check').status).toBe(0);
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
