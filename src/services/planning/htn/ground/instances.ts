// Instances: which operators and methods that were reached are ways to do which task.
import type { Program } from '../program/program.js';
import { groundTerms } from './early-checks.js';
import type { Reached } from './reached.js';
import type { Resting } from './rest.js';

/** Instances that are put in order between two rests. */
const instancesPerRest = 1 << 12;

export interface Chain {
  /** By tuple of the task: its first instance; then each instance's next. -1 ends. */
  readonly first: Int32Array;
  readonly chain: Int32Array;
}

export interface Instances {
  readonly methods: readonly Chain[];
  readonly operators: readonly Chain[];
  readonly methodsOf: readonly (readonly number[])[];
}

/** Methods in the order in which they were reached, operators the other way round. */
export function* instancesByTask(program: Program, reached: Reached, bytes: number): Resting<Instances> {
  const methodsOf: number[][] = reached.tasks.map(() => []);
  const methods: Chain[] = [];
  for (const [id, method] of program.methods.entries()) {
    methodsOf[method.task]!.push(id);
    const set = reached.methods[id]!;
    const place = new Int32Array(method.slotTypes.length);
    const first = new Int32Array(reached.tasks[method.task]!.count).fill(-1);
    const chain = new Int32Array(set.count).fill(-1);
    for (let at = set.count - 1; at >= 0; at -= 1) {
      if (at % instancesPerRest === 0) yield bytes;
      if (reached.isComplete[id]![at] !== 1) continue;
      method.matched.forEach((slot, column) => (place[slot] = set.at(at, column)));
      const target = reached.tasks[method.task]!.find(groundTerms(method.terms, place));
      chain[at] = first[target]!;
      first[target] = at;
    }
    methods.push({ first, chain });
  }
  const operators: Chain[] = [];
  for (const [id, operator] of program.operators.entries()) {
    const set = reached.operators[id]!;
    const first = new Int32Array(reached.tasks[id]!.count).fill(-1);
    const chain = new Int32Array(set.count).fill(-1);
    for (let at = 0; at < set.count; at += 1) {
      if (at % instancesPerRest === 0) yield bytes;
      const target = reached.tasks[id]!.find(set.read(at).subarray(0, operator.parameterCount));
      chain[at] = first[target]!;
      first[target] = at;
    }
    operators.push({ first, chain });
  }
  return { methods, operators, methodsOf };
}

function countOf(sets: readonly { readonly count: number }[]): number {
  return sets.reduce((sum, { count }) => sum + count, 0);
}

/** Bytes of the lists, and of the numbers that a draft gives to tasks. */
export function instanceBytes(program: Program, reached: Reached): number {
  let tasks = countOf(reached.tasks.slice(0, program.operators.length));
  for (const { task } of program.methods) tasks += reached.tasks[task]!.count;
  return (tasks + countOf(reached.tasks) + countOf(reached.methods) + countOf(reached.operators)) * 4;
}
