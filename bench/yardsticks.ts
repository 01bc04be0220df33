// Yardsticks: what the parts below the engine can do by themselves. Raw LevelDB writes batches of the same
// form as the engine did, one after another, each flushed; bare XState lives the lives of the engine's own task
// chart as root actors, with nothing around them.
import { createActor } from 'xstate';
import { portLogic, type PortCall } from '#src/machines/ports.js';
import type {
  AttemptOutcome,
  DeadlineOutcome,
  ProbeOutcome,
  ShownOutcome,
  VerifyOutcome,
} from '#src/machines/protocol.js';
import type { AttemptInput, ShowInput, VerifyInput } from '#src/machines/task-inputs.js';
import { taskMachine } from '#src/machines/task.machine.js';
import type { AttemptKey } from '#src/machines/task.setup.js';
import type { Figures } from './measures.js';
import { openLevel, type BatchForm } from './store.js';

/** Writes batches of the given form to a new database, flushed one by one. */
export async function replay(forms: readonly BatchForm[], folder: string, tasks: number): Promise<Figures> {
  const batches = forms.map(operationsOf);
  const db = openLevel(folder);
  await db.open();
  const start = performance.now();
  for (const operations of batches) await db.batch(operations, { sync: true } as object);
  const ms = performance.now() - start;
  await db.close();
  const bytes = forms.reduce((sum, { keyBytes, valueBytes }) => sum + keyBytes + valueBytes, 0);
  return {
    writtenBytesPerTask: Math.round(bytes / tasks),
    rawMs: Math.round(ms * 1000) / 1000,
    rawTasksPerS: Math.round((tasks / ms) * 1000),
  };
}

let serial = 0;

type Write = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

function operationsOf({ puts, deletes, keyBytes, valueBytes }: BatchForm): Write[] {
  const keyLength = Math.max(12, Math.floor(keyBytes / Math.max(1, puts + deletes)));
  const valueLength = Math.floor(valueBytes / Math.max(1, puts));
  const keyAt = (n: number): string => String(n).padStart(keyLength, '0');
  const first = serial;
  serial += puts;
  const written = Array.from({ length: puts }, (_, i): Write => {
    return {
      type: 'put',
      key: keyAt(first + i),
      value: String(first + i).padEnd(valueLength, 'abcdefghijklmnop'),
    };
  });
  const removed = Array.from({ length: deletes }, (_, i): Write => {
    return { type: 'del', key: keyAt(Math.max(0, first - 1 - i)) };
  });
  return [...written, ...removed];
}

/** Lives a number of task lives to a good end, one after another. Gives the milliseconds they took. */
export function xstateLives(lives: number): number {
  const asked: { settle: () => void }[] = [];
  const answering = <Input, Outcome>(output: Outcome) =>
    portLogic<Input, Outcome>({
      start: ({ ref }: PortCall<Input, Outcome>) =>
        void asked.push({ settle: () => ref.send({ type: 'port.settle', output }) }),
      stop: () => {},
    });
  const stamp = { at: 1, random: 0.5 };
  const machine = taskMachine.provide({
    actors: {
      attempt: answering<AttemptInput, AttemptOutcome>({ ...stamp, kind: 'succeeded' }),
      verify: answering<VerifyInput, VerifyOutcome>({ ...stamp, kind: 'passed' }),
      shown: answering<ShowInput, ShownOutcome>({
        ...stamp,
        digest: '',
        parts: {},
        quorum: 1,
        approvers: [],
      }),
      probe: answering<AttemptKey, ProbeOutcome>({ ...stamp, happened: 'yes', detail: '' }),
      deadline: answering<{ at: number }, DeadlineOutcome>(stamp),
    },
  });
  const backoff = { kind: 'fixed', baseMs: 1, capMs: 1 } as const;
  const rules = { maxRetries: 3, backoff, effect: 'idempotent', patienceMs: 1000 } as const;
  const start = performance.now();
  for (let life = 0; life < lives; life += 1) {
    const input = {
      ...stamp,
      goalId: 'g',
      taskId: `t${life}`,
      rules,
      key: 'k',
      start: { kind: 'granted' },
    } as const;
    const actor = createActor(machine, { input });
    actor.start();
    for (let next = asked.pop(); next !== undefined; next = asked.pop()) next.settle();
    actor.send({ type: 'task.weighed', output: { kind: 'passed' }, ...stamp });
    if (actor.getSnapshot().value !== 'succeeded') throw new Error('a task life came to no good end');
  }
  return performance.now() - start;
}
