// The tasks of a node's stack, each once from the top down, and a relaxation from its state.
import type { Relaxation } from './relaxation.js';
import type { SequenceSpace } from './sequence-space.js';

export class StackTasks {
  count = 0;
  private readonly space: SequenceSpace;
  private readonly relaxation: Relaxation;
  private readonly tasks: Int32Array;
  private readonly isListed: Uint8Array;

  constructor(space: SequenceSpace, relaxation: Relaxation) {
    this.space = space;
    this.relaxation = relaxation;
    this.tasks = new Int32Array(space.model.taskCount);
    this.isListed = new Uint8Array(space.model.taskCount);
  }

  /** Explores what a node's tasks cost, relaxed, or the `first` of them; false when one of these cannot be done. */
  explore(node: number, first = Infinity, methods: readonly number[] | null = null): boolean {
    const { space, tasks, isListed, relaxation } = this;
    const { task, tail } = space.stacks;
    this.count = 0;
    for (let at = space.stack[node]!; at !== 0 && this.count < first; at = tail[at]!) {
      const each = task[at]!;
      if (isListed[each] === 1) continue;
      isListed[each] = 1;
      tasks[this.count] = each;
      this.count += 1;
    }
    for (let index = 0; index < this.count; index += 1) isListed[tasks[index]!] = 0;
    space.states.load(space.state[node]!);
    return relaxation.explore(space.states.bits, tasks, this.count, methods) === 0;
  }

  /** The length of a relaxed plan for the tasks that were explored. */
  planLength(): number {
    return this.relaxation.planLength(this.tasks, this.count);
  }
}
