// View: the store as it lies on the disk at one moment of a run, rebuilt from what was written. It reads records by
// itself, by the description of the format in docs/disk-format.md.
import type { Document } from './random-plan.js';
import type { CallEntry, Operation } from './log.js';

export interface Fact {
  readonly seq: number;
  readonly at: number;
  readonly goal: string;
  readonly actor: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One write: what it changed and what it says. */
export interface Batch {
  readonly life: number;
  readonly operations: readonly Operation[];
  readonly facts: readonly Fact[];
  /** Addresses of the actors that it changed or removed. */
  readonly actors: readonly string[];
}

export type Json = Readonly<Record<string, unknown>>;

export interface TaskRecord {
  readonly status: string;
  readonly attempts: number;
  readonly endedAt?: number;
  readonly endOrder?: number;
  readonly output?: { readonly value?: Json; readonly blob?: string };
}

export interface GoalRecord {
  readonly status: string;
  readonly planVersion: number;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly fault?: { readonly message: string };
  readonly counts: Readonly<Record<string, number>>;
}

export interface Actor {
  readonly state: string;
  readonly context: Json;
}

const recordText = (value: string): string => value.slice(value.indexOf(':', value.indexOf(':') + 1) + 1);

/** Numbers of sequence and commit lie in 16 digits. */
const padded = (n: number): string => String(n).padStart(16, '0');

export class View {
  readonly store = new Map<string, string>();
  /** Documents of the goals that were asked for. */
  readonly documents = new Map<string, Document>();
  /** Calls that have begun and are still their engine's: not answered, not told to stop, of the living process. */
  readonly running = new Map<number, CallEntry>();
  life = 0;
  /** When the present life began. */
  lifeAt = 0;
  readonly #parsed = new Map<string, unknown>();

  apply(operations: readonly Operation[]): void {
    for (const one of operations) {
      this.#parsed.delete(one.key);
      if (one.type === 'put') this.store.set(one.key, one.value ?? '');
      else this.store.delete(one.key);
    }
  }

  /** A record; undefined when there is none. */
  record<T>(key: string): T | undefined {
    const known = this.#parsed.get(key);
    if (known !== undefined) return known as T;
    const value = this.store.get(key);
    if (value === undefined) return undefined;
    const parsed = JSON.parse(recordText(value)) as T;
    this.#parsed.set(key, parsed);
    return parsed;
  }

  goal = (goal: string): GoalRecord | undefined => this.record<GoalRecord>(`!goals!${goal}`);
  task = (goal: string, id: string): TaskRecord | undefined =>
    this.record<TaskRecord>(`!tasks!${goal}/${id}`);

  actor(address: string): Actor | undefined {
    const found = this.record<{ snapshot: { value: unknown; context: Json } }>(actorKey(address));
    return found === undefined
      ? undefined
      : { state: stateName(found.snapshot.value), context: found.snapshot.context };
  }

  /** The ids of the tasks of a goal's present plan. */
  ids(goal: string, version = this.goal(goal)?.planVersion ?? 0): readonly string[] {
    return this.record<{ ids: string[] }>(`!plans!${goal}/${padded(version)}/graph`)?.ids ?? [];
  }

  /** The id under which a task of the document stands in the present plan: done again it has another one. */
  present(goal: string, id: string, version?: number): string {
    return this.ids(goal, version).find((one) => baseOf(one) === id) ?? id;
  }

  output(goal: string, id: string): Json | undefined {
    const stored = this.task(goal, id)?.output;
    if (stored?.blob === undefined) return stored?.value;
    const text = this.store.get(`!blobs!${stored.blob}`);
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  }

  keysUnder(prefix: string): string[] {
    return [...this.store.keys()].filter((key) => key.startsWith(prefix));
  }
}

export const actorKey = (address: string): string => {
  const [kind = '', goal = '', ...name] = address.split('/');
  return `!actors!${goal}/${kind}/${name.join('/')}`;
};

export const addressOfKey = (key: string): string => {
  const [goal = '', kind = '', ...name] = key.slice(key.indexOf('!', 1) + 1).split('/');
  return name.length === 0 || name[0] === '' ? `${kind}/${goal}` : `${kind}/${goal}/${name.join('/')}`;
};

/** The task of the document that a running task belongs to: `move.2[3]~undo` → `move`. */
export const baseOf = (id: string): string =>
  id
    .replace(/~undo$/, '')
    .replace(/\[\d+\]$/, '')
    .replace(/\.\d+$/, '');

/** `{ blocked: { interrupted: 'asking' } }` → `blocked.interrupted.asking`. */
function stateName(value: unknown): string {
  if (typeof value === 'string') return value;
  const [entry] = Object.entries(value as object);
  return entry === undefined ? '' : `${entry[0]}.${stateName(entry[1])}`;
}

type StoredFact = [number, string, string, string, Json];

/** Reads the journal record of a write. */
export function readBatch(
  life: number,
  operations: readonly Operation[],
): Batch & { commits: number[]; first: number } {
  const facts: Fact[] = [];
  const commits: number[] = [];
  let first = 0;
  for (const one of operations) {
    if (one.type !== 'put' || !one.key.startsWith('!journal!')) continue;
    const record = JSON.parse(recordText(one.value ?? '')) as {
      commit: number;
      seq: number;
      facts: StoredFact[];
    };
    commits.push(record.commit);
    first = record.seq;
    for (const [i, [at, goal, actor, type, data]] of record.facts.entries())
      facts.push({ seq: record.seq + i, at, goal, actor, type, data });
  }
  const actors = operations
    .filter(({ key }) => key.startsWith('!actors!'))
    .map(({ key }) => addressOfKey(key));
  return { life, operations, facts, actors, commits, first };
}
