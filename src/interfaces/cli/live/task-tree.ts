// Task tree: how the tasks of one goal stand, from a first look and then fact by fact. It is a view: what it
// does not know yet, the next look tells.
import type { Explanation, Fact, Json, TaskStatus, TaskView } from '../../../index.js';

/** The rounds of a loop. */
export interface Rounds {
  total: number;
  succeeded: number;
  failed: number;
  readonly active: Set<string>;
}

export interface Row {
  readonly id: string;
  readonly name: string;
  status: TaskStatus;
  attempts: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Why it is where it is, in a few words. */
  detail: string;
  /** What it waits for, while it does. */
  blocked: string | undefined;
  /** The last share that the running attempt has told. */
  share: number | undefined;
  rounds: Rounds | undefined;
}

export type Wait = Explanation['waits'][number];

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'aborted', 'skipped']);
export const isEnded = (status: TaskStatus): boolean => ends.has(status);

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Splits `move[3]` and `move[3]~undo` into the loop they belong to and whether they are a round. */
function parse(id: string): { rowId: string; isRound: boolean } {
  const match = /^(.*)\[\d+\](~undo)?$/.exec(id);
  return match === null
    ? { rowId: id, isRound: false }
    : { rowId: `${match[1] ?? ''}${match[2] ?? ''}`, isRound: true };
}

/** Above this many rows, those that have ended well are only counted. */
const maxRows = 3_000;

/** How many tasks stand how. */
export interface Tally {
  readonly total: number;
  readonly ended: number;
  readonly failed: number;
  /** The share that is done; a loop counts by its rounds. */
  readonly share: number;
}

export class TaskTree {
  /** By task id, in document order; rounds are counted in their loop. Of a large plan, not all tasks are here. */
  readonly rows = new Map<string, Row>();
  /** Tasks that have ended and have no row any more. */
  #dropped = 0;
  /** Tasks that do something now, rounds among them, loops not. */
  readonly #active = new Set<string>();

  /** Loops that have begun since the last look. */
  readonly #unknown = new Set<string>();

  constructor(
    readonly goal: string,
    views: readonly TaskView[],
    /** How many tasks the plan has, when that is more than were given. */
    readonly planned = 0,
  ) {
    for (const view of views) this.#add(view);
  }

  #add(view: TaskView): void {
    const { rowId, isRound } = parse(view.id);
    const runs = view.status === 'executing' || view.status === 'verifying';
    if (isRound) {
      if (runs) this.#active.add(view.id);
      if (runs) this.rows.get(rowId)?.rounds?.active.add(view.id);
      return;
    }
    const isLoop = view.rounds !== undefined || view.action.startsWith('for each');
    if (runs && !isLoop) this.#active.add(view.id);
    this.rows.set(view.id, {
      id: view.id,
      name: view.name,
      status: view.status,
      attempts: view.attempts,
      startedAt: view.startedAt,
      endedAt: view.endedAt,
      detail: view.failure ?? view.reason ?? '',
      blocked: view.blocked?.detail,
      share: undefined,
      rounds: isLoop ? { total: 0, succeeded: 0, failed: 0, ...view.rounds, active: new Set() } : undefined,
    });
  }

  /** How many tasks and rounds do something now. */
  get active(): number {
    return this.#active.size;
  }

  /** How many tasks have no row: not begun yet, or ended long ago. */
  get hidden(): { readonly pending: number; readonly ended: number } {
    return { pending: Math.max(0, this.planned - this.rows.size - this.#dropped), ended: this.#dropped };
  }

  tally(): Tally {
    const { pending } = this.hidden;
    let [total, ended, failed] = [this.#dropped + pending, this.#dropped, 0];
    let [work, done] = [total, ended];
    for (const { status, rounds } of this.rows.values()) {
      const weight = Math.max(1, rounds?.total ?? 1);
      total += 1;
      work += weight;
      if (isEnded(status)) ended += 1;
      if (status === 'failed') failed += 1;
      done += isEnded(status) ? weight : Math.min(weight, (rounds?.succeeded ?? 0) + (rounds?.failed ?? 0));
    }
    return { total, ended, failed, share: work === 0 ? 0 : done / work };
  }

  /** Takes the number of rounds, which no fact tells. */
  refreshRounds(views: readonly TaskView[]): void {
    this.#unknown.clear();
    for (const { id, rounds } of views) {
      const row = this.rows.get(id);
      if (rounds === undefined || row === undefined) continue;
      row.rounds = { ...rounds, active: row.rounds?.active ?? new Set() };
    }
  }

  /** Whether a loop has begun of which the number of rounds has not been looked up. */
  get wantsRounds(): boolean {
    return this.#unknown.size > 0;
  }

  progress(taskId: string, share: number, message: string | undefined): void {
    const row = this.rows.get(taskId);
    if (row === undefined) return;
    row.share = share;
    if (message !== undefined) row.detail = message;
  }

  /** Takes a fact of the goal. */
  apply(fact: Fact): void {
    const id = text(fact.data['taskId']);
    if (id === '') return;
    const { rowId, isRound } = parse(id);
    this.#note(id, fact, isRound || this.rows.get(id)?.rounds !== undefined);
    if (isRound) this.#applyRound(this.#rowOf(rowId), id, fact);
    else this.#applyTask(this.#rowOf(id), fact);
  }

  #note(id: string, { type }: Fact, isCounted: boolean): void {
    if (type === 'attempt.started' && (!isCounted || parse(id).isRound)) this.#active.add(id);
    const isOver = ['attempt.failed', 'attempt.interrupted', 'task.blocked'].includes(type);
    if (isOver || ends.has(endOf(type))) this.#active.delete(id);
  }

  #rowOf(id: string): Row {
    const known = this.rows.get(id);
    if (known !== undefined) return known;
    const row: Row = {
      id,
      name: id.endsWith('~undo') ? `undo ${id.slice(0, -'~undo'.length)}` : id,
      status: 'pending',
      attempts: 0,
      startedAt: undefined,
      endedAt: undefined,
      detail: '',
      blocked: undefined,
      share: undefined,
      rounds: undefined,
    };
    this.rows.set(id, row);
    return row;
  }

  #applyRound(row: Row, id: string, { type, at, data }: Fact): void {
    const rounds = (row.rounds ??= { total: 0, succeeded: 0, failed: 0, active: new Set() });
    row.startedAt ??= at;
    if (row.status === 'pending') row.status = 'executing';
    if (type === 'attempt.started') rounds.active.add(id);
    if (type === 'task.blocked') row.detail = `${id}: ${text(data['detail'])}`;
    const end = endOf(type);
    if (!ends.has(end)) return;
    rounds.active.delete(id);
    if (end === 'failed' || end === 'aborted') rounds.failed += 1;
    else rounds.succeeded += 1;
    rounds.total = Math.max(rounds.total, rounds.succeeded + rounds.failed);
  }

  #applyTask(row: Row, { type, at, data }: Fact): void {
    if (type !== 'task.blocked') row.blocked = undefined;
    switch (type) {
      case 'attempt.started':
        row.status = 'executing';
        row.attempts = typeof data['attempt'] === 'number' ? data['attempt'] : row.attempts + 1;
        row.startedAt ??= at;
        row.detail = '';
        row.share = undefined;
        if (row.rounds !== undefined) this.#unknown.add(row.id);
        return;
      case 'attempt.completed':
        row.status = 'verifying';
        row.share = undefined;
        return;
      case 'attempt.failed':
        row.status = 'recovering';
        row.detail = failureMessage(data);
        return;
      case 'task.retrying':
        row.status = 'recovering';
        return;
      case 'task.blocked':
        row.status = 'blocked';
        row.startedAt ??= at;
        row.blocked = text(data['detail']) || text(data['kind']);
        return;
      default:
        this.#end(row, endOf(type), at, data);
    }
  }

  #end(row: Row, end: string, at: number, data: Fact['data']): void {
    if (!ends.has(end)) return;
    row.status = end as TaskStatus;
    row.endedAt = at;
    row.share = undefined;
    row.detail = end === 'failed' ? failureMessage(data) : text(data['reason']);
    const isDull = end === 'succeeded' || end === 'skipped';
    if (!isDull || row.rounds !== undefined || this.rows.size <= maxRows) return;
    this.rows.delete(row.id);
    this.#dropped += 1;
  }
}

/** How a task ended, from a fact's type. */
function endOf(type: string): string {
  return type.startsWith('task.') ? type.slice('task.'.length) : '';
}

/** The message of the failure in a fact's data. */
export function failureMessage(data: Fact['data']): string {
  const failure = data['failure'];
  if (typeof failure !== 'object' || failure === null || Array.isArray(failure)) return '';
  return text(failure['message']) || text(failure['code']);
}
