// Cuts methods into parts, so that a variable is bound no sooner than it is needed and grounding does not
// multiply what is independent. A sequence is cut before the subtask that brings a new variable; of a partial
// order, a subtask with variables of its own becomes a part. A part is a task of the program's own, whose
// subtasks belong to the method it was cut from.
import type { Check, Program, ProgramMethod, ProgramSubtask, ProgramTask } from './program.js';
import { noteTerms, slotsOfCheck, slotsOfCondition } from './slots.js';

/** The program with its methods cut. */
export function cutMethods(program: Program): Program {
  const tasks = [...program.tasks];
  const methods: ProgramMethod[] = [];
  const addTask = (task: ProgramTask): number => tasks.push(task) - 1 + program.operators.length;
  for (const method of program.methods) {
    if (method.ordering === null) methods.push(...cutSequence(program, method, addTask));
    else methods.push(...splitPartialOrder(program, method, addTask));
  }
  return { ...program, tasks, methods };
}

type AddTask = (task: ProgramTask) => number;

function isStateless(program: Program, check: Check): boolean {
  if (check.kind === 'equal') return true;
  return check.kind === 'literal' && program.predicates[check.atom.predicate]!.isStatic;
}

function isSubset(slots: ReadonlySet<number>, of: ReadonlySet<number>): boolean {
  for (const slot of slots) if (!of.has(slot)) return false;
  return true;
}

function slotsOf(subtasks: readonly ProgramSubtask[]): Set<number> {
  const slots = new Set<number>();
  for (const subtask of subtasks) noteTerms(subtask.terms, slots);
  return slots;
}

function partTask(program: Program, method: ProgramMethod, slots: readonly number[]): ProgramTask {
  const { name } = program.tasks[method.task - program.operators.length]!;
  return {
    name: `part of ${name}`,
    arity: slots.length,
    types: slots.map((slot) => method.slotTypes[slot]!),
    kind: 'part',
  };
}

function cutSequence(program: Program, method: ProgramMethod, addTask: AddTask): ProgramMethod[] {
  const stateful = method.condition.checks.filter((check) => !isStateless(program, check));
  const early = slotsOfCondition({ atoms: method.condition.atoms, checks: stateful });
  noteTerms(method.terms, early);
  const matched = new Set(method.matched);
  const parts: ProgramMethod[] = [];
  let deferred = method.condition.checks.filter((check) => isStateless(program, check));
  let head: Pick<ProgramMethod, 'task' | 'terms'> = method;
  let condition = { atoms: method.condition.atoms, checks: stateful };
  let start = 0;
  const bound = new Set(early);
  const close = (end: number, tail: ProgramSubtask | null): void => {
    const own = new Set(bound);
    const settled = deferred.filter((check) => isSubset(slotsOfCheck(check), own));
    deferred = deferred.filter((check) => !settled.includes(check));
    const subtasks = method.subtasks.slice(start, end);
    parts.push({
      ...method,
      task: head.task,
      terms: head.terms,
      matched: [...own].filter((slot) => matched.has(slot)),
      condition: { atoms: condition.atoms, checks: [...condition.checks, ...settled] },
      subtasks: tail === null ? subtasks : [...subtasks, tail],
    });
  };
  method.subtasks.forEach((subtask, index) => {
    const fresh = subtask.terms.some((term) => term >= 0 && !bound.has(term));
    if (fresh && index > 0) {
      const rest = slotsOf(method.subtasks.slice(index));
      for (const check of deferred) for (const slot of slotsOfCheck(check)) rest.add(slot);
      const passed = [...bound].filter((slot) => rest.has(slot));
      const terms = Int32Array.from(passed);
      const task = addTask(partTask(program, method, passed));
      close(index, { task, terms, index: -1 });
      head = { task, terms };
      condition = { atoms: [], checks: [] };
      start = index;
      bound.clear();
      for (const slot of passed) bound.add(slot);
    }
    noteTerms(subtask.terms, bound);
  });
  // A variable that nothing mentions is bound in the last part, for the plan to name.
  const mentioned = new Set([...slotsOf(method.subtasks), ...early]);
  for (const slot of method.matched) if (!mentioned.has(slot)) bound.add(slot);
  close(method.subtasks.length, null);
  return parts;
}

function splitPartialOrder(program: Program, method: ProgramMethod, addTask: AddTask): ProgramMethod[] {
  if (method.subtasks.length < 2) return [method];
  const parts: ProgramMethod[] = [];
  const gone = new Set<number>();
  const moved = new Set<Check>();
  const subtasks = method.subtasks.map((subtask, index): ProgramSubtask => {
    const inside = slotsOf([subtask]);
    if (inside.size === 0) return subtask;
    const outside = slotsOf(method.subtasks.filter((_, other) => other !== index));
    noteTerms(method.terms, outside);
    for (const atom of method.condition.atoms) noteTerms(atom.terms, outside);
    const own = method.condition.checks.filter((check) => {
      const slots = slotsOfCheck(check);
      const isOwn = isStateless(program, check) && isSubset(slots, inside) && !isSubset(slots, outside);
      if (!isOwn) for (const slot of slots) outside.add(slot);
      return isOwn;
    });
    const local = [...inside].filter((slot) => !outside.has(slot));
    if (local.length === 0) return subtask;
    for (const slot of local) gone.add(slot);
    for (const check of own) moved.add(check);
    const passed = [...inside].filter((slot) => outside.has(slot));
    const terms = Int32Array.from(passed);
    const task = addTask(partTask(program, method, passed));
    parts.push({
      ...method,
      task,
      terms,
      matched: [...inside],
      condition: { atoms: [], checks: own },
      subtasks: [subtask],
      ordering: null,
    });
    return { task, terms, index: -1 };
  });
  if (parts.length === 0) return [method];
  const checks = method.condition.checks.filter((check) => !moved.has(check));
  const matched = method.matched.filter((slot) => !gone.has(slot));
  return [{ ...method, matched, condition: { atoms: method.condition.atoms, checks }, subtasks }, ...parts];
}
