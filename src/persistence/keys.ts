// Keys: every key of the store is made here. A sublevel is a prefix as abstract-level writes it
// (`!name!`), so that one batch over several of them is atomic and any tool for LevelDB can read them.
//
// K1 the keys of one goal in one sublevel are a contiguous range.
// K2 journal keys sort as their facts do.

const seqWidth = 16;
const padded = (n: number): string => String(n).padStart(seqWidth, '0');

/** The first and the last bound of a range: `gte` included, `lt` excluded. */
export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

const range = (prefix: string): KeyRange => ({ gte: prefix, lt: `${prefix}\uffff` });

export const keys = {
  format: '!meta!format',
  losses: '!meta!losses',
  openCount: '!meta!openCount',
  goal: (goalId: string): string => `!goals!${goalId}`,
  goals: range('!goals!'),
  /** `group` is `open` or how it ended; `at` orders within it. */
  goalIndex: (group: string, at: number, goalId: string): string =>
    `!goalIndex!${group}/${padded(at)}/${goalId}`,
  /** Passive goals by the instant at which they are to be woken. */
  wake: (at: number, goalId: string): string => `!wakes!${padded(at)}/${goalId}`,
  wakes: range('!wakes!'),
  /** Those that are to be woken by an instant. */
  wakesUpTo: (at: number): KeyRange => ({ gte: '!wakes!', lt: `!wakes!${padded(at)}/\uffff` }),
  /** Passive goals that wait for another goal, by that. */
  awaits: (other: string, goalId: string): string => `!awaits!${other}/${goalId}`,
  awaitsOf: (other: string): KeyRange => range(`!awaits!${other}/`),
  /** What comes behind those that wait for one. */
  awaitsAfter: (other: string): KeyRange => ({
    gte: other === '' ? '!awaits!' : `!awaits!${other}/\uffff`,
    lt: '!awaits!\uffff',
  }),
  goalIndexGroup: (group: string): KeyRange => range(`!goalIndex!${group}/`),
  plan: (goalId: string, version: number): string => `!plans!${goalId}/${padded(version)}/head`,
  planGraph: (goalId: string, version: number): string => `!plans!${goalId}/${padded(version)}/graph`,
  planPart: (goalId: string, version: number, part: number): string =>
    `!plans!${goalId}/${padded(version)}/part/${padded(part)}`,
  plansOf: (goalId: string): KeyRange => range(`!plans!${goalId}/`),
  task: (goalId: string, taskId: string): string => `!tasks!${goalId}/${taskId}`,
  tasks: range('!tasks!'),
  tasksOf: (goalId: string): KeyRange => range(`!tasks!${goalId}/`),
  actor: (address: string): string => {
    const [kind = '', goalId = '', ...rest] = address.split('/');
    return `!actors!${goalId}/${kind}/${rest.join('/')}`;
  },
  actorsOf: (goalId: string): KeyRange => range(`!actors!${goalId}/`),
  journal: (seq: number, commit: number): string => `!journal!${padded(seq)}/${padded(commit)}`,
  journalAll: range('!journal!'),
  /** All journal records up to a fact, in parts of so many facts. */
  *journalParts(lastSeq: number, size: number): Generator<KeyRange> {
    for (let seq = 0; seq <= lastSeq; seq += size)
      yield { gte: `!journal!${padded(seq)}`, lt: `!journal!${padded(seq + size)}` };
  },
  /** The range of journal records that starts with the one that may hold `seq`. */
  journalUpTo: (seq: number): KeyRange => ({ gte: '!journal!', lt: `!journal!${padded(seq)}/\uffff` }),
  journalFrom: (seq: number): KeyRange => ({ gte: `!journal!${padded(seq)}/`, lt: '!journal!\uffff' }),
  /** Commits that are gone for good, by the first. */
  gap: (commit: number): string => `!journalGaps!${padded(commit)}`,
  gapUpTo: (commit: number): KeyRange => ({
    gte: '!journalGaps!',
    lt: `!journalGaps!${padded(commit)}\uffff`,
  }),
  /** The index of the store's own facts has no goal in its keys. */
  goalJournal: (goalId: string, seq: number, commit: number): string =>
    `!journalByGoal!${goalId}/${padded(seq)}/${padded(commit)}`,
  goalJournalOf: (goalId: string): KeyRange => range(`!journalByGoal!${goalId}/`),
  goalJournalFrom: (goalId: string, seq: number): KeyRange => ({
    gte: `!journalByGoal!${goalId}/${padded(seq)}/`,
    lt: `!journalByGoal!${goalId}/\uffff`,
  }),
  goalJournalUpTo: (goalId: string, seq: number): KeyRange => ({
    gte: `!journalByGoal!${goalId}/`,
    lt: `!journalByGoal!${goalId}/${padded(seq)}/\uffff`,
  }),
  effect: (address: string): string => {
    const [kind = '', goalId = '', ...rest] = address.split('/');
    return `!effects!${goalId}/${kind}/${rest.join('/')}`;
  },
  effectsOf: (goalId: string): KeyRange => range(`!effects!${goalId}/`),
  signal: (goalId: string, name: string, order: number): string =>
    `!signals!${goalId}/${encodeURIComponent(name)}/${padded(order)}`,
  signalsOf: (goalId: string): KeyRange => range(`!signals!${goalId}/`),
  removal: (goalId: string): string => `!removals!${goalId}`,
  removals: range('!removals!'),
  blob: (hash: string): string => `!blobs!${hash}`,
  blobs: range('!blobs!'),
  /** All blobs, in sixteen parts. */
  blobParts: Array.from({ length: 16 }, (_, digit) => range(`!blobs!${digit.toString(16)}`)),
  blobCount: (hash: string): string => `!blobCounts!${hash}`,
  blobCounts: range('!blobCounts!'),
} as const;

/** The journal key that a goal's index entry points to. */
export function journalKeyOfIndex(indexKey: string): string {
  const tail = indexKey.slice(indexKey.indexOf('/') + 1);
  return `!journal!${tail}`;
}

/** The address of the actor whose record lies under a key. */
export function addressOfActorKey(key: string): string {
  const [goalId = '', kind = '', ...name] = key.slice('!actors!'.length).split('/');
  return name.join('/') === '' ? `${kind}/${goalId}` : `${kind}/${goalId}/${name.join('/')}`;
}

/** The number of the batch that wrote a journal record, from its key; NaN when it has none. */
export const commitOfJournalKey = (key: string): number => Number(key.slice(key.lastIndexOf('/') + 1));

/** What stands behind the last slash-separated goal id: the task id of a task key. */
export function taskIdOfKey(goalId: string, key: string): string {
  return key.slice(`!tasks!${goalId}/`.length);
}

/** The goal that a record belongs to, or undefined for records that belong to none. */
export function goalIdOfKey(key: string): string | undefined {
  const match = /^!(goals|plans|tasks|actors|effects|signals|journalByGoal)!([^/]+)/.exec(key);
  return match?.[2];
}
