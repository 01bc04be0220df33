// Task networks → subtasks of a program's methods, in a sequence where their order is one.
import type { Subtask, TaskNetwork, TaskReference } from '../domain.js';
import { lowerTerms, type Scope } from './lower-formula.js';
import type { Condition, ProgramMethod, ProgramOperator, ProgramSubtask, ProgramTask } from './program.js';
import { refuse, type Symbols } from './symbols.js';

/** What the lowering of methods needs to know. */
export interface Context {
  readonly symbols: Symbols;
  readonly isTotalOrder: boolean;
  readonly goalTasks: ReadonlyMap<string, number>;
  readonly verify: ReadonlyMap<string, number>;
  readonly precondition: ReadonlyMap<number, number>;
  readonly operators: readonly ProgramOperator[];
  readonly compound: readonly ProgramTask[];
  readonly taskId: (reference: TaskReference, at: string) => number;
}

/** Whether a network's order is a sequence: its longest path visits every subtask. */
export function isTotal(network: TaskNetwork): boolean {
  return sequenceOf(network) !== null;
}

/** Indices of the subtasks in their only order; null when there are several. */
export function sequenceOf(network: TaskNetwork): number[] | null {
  const { subtasks, ordering } = network;
  if (subtasks.length < 2) return subtasks.map((_, index) => index);
  const position = new Map(subtasks.map((subtask, index) => [subtask.id, index]));
  const waits = new Int32Array(subtasks.length);
  const followers: number[][] = subtasks.map(() => []);
  for (const [first, second] of ordering) {
    waits[position.get(second)!]! += 1;
    followers[position.get(first)!]!.push(position.get(second)!);
  }
  const sequence: number[] = [];
  let free = [...waits.keys()].filter((index) => waits[index] === 0);
  while (free.length === 1) {
    const [next] = free as [number];
    sequence.push(next);
    free = followers[next]!.filter((each) => (waits[each]! -= 1) === 0);
  }
  return sequence.length === subtasks.length ? sequence : null;
}

/** Puts tasks of the program's own before and after all of a network. */
export function around(
  network: Pick<ProgramMethod, 'subtasks' | 'ordering'>,
  before: readonly ProgramSubtask[],
  after: readonly ProgramSubtask[],
): Pick<ProgramMethod, 'subtasks' | 'ordering'> {
  const subtasks = [...before, ...network.subtasks, ...after];
  if (network.ordering === null) return { subtasks, ordering: null };
  const shift = before.length;
  const end = shift + network.subtasks.length;
  const ordering = network.ordering.map(([one, other]): [number, number] => [one + shift, other + shift]);
  for (let index = 0; index < subtasks.length; index += 1) {
    for (let own = 0; own < shift; own += 1) if (index >= shift) ordering.push([own, index]);
    for (let own = end; own < subtasks.length; own += 1) if (index < end) ordering.push([index, own]);
  }
  return { subtasks, ordering };
}

export function lowerNetwork(
  context: Context,
  scope: Scope,
  network: TaskNetwork,
): Pick<ProgramMethod, 'subtasks' | 'ordering'> {
  const sequence = sequenceOf(network);
  const lower = (subtask: Subtask, index: number): ProgramSubtask => {
    const task = context.taskId(subtask, scope.at);
    checkArity(context, task, subtask.terms.length, `${scope.at}, subtask ${subtask.id}`);
    return { task, terms: lowerTerms(scope, subtask.terms), index };
  };
  const subtasks = network.subtasks.map(lower);
  if (sequence !== null) return { subtasks: sequence.map((index) => subtasks[index]!), ordering: null };
  const position = new Map(network.subtasks.map((subtask, index) => [subtask.id, index]));
  const place = (id: string): number =>
    position.get(id) ?? refuse(scope.at, `${scope.at} orders the unknown subtask '${id}'.`);
  return { subtasks, ordering: network.ordering.map(([one, other]) => [place(one), place(other)]) };
}

export function checkArity(context: Context, task: number, given: number, at: string): void {
  const operator = context.operators[task];
  const compound = context.compound[task - context.operators.length];
  const arity = operator?.parameterCount ?? compound!.arity;
  if (arity !== given)
    refuse(at, `${at}: '${(operator ?? compound)!.name}' takes ${arity} terms, found ${given}.`);
}

/** Narrows the slots of a method to what the tasks they are given to take. */
export function narrow(
  context: Context,
  scope: Scope,
  tasks: readonly ProgramSubtask[],
  condition: Condition,
): void {
  const { types } = context.symbols;
  for (const { task, terms } of tasks) {
    const operator = context.operators[task];
    const compound = context.compound[task - context.operators.length];
    terms.forEach((term, index) => {
      const type = operator === undefined ? compound!.types[index]! : operator.slotTypes[index]!;
      if (term >= 0) scope.slotTypes[term] = types.both(scope.slotTypes[term]!, type);
      else if (!types.has(type, ~term)) condition.checks.push({ kind: 'any', parts: [] });
    });
  }
}

export function namesOf(scope: Scope): string[] {
  const names = scope.slotTypes.map(() => '');
  for (const [name, slot] of scope.slots) names[slot] = name;
  return names;
}
