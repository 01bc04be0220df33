// View: what a person or a program sees of a goal while a command follows it.
import type { Fact, TaskView } from '../../../index.js';
import type { Wait } from './task-tree.js';

export interface View {
  /** What the goal is called, and its tasks as they stood at the beginning: of a large plan the first ones. */
  begin(
    goal: {
      readonly id: string;
      readonly name: string;
      readonly status: string;
      readonly startedAt: number;
      readonly taskCount: number;
    },
    tasks: readonly TaskView[],
  ): void;
  /** Each fact once, in order. */
  fact(fact: Fact): void;
  /** What is known better now: the number of rounds. */
  refresh(tasks: readonly TaskView[]): void;
  progress(taskId: string, share: number, message: string | undefined): void;
  /** All that it waits for now. */
  waits(waits: readonly Wait[]): void;
  /** What the command itself has to say. */
  notice(text: string): void;
  /** Makes room for a question, and takes it back. */
  suspend(): void;
  resume(): void;
  close(): void;
}
