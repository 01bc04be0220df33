// Validator: checks every constraint of a problem on a schedule, from the plain data alone. It shares nothing with
// the searches, so that a mistake of theirs cannot hide in it.
//
// S1 to S4 of problem.ts are read here as follows: S4 also for a rate: a stock must be within its bounds at the end
// of each stretch of even change, before what happens at that instant, and after it.
import type { ScheduleProblem } from './problem.js';
import type { Schedule, Violation } from './schedule.js';
import { budgetViolations } from './validate-budgets.js';
import { createFindings, type Findings, placeTasks, type PlacedTask } from './validate-placing.js';
import { capacityViolations, lockViolations } from './validate-resources.js';
import { setupViolations } from './validate-setups.js';
import { stockViolations } from './validate-stocks.js';

/**
 * All that a schedule breaks, up to `most` [200] findings; empty when it is valid.
 *
 * @param problem - As {@link readProblem} gives it.
 */
export function validateSchedule(
  problem: ScheduleProblem,
  schedule: Schedule,
  options: { readonly most?: number } = {},
): readonly Violation[] {
  const findings = createFindings(options.most ?? 200);
  for (const step of validationSteps(problem, schedule, findings)) step();
  return findings.list;
}

/** The checks of {@link validateSchedule} one by one, so that other things may happen between them. */
export function* validationSteps(
  problem: ScheduleProblem,
  schedule: Schedule,
  findings: Findings,
): Generator<() => void> {
  let placed: ReadonlyMap<string, PlacedTask> = new Map();
  yield () => {
    placed = placeTasks(problem, schedule, findings);
  };
  yield () => {
    for (const task of placed.values()) checkTimes(problem, task, findings);
  };
  yield () => checkPresence(problem, placed, schedule, findings);
  yield () => checkLags(problem, placed, findings);
  for (const resource of problem.resources) {
    yield () => {
      if (resource.kind === 'reusable') capacityViolations(resource, placed, findings);
      else stockViolations(resource, placed, findings);
    };
  }
  yield () => lockViolations(problem, placed, findings);
  for (const setup of problem.setups) yield () => setupViolations(setup, placed, findings);
  yield () => budgetViolations(problem, placed, findings);
}

function checkTimes(problem: ScheduleProblem, placed: PlacedTask, findings: Findings): void {
  const { task, path, start, end } = placed;
  const tasks = [task.id];
  if (task.fixed !== undefined) {
    if (start !== task.fixed.start || placed.mode !== task.fixed.mode) {
      const message = `'${task.id}' is fixed at ${task.fixed.start} in mode ${task.fixed.mode}, but is at ${start} in mode ${placed.mode}`;
      findings.add({ kind: 'fixed', path: `${path}.fixed`, message, tasks, at: start });
    }
  } else if (start < problem.now) {
    const message = `'${task.id}' starts at ${start}, before the present (${problem.now})`;
    findings.add({ kind: 'release', path: 'now', message, tasks, at: start });
  }
  if (start < task.release) {
    const message = `'${task.id}' starts at ${start}, before its release (${task.release})`;
    findings.add({ kind: 'release', path: `${path}.release`, message, tasks, at: start });
  }
  if (task.deadline !== undefined && end > task.deadline) {
    const message = `'${task.id}' ends at ${end}, after its deadline (${task.deadline})`;
    findings.add({ kind: 'deadline', path: `${path}.deadline`, message, tasks, at: end });
  }
  if (problem.horizon !== undefined && end > problem.horizon) {
    const message = `'${task.id}' ends at ${end}, after the horizon (${problem.horizon})`;
    findings.add({ kind: 'horizon', path: 'horizon', message, tasks, at: end });
  }
}

function checkPresence(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
  schedule: Schedule,
  findings: Findings,
): void {
  const dropped = new Set(schedule.dropped);
  problem.tasks.forEach((task, index) => {
    const path = `tasks.${index}`;
    const tasks = [task.id];
    const isDone = placed.has(task.id);
    if (isDone && dropped.has(task.id)) {
      findings.add({ kind: 'task', path, message: `'${task.id}' is both done and left out`, tasks });
    }
    if (isDone) {
      for (const id of task.requires) {
        if (placed.has(id)) continue;
        const message = `'${task.id}' is done, but '${id}', which it requires, is not`;
        findings.add({ kind: 'requires', path: `${path}.requires`, message, tasks: [task.id, id] });
      }
      return;
    }
    if (!dropped.has(task.id)) {
      findings.add({ kind: 'task', path, message: `'${task.id}' is neither done nor left out`, tasks });
    } else if (task.fixed !== undefined) {
      const message = `'${task.id}' has begun and cannot be left out`;
      findings.add({ kind: 'fixed', path: `${path}.fixed`, message, tasks });
    } else if (!task.optional) {
      findings.add({ kind: 'task', path, message: `'${task.id}' is left out, but is not optional`, tasks });
    }
  });
  const known = new Set(problem.tasks.map(({ id }) => id));
  for (const id of schedule.dropped) {
    if (known.has(id)) continue;
    findings.add({
      kind: 'task',
      path: 'tasks',
      message: `'${id}' is left out, but there is no such task`,
      tasks: [id],
    });
  }
}

function checkLags(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
  findings: Findings,
): void {
  problem.lags.forEach(({ from, to, anchor, min, max }, index) => {
    const one = placed.get(from);
    const other = placed.get(to);
    if (one === undefined || other === undefined) return;
    const [fromAnchor, toAnchor] = anchor.split('-');
    const since = fromAnchor === 'start' ? one.start : one.end;
    const until = toAnchor === 'start' ? other.start : other.end;
    const lag = until - since;
    const told = `from the ${fromAnchor} of '${from}' (${since}) to the ${toAnchor} of '${to}' (${until})`;
    const found = { kind: 'lag', path: `lags.${index}`, tasks: [from, to], at: until } as const;
    if (lag < min) findings.add({ ...found, message: `${told} pass ${lag}, but at least ${min} must` });
    if (max !== undefined && lag > max) {
      findings.add({ ...found, message: `${told} pass ${lag}, but at most ${max} may` });
    }
  });
}
