// Later steps: outcomes that nothing in this version gives (questions of planners, budgets, repairs, lost telemetry),
// given to the real runtime on a real store, so that the states they lead to are entered there too.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ActorRefLike } from 'xstate';
import { openDatabase } from '#src/engine/database.js';
import { stateName } from '#src/actors/state-name.js';
import type { Mail } from '#src/machines/protocol.js';
import type { Database } from '#src/persistence/ledger.js';
import type { Coverage } from '../machines/coverage.js';
import { createManualClock, type ManualClock } from '#src/testing/manual-clock.js';
import { openRig, type Rig, type RigOptions } from './rig.js';
import { createScript, type Script } from '#src/testing/script.js';

export interface Laboratory extends AsyncDisposable {
  readonly rig: Rig;
  readonly clock: ManualClock;
  readonly script: Script;
  state(address: string): string | undefined;
  quiet(): Promise<void>;
  moveBy(ms: number): Promise<void>;
  /** Sends mail to an actor, as some part of a later version will. */
  mail(to: string, event: Mail): Promise<void>;
  /** Settles a port that an actor has open. */
  settle(address: string, port: string, outcome: Readonly<Record<string, unknown>>): Promise<void>;
}

const patienceMs = 60_000;
const lookAgainMs = 5_000;

async function openLaboratory(
  coverage: Coverage,
  options: Pick<RigOptions, 'planGoal' | 'rules'> = {},
): Promise<Laboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'statewright-later-'));
  const db: Database = await openDatabase(folder);
  const clock = createManualClock();
  const script = createScript();
  let count = 0;
  const rig = await openRig({
    db,
    clock,
    ids: { next: () => `id-${count++}`, random: () => 0.5 },
    tools: script.tools,
    config: { patienceMs },
    inspect: coverage.inspect,
    ...options,
  });
  const { system } = rig.runtime;
  const { ledger } = rig.runtime.options;

  async function quiet(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      await ledger.settled();
    }
  }

  return {
    rig,
    clock,
    script,
    quiet,
    state: (address) => {
      const snapshot = system.snapshot(address);
      return snapshot === undefined ? undefined : stateName(snapshot.value);
    },
    moveBy: async (ms) => {
      const until = clock.now() + ms;
      while (clock.ring(until)) await quiet();
      clock.moveTo(until);
    },
    mail: async (to, event) => {
      system.post(to, event);
      await quiet();
    },
    settle: async (address, port, outcome) => {
      const children = system.snapshot(address)?.children as Record<string, ActorRefLike> | undefined;
      const ref = children?.[port];
      if (ref === undefined) throw new Error(`${address} has no port '${port}' open.`);
      system.run(address.split('/')[1] ?? '', (turn) =>
        system.settleNow(ref, { ...outcome, ...turn.stamp() }),
      );
      await quiet();
    },
    async [Symbol.asyncDispose]() {
      clock.stop();
      await ledger.settled();
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const twoTasks = {
  version: 1,
  goal: { name: 'later' },
  planCriteria: [{ id: 'whole', check: { tool: 'script.check' } }],
  tasks: {
    a: { action: { tool: 'script.act' }, critical: true },
    b: { action: { tool: 'script.act' } },
  },
};

async function endTasks(lab: Laboratory): Promise<void> {
  for (const call of lab.script.calls.filter(({ tool }) => tool === 'script.act')) call.succeed();
  await lab.quiet();
}

async function question(coverage: Coverage, isAnswered: boolean): Promise<void> {
  let asked = 0;
  await using lab = await openLaboratory(coverage, {
    planGoal: () => {
      asked += 1;
      const failure = { code: 'x', class: 'logic', message: 'no', retryable: false } as const;
      return Promise.resolve(() =>
        asked === 1 ? { kind: 'question', question: 'which?' } : { kind: 'failed', failure },
      );
    },
  });
  await lab.rig.submit('Do something', 'g');
  await lab.quiet();
  expect(lab.state('goal/g')).toBe('blocked.question');
  if (isAnswered) await lab.mail('goal/g', { type: 'goal.answer', by: 'ann' });
  else await lab.moveBy(patienceMs);
  expect(asked).toBe(isAnswered ? 2 : 1);
  expect((await lab.rig.handle('g').snapshot()).status).toBe('failed');
}

async function budget(coverage: Coverage, how: 'extended' | 'expired' | 'ended'): Promise<void> {
  await using lab = await openLaboratory(coverage);
  const goal = await lab.rig.submit(twoTasks, 'g');
  await lab.quiet();
  if (how === 'ended') await endTasks(lab);
  await lab.mail('goal/g', { type: 'goal.overBudget', kind: 'resource', detail: 'dollars' });
  expect(lab.state('goal/g')).toBe('blocked.budget');
  if (how === 'expired') await lab.moveBy(patienceMs);
  if (how === 'extended') {
    await lab.mail('goal/g', { type: 'goal.extend', by: 'ann' });
    await endTasks(lab);
  }
  lab.script.find('script.check', 'g')?.succeed();
  await lab.quiet();
  expect((await goal.snapshot()).status).toBe(how === 'expired' ? 'failed' : 'succeeded');
}

async function repair(coverage: Coverage): Promise<void> {
  await using lab = await openLaboratory(coverage, { rules: { repairs: true } });
  const goal = await lab.rig.submit(twoTasks, 'g');
  await lab.quiet();
  lab.script.find('script.act', 'g', 'a')?.fail({ class: 'logic' });
  await lab.quiet();
  expect(lab.state('plan/g')).toBe('recovering.draining');
  await endTasks(lab);
  expect((await goal.snapshot()).status).toBe('failed');
}

async function lostTelemetry(coverage: Coverage): Promise<void> {
  await using lab = await openLaboratory(coverage);
  const monitor = 'monitor/g/stalled';
  await lab.rig.submit(twoTasks, 'g');
  await lab.quiet();
  const suspected = { kind: 'suspected', subject: 'a', message: 'slow' };
  const lost = { kind: 'lost', detail: 'no reading' };
  const before: readonly string[][] = [[], ['watch'], ['watch', 'confirm']];
  for (const ports of before) {
    for (const port of ports) await lab.settle(monitor, port, suspected);
    await lab.settle(monitor, ['watch', 'confirm', 'clear'][ports.length] ?? '', lost);
    expect(lab.state(monitor)).toBe('blocked');
    await lab.moveBy(lookAgainMs);
    expect(lab.state(monitor)).toBe('executing');
  }
  await lab.settle(monitor, 'watch', { kind: 'quiet' });
  expect(lab.state(monitor)).toBe('executing');
}

/** Each step: what it is, and how it is played. */
export const laterSteps: readonly (readonly [string, (coverage: Coverage) => Promise<void>])[] = [
  ['a planner asks, and somebody answers', (coverage) => question(coverage, true)],
  ['a planner asks, and nobody answers', (coverage) => question(coverage, false)],
  ['a budget is used up and extended', (coverage) => budget(coverage, 'extended')],
  ['a budget is used up and nobody extends it', (coverage) => budget(coverage, 'expired')],
  ['a plan ends while its budget is used up', (coverage) => budget(coverage, 'ended')],
  ['a plan asks for a repair that there is none for', repair],
  ['a monitor loses its telemetry', lostTelemetry],
];
