// Tree view: the live task tree on a terminal, with what stays (failures, notices) printed above it.
import pc from 'picocolors';
import { clean, fit } from '../display.js';
import type { Interrupts } from '../interrupts.js';
import { createKeyboard } from './keyboard.js';
import { createScreen } from './screen.js';
import { failureMessage, TaskTree, type Wait } from './task-tree.js';
import { treeLines } from './tree-lines.js';
import type { View } from './view.js';

/** Elapsed times go on when nothing happens. */
const tickMs = 1_000;
/** The tree leaves room for what is above it; what stays of it in the end is short. */
const maxRows = 30;
const lastRows = 14;

/** Makes the live view. `answer` gives the command that answers a wait. */
export function createTreeView(answer: (wait: Wait) => string | undefined, interrupts: Interrupts): View {
  let tree = new TaskTree('', []);
  let head = { name: '', status: 'ready', startedAt: Date.now() };
  let waits: readonly Wait[] = [];
  let notice: string | undefined;
  let isClosing = false;
  const screen = createScreen(process.stdout, (columns, rows) =>
    treeLines({
      ...head,
      tree,
      waits,
      notice,
      answer,
      columns,
      rows: Math.min(rows - 1, isClosing ? lastRows : maxRows),
      now: Date.now(),
    }),
  );
  const ticking = setInterval(screen.redraw, tickMs);
  const suspend = (): void => {
    keyboard.give();
    screen.suspend();
  };
  const resume = (): void => {
    keyboard.take();
    screen.resume();
  };
  const keyboard = createKeyboard(interrupts, { stopped: suspend, continued: resume });
  keyboard.take();

  return {
    begin(goal, tasks) {
      tree = new TaskTree(goal.id, tasks, goal.taskCount);
      head = { name: goal.name, status: goal.status, startedAt: goal.startedAt };
      screen.redraw();
    },
    fact(fact) {
      tree.apply(fact);
      const state = /^goal\.(started|blocked|paused|resumed|succeeded|partial|failed|aborted)$/.exec(
        fact.type,
      )?.[1];
      if (state !== undefined) {
        const status = { started: 'executing', resumed: 'executing', paused: 'blocked' }[state] ?? state;
        head = { ...head, status };
      }
      if (fact.type === 'task.failed') {
        const room = (process.stdout.columns || 80) - 2;
        const words = `${String(fact.data['taskId'])}: ${failureMessage(fact.data)}`;
        screen.print([pc.red(fit(`✘ ${clean(words)}`, room))]);
      }
      screen.redraw();
    },
    refresh(tasks) {
      tree.refreshRounds(tasks);
      screen.redraw();
    },
    progress(taskId, share, message) {
      tree.progress(taskId, share, message);
      screen.redraw();
    },
    waits(now) {
      waits = now;
      if (head.status === 'blocked' && now.length === 0) head = { ...head, status: 'executing' };
      screen.redraw();
    },
    notice(text) {
      notice = text;
      screen.redraw();
    },
    suspend,
    resume,
    close() {
      keyboard.give();
      isClosing = true;
      notice = undefined;
      waits = [];
      clearInterval(ticking);
      screen.close(true);
    },
  };
}
