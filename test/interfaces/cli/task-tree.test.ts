// The task tree: it follows the facts, stays within its height, and shows what matters most.
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Fact, TaskView } from '#src/index.js';
import { width } from '#src/interfaces/cli/display.js';
import { factLine } from '#src/interfaces/cli/live/plain-view.js';
import { TaskTree } from '#src/interfaces/cli/live/task-tree.js';
import { treeLines } from '#src/interfaces/cli/live/tree-lines.js';

const view = (id: string, more: Partial<TaskView> = {}): TaskView => ({
  id,
  name: id,
  status: 'pending',
  action: 'fs.read',
  attempts: 0,
  after: [],
  ...more,
});

let seq = 0;
const fact = (type: string, data: Fact['data']): Fact => ({
  seq: ++seq,
  at: 1_000 + seq,
  goal: 'g',
  actor: 'task/g/x',
  type,
  data,
});

function draw(tree: TaskTree, rows = 20, columns = 100): string[] {
  const frame = {
    tree,
    name: 'Goal',
    status: 'executing',
    startedAt: 0,
    now: 5_000,
    waits: [],
    notice: undefined,
  };
  return treeLines({ ...frame, columns, rows, answer: () => undefined }).map(stripVTControlCharacters);
}

describe('facts', () => {
  test('move a task through its states', () => {
    const tree = new TaskTree('g', [view('a')]);
    const status = (type: string, data: Fact['data'] = {}): string | undefined => {
      tree.apply(fact(type, { taskId: 'a', ...data }));
      return tree.rows.get('a')?.status;
    };
    expect(status('attempt.started', { attempt: 1 })).toBe('executing');
    expect(tree.active).toBe(1);
    expect(status('attempt.failed', { failure: { message: 'no luck' } })).toBe('recovering');
    expect(tree.rows.get('a')?.detail).toBe('no luck');
    expect(tree.active).toBe(0);
    expect(status('task.blocked', { kind: 'resource', detail: 'a lock' })).toBe('blocked');
    expect(tree.rows.get('a')?.blocked).toBe('a lock');
    expect(status('attempt.started', { attempt: 2 })).toBe('executing');
    expect(tree.rows.get('a')).toMatchObject({ blocked: undefined, attempts: 2 });
    expect(status('attempt.completed')).toBe('verifying');
    expect(tree.active).toBe(1);
    expect(status('task.succeeded')).toBe('succeeded');
    expect(tree.active).toBe(0);
  });

  test('count rounds in their loop, which is itself never active', () => {
    const loop = view('move', {
      action: 'for each: fs.move',
      rounds: { total: 3, succeeded: 0, failed: 0, active: 0 },
    });
    const tree = new TaskTree('g', [loop]);
    tree.apply(fact('attempt.started', { taskId: 'move', attempt: 1 }));
    expect(tree.active).toBe(0);
    for (const id of ['move[0]', 'move[1]']) tree.apply(fact('attempt.started', { taskId: id, attempt: 1 }));
    expect(tree.active).toBe(2);
    tree.apply(fact('task.succeeded', { taskId: 'move[0]' }));
    tree.apply(fact('task.failed', { taskId: 'move[1]' }));
    expect(tree.active).toBe(0);
    expect(tree.rows.get('move')?.rounds).toMatchObject({ total: 3, succeeded: 1, failed: 1 });
    expect(tree.rows.size).toBe(1);
    expect(draw(tree).join('\n')).toContain('2/3');
  });

  test('that undo have rows of their own', () => {
    const tree = new TaskTree('g', [view('a')]);
    tree.apply(fact('attempt.started', { taskId: 'a~undo', attempt: 1 }));
    expect(draw(tree).join('\n')).toContain('undo a');
  });

  test('tasks that run at the first look are active, as are their rounds', () => {
    const tree = new TaskTree('g', [
      view('a', { status: 'executing' }),
      view('move', {
        status: 'executing',
        action: 'for each: x',
        rounds: { total: 9, succeeded: 0, failed: 0, active: 1 },
      }),
      view('move[4]', { status: 'executing' }),
    ]);
    expect(tree.active).toBe(2);
    expect(tree.rows.size).toBe(2);
  });
});

describe('the drawing', () => {
  test('shows what matters within its height, and counts the rest', () => {
    const views = Array.from({ length: 320 }, (_, index) => view(`task-${index}`));
    const tree = new TaskTree('g', views);
    for (let index = 0; index < 10; index++) {
      tree.apply(fact('attempt.started', { taskId: `task-${index}` }));
      tree.apply(fact('task.succeeded', { taskId: `task-${index}` }));
    }
    tree.apply(fact('attempt.started', { taskId: 'task-200' }));
    tree.apply(fact('task.blocked', { taskId: 'task-300', kind: 'approval', detail: 'approval to start' }));
    tree.apply(fact('task.failed', { taskId: 'task-100', failure: { message: 'broken' } }));
    const lines = draw(tree, 12);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines[0]).toMatch(/11\/320 +1 failed/);
    const text = lines.join('\n');
    for (const shown of ['task-200', 'task-300', 'task-100', 'task-9', 'approval to start', 'broken']) {
      expect(text).toContain(shown);
    }
    expect(lines.at(-1)).toMatch(/… \d+ more \(\d+ pending, 7 succeeded\)/);
    const shown = lines.slice(1, -1).map((line) => Number(/task-(\d+)/.exec(line)?.[1]));
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  });

  test.each([20, 40, 80, 200])('fits into %d columns', (columns) => {
    const tree = new TaskTree('g', [view('漢字'.repeat(20)), view('b', { name: 'x'.repeat(300) })]);
    tree.apply(fact('attempt.started', { taskId: 'b' }));
    tree.progress('b', 0.4, 'y'.repeat(300));
    tree.apply(fact('attempt.failed', { taskId: '漢字'.repeat(20), failure: { message: 'z'.repeat(300) } }));
    for (const line of draw(tree, 20, columns)) expect(width(line)).toBeLessThan(columns);
  });

  test('of a large plan does not keep what has ended well', () => {
    const tree = new TaskTree('g', [view('first')], 10_000);
    for (let index = 0; index < 9_999; index++) {
      tree.apply(fact('attempt.started', { taskId: `t${index}` }));
      tree.apply(fact('task.succeeded', { taskId: `t${index}` }));
    }
    expect(tree.rows.size).toBeLessThan(4_000);
    expect(tree.tally()).toMatchObject({ total: 10_000, ended: 9_999, failed: 0 });
    expect(draw(tree)[0]).toContain('9999/10000');
  });
});

describe('a line for each fact of interest', () => {
  test.each([
    [fact('attempt.started', { taskId: 'a', attempt: 1 }), 'a started'],
    [fact('attempt.started', { taskId: 'a', attempt: 2 }), 'a started (attempt 2)'],
    [fact('task.retrying', { taskId: 'a', delayMs: 1500 }), 'a tries again in 1.5 s'],
    [fact('task.failed', { taskId: 'a', failure: { code: 'x', message: 'no' } }), 'a failed: no'],
    [fact('task.skipped', { taskId: 'a', reason: 'not needed' }), 'a skipped: not needed'],
    [fact('goal.failed', { reason: 'too late' }), 'failed: too late'],
    [fact('attempt.completed', { taskId: 'a' }), undefined],
    [fact('something.new', {}), undefined],
  ])('%o', (one, line) => expect(factLine(one)).toBe(line));
});
