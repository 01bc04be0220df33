// Shifts: what has moved between two schedules, and what pushes it to where it is now.
import { orderGraphOf } from '../order-graph.js';
import type { OrderArc } from '../order-arc.js';
import type { ScheduleProblem } from '../problem.js';
import type { Schedule, ScheduledTask } from '../schedule.js';

/** Why a task is not earlier than it is. */
export interface ShiftCause {
  readonly kind:
    | 'predecessor'
    | 'resource'
    | 'stock'
    | 'lock'
    | 'setup'
    | 'calendar'
    | 'release'
    | 'now'
    | 'fact'
    | 'choice';
  /** Path of the constraint in the problem that is left. */
  readonly path?: string;
  /** The task that is in the way. */
  readonly task?: string;
  readonly message: string;
}

/** A task that is elsewhere than before. */
export interface Shift {
  readonly id: string;
  readonly kind: 'later' | 'earlier' | 'mode' | 'new' | 'left-out' | 'back';
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Later by so much; negative when it is earlier. */
  readonly by: number;
  readonly cause: ShiftCause;
}

/**
 * Compares two schedules.
 *
 * @param problem - That of the new schedule, which is valid for it.
 */
export function shiftsBetween(problem: ScheduleProblem, previous: Schedule, next: Schedule): Shift[] {
  const before = new Map(previous.tasks.map((task) => [task.id, task]));
  const wasLeftOut = new Set(previous.dropped);
  const moved = new Set(
    next.tasks.flatMap(({ id, start, end }) => {
      const was = before.get(id);
      return was?.start === start && was.end === end ? [] : [id];
    }),
  );
  const causes = createCauses(problem, next, moved);
  const shifts = next.tasks.flatMap((task): Shift[] => {
    const was = before.get(task.id);
    const kind = kindOf(task, was, wasLeftOut.has(task.id));
    if (kind === undefined) return [];
    const by = task.start - (was?.start ?? task.start);
    return [{ id: task.id, kind, from: was?.start, to: task.start, by, cause: causes(task, kind) }];
  });
  for (const id of next.dropped) {
    const was = before.get(id);
    if (was === undefined) continue;
    const cause = { kind: 'choice', message: 'leaving it out costs least' } as const;
    shifts.push({ id, kind: 'left-out', from: was.start, to: undefined, by: 0, cause });
  }
  return shifts;
}

function kindOf(
  task: ScheduledTask,
  was: ScheduledTask | undefined,
  wasLeftOut: boolean,
): Shift['kind'] | undefined {
  if (was === undefined) return wasLeftOut ? 'back' : 'new';
  if (task.start !== was.start) return task.start > was.start ? 'later' : 'earlier';
  return task.mode === was.mode ? undefined : 'mode';
}

/** Finds for a task the constraint that holds it where it is, first of all one from a task that has moved, too. */
function createCauses(
  problem: ScheduleProblem,
  schedule: Schedule,
  moved: ReadonlySet<string>,
): (task: ScheduledTask, kind: Shift['kind']) => ShiftCause {
  const { placed, walls, arcs } = orderGraphOf(problem, schedule);
  const before = new Map<string, OrderArc[]>();
  for (const arc of arcs) {
    const list = before.get(arc.to);
    if (list === undefined) before.set(arc.to, [arc]);
    else list.push(arc);
  }
  const point = (id: string, isEnd: boolean): number => {
    const place = placed.get(id) ?? walls.get(id);
    return (isEnd ? place?.end : place?.start) ?? 0;
  };
  const isTight = ({ from, fromEnd, to, toEnd, weight, isMax }: OrderArc): boolean =>
    isMax !== true && point(from, fromEnd) + weight === point(to, toEnd);
  const rank = ({ from, path }: OrderArc): number =>
    (moved.has(from) ? 0 : 2) + (path.startsWith('lags.') ? 0 : 1) + (walls.has(from) ? 3 : 0);
  return ({ id, start }, kind) => {
    const task = placed.get(id)?.task;
    if (task?.fixed !== undefined) return { kind: 'fact', message: 'it has begun' };
    const tight = (before.get(id) ?? []).filter(isTight).sort((one, other) => rank(one) - rank(other));
    const [arc] = tight;
    const isFree = kind === 'earlier' || kind === 'mode';
    if (arc !== undefined) return causeOf(problem, arc, walls.get(arc.from)?.start, isFree);
    if (start === problem.now && start > 0) return { kind: 'now', path: 'now', message: 'it starts now' };
    if (start === task?.release && start > 0) {
      return { kind: 'release', message: `it starts at its release, ${start}` };
    }
    return { kind: 'choice', message: 'nothing pushes it: it was placed so for the sake of the whole' };
  };
}

function causeOf(
  problem: ScheduleProblem,
  { from, fromEnd, path }: OrderArc,
  wallStart: number | undefined,
  isFree: boolean,
): ShiftCause {
  const opening = isFree ? 'it can start as soon as' : 'it waits until';
  const [place = '', name = ''] = path.split('.');
  if (wallStart !== undefined) {
    return {
      kind: 'calendar',
      path,
      message: `${opening} there is enough of '${name}' again: from ${wallStart} on there is less`,
    };
  }
  const ends = fromEnd ? 'ends' : 'starts';
  switch (place) {
    case 'lags':
      return {
        kind: 'predecessor',
        path,
        task: from,
        message: `${opening} '${from}', which comes before it, ${ends}`,
      };
    case 'locks':
      return {
        kind: 'lock',
        path,
        task: from,
        message: `${opening} '${from}' gives the lock '${name}' back`,
      };
    case 'setups':
      return {
        kind: 'setup',
        path,
        task: from,
        message: `${opening} '${name}' is done with '${from}' and set up`,
      };
    default: {
      const isHeld = problem.resources.some(({ id, kind }) => id === name && kind === 'reusable');
      const what = isHeld ? `gives '${name}' back` : `changes the stock '${name}'`;
      return {
        kind: isHeld ? 'resource' : 'stock',
        path,
        task: from,
        message: `${opening} '${from}' ${what}`,
      };
    }
  }
}
