// Live tasks: those that have an actor, counted by how they stand. All counts are kept, none is recounted.
import type { BlockageKind } from '../model/blockage.js';
import type { BlockageNote } from '../machines/protocol.js';

/** `work` takes a place in the width, `wait` does not, `loop` is only as active as its rounds. */
export type LiveKind = 'work' | 'wait' | 'loop';

export interface LiveTask {
  /** The index of the plan's task that it is or belongs to. */
  readonly index: number;
  readonly kind: LiveKind;
  readonly undo: boolean;
  readonly blocked: BlockageNote | undefined;
}

export interface LiveTasks {
  readonly all: ReadonlyMap<string, LiveTask>;
  add(id: string, task: Omit<LiveTask, 'blocked'>): void;
  remove(id: string): LiveTask | undefined;
  block(id: string, note: BlockageNote): void;
  unblock(id: string): void;
  /** A reservation is granted: the task takes its place from now on, whatever it said before it knows. */
  grant(id: string): void;
  /** The task has left the attempt that the reservation was for. */
  leave(id: string): void;
  /** While a loop is open it counts by its rounds; before and after that it counts itself. */
  setOpen(id: string, isOpen: boolean): void;
  /** Places taken in the width. */
  places(): number;
  takesPlace(id: string): boolean;
  active(): number;
  blocked(): number;
  undoing(): number;
  /** Of what blocks tasks, that which needs somebody first. */
  worst(): BlockageNote | undefined;
}

const byUrgency: readonly BlockageKind[] = [
  'approval',
  'interrupted',
  'error',
  'ambiguity',
  'external',
  'resource',
  'paused',
];

export function createLiveTasks(): LiveTasks {
  const all = new Map<string, LiveTask>();
  const openLoops = new Set<string>();
  const granted = new Set<string>();
  const byKind = new Map<BlockageKind, Set<string>>();
  let places = 0;
  let blocked = 0;
  let idle = 0;
  let undoing = 0;

  const takesPlace = (task: LiveTask | undefined): boolean =>
    task?.kind === 'work' && task.blocked === undefined;
  const exit = (id: string, task: LiveTask): void => {
    if (takesPlace(task)) places -= 1;
    if (task.blocked === undefined) return;
    blocked -= 1;
    byKind.get(task.blocked.kind)?.delete(id);
  };
  const enter = (id: string, task: LiveTask): void => {
    all.set(id, task);
    if (takesPlace(task)) places += 1;
    if (task.blocked === undefined) return;
    blocked += 1;
    const { kind } = task.blocked;
    byKind.set(kind, (byKind.get(kind) ?? new Set()).add(id));
  };
  const change = (id: string, note: BlockageNote | undefined): void => {
    const task = all.get(id);
    if (task === undefined) return;
    exit(id, task);
    enter(id, { ...task, blocked: note });
  };

  return {
    all,
    add: (id, task) => {
      if (task.undo) undoing += 1;
      enter(id, { ...task, blocked: undefined });
    },
    remove: (id) => {
      const task = all.get(id);
      if (task === undefined) return undefined;
      exit(id, task);
      all.delete(id);
      granted.delete(id);
      if (openLoops.delete(id)) idle -= 1;
      if (task.undo) undoing -= 1;
      return task;
    },
    block: (id, note) => {
      if (note.kind !== 'resource' || !granted.has(id)) change(id, note);
    },
    unblock: (id) => {
      granted.delete(id);
      change(id, undefined);
    },
    grant: (id) => {
      granted.add(id);
      change(id, undefined);
    },
    leave: (id) => void granted.delete(id),
    setOpen: (id, isOpen) => {
      if (openLoops.has(id) === isOpen) return;
      if (isOpen) openLoops.add(id);
      else openLoops.delete(id);
      idle += isOpen ? 1 : -1;
    },
    places: () => places,
    takesPlace: (id) => takesPlace(all.get(id)),
    active: () => all.size - blocked - idle,
    blocked: () => blocked,
    undoing: () => undoing,
    worst: () => {
      for (const kind of byUrgency) {
        const first = byKind.get(kind)?.values().next();
        const id = first?.done === false ? first.value : undefined;
        const detail = id === undefined ? undefined : all.get(id)?.blocked?.detail;
        const count = byKind.get(kind)?.size ?? 0;
        if (id !== undefined) {
          const more = count > 1 ? ` (and ${count - 1} more)` : '';
          return { kind, detail: `${id}: ${detail ?? kind}${more}` };
        }
      }
      return undefined;
    },
  };
}
