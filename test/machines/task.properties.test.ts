// The invariants in the header of task.machine.ts, each as a property of random walks.
import { describe, expect, test } from 'vitest';
import type { TaskContext, TaskRules } from '#src/machines/task.setup.js';
import { taskAlphabet as task } from './task.alphabet.js';
import { mailed, moved, onWalks, settled, took } from './walks.js';
import { endsAreFinal, snapshotsSurvive } from './walk-suite.js';
import type { Step } from './stage.js';

const contextOf = (step: Step): TaskContext => step.after.context as TaskContext;
const begins = (step: Step): boolean => step.started.some(({ port }) => port === 'attempt');

const granted = ({ letter }: Step): boolean =>
  letter !== undefined && 'mail' in letter && letter.mail === 'reservation.granted';

const isAutomatic = ({ letter }: Step): boolean =>
  letter !== undefined && 'mail' in letter && letter.data?.['automatic'] === true;

/** Attempts that a step began anew; a restart begins the same attempt again. */
const beginsAnew = (step: Step): boolean => begins(step) && step.letter !== undefined;

const facts = (step: Step, type: string) =>
  step.said.flatMap((one) => (one.type === 'fact' && one.fact === type ? [one] : []));

/** Whether the reservation is held after each step, as who grants it sees it. */
function holding(steps: readonly Step[], start: string): boolean[] {
  let held = start === 'granted';
  return steps.map((step) => {
    if (granted(step) && /^(ready\.asking|blocked\.resource|recovering|blocked\.error)/.test(step.from))
      held = true;
    if (mailed(step, 'reservation.release').length > 0) held = false;
    return held;
  });
}

describe('task', () => {
  test('T1 succeeded is entered only from verifying', () =>
    onWalks(task, ({ steps }) => {
      for (const step of steps) {
        if (step.to === 'succeeded' && moved(step)) expect(step.from).toMatch(/^verifying\./);
      }
    }));

  test('T2 an attempt begins only in executing and with a reservation held', () =>
    onWalks(task, ({ steps, input }) => {
      const held = holding(steps, (input['start'] as { kind: string }).kind);
      for (const [i, step] of steps.entries()) {
        if (!begins(step)) continue;
        expect(step.to).toBe('executing');
        expect(held[i]).toBe(true);
      }
    }));

  test('T3 a task whose start needs approval begins no attempt before it is approved', () =>
    onWalks(task, ({ steps, input }) => {
      if ((input['start'] as { kind: string }).kind !== 'approval') return;
      for (const step of steps.filter(begins)) {
        const { approval } = contextOf(step);
        expect(approval?.granted.start).toBeDefined();
        if (approval?.asks === 'start') expect(approval.granted.start).toBe(approval.asked.digest);
      }
    }));

  test('T4 the attempts made never exceed 1 + automatic retries + retries asked for', () =>
    onWalks(task, ({ steps, input }) => {
      const { maxRetries } = input['rules'] as TaskRules;
      let asked = 0;
      for (const step of steps) {
        if (took(step, 'task.retry') || settled(step, 'attempt')?.['wait'] === 'start') asked += 1;
        expect(contextOf(step).retries).toBeLessThanOrEqual(maxRetries);
        expect(contextOf(step).attempt).toBeLessThanOrEqual(1 + contextOf(step).retries + asked);
      }
    }));

  test('T5 an interrupted attempt is not made again unless the probe said no or a person asked', () =>
    onWalks(task, ({ steps }) => {
      let unknown = false;
      for (const step of steps) {
        if (settled(step, 'attempt')?.['kind'] === 'interrupted') unknown = true;
        const answer = settled(step, 'probe')?.['happened'];
        if (answer === 'no' || answer === 'yes') unknown = false;
        if ((took(step, 'task.retry') && !isAutomatic(step)) || took(step, 'task.approve')) unknown = false;
        if (beginsAnew(step)) expect(unknown).toBe(false);
      }
    }));

  endsAreFinal(task, 'T6');

  test('T7 every blocked state and every back-off has a deadline', () =>
    onWalks(task, ({ steps }) => {
      for (const { to, open } of steps) {
        if (!to.startsWith('blocked') && to !== 'recovering.backingOff') continue;
        const at = open.get('wake')?.input['at'];
        expect(at).toBeGreaterThan(0);
        expect(at).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }));

  test('T8 a reservation is given back when an attempt is over, or at once when it comes too late', () =>
    onWalks(task, ({ steps, input }) => {
      const held = holding(steps, (input['start'] as { kind: string }).kind);
      for (const [i, step] of steps.entries()) {
        const over = step.from === 'executing' && step.to !== 'executing';
        const late = granted(step) && /^(recovering|blocked\.error)/.test(step.from);
        expect(mailed(step, 'reservation.release')).toHaveLength(over || late ? 1 : 0);
        if (step.to !== 'executing') expect(held[i]).toBe(false);
      }
    }));

  test('T9 an approval is complete only when enough different people have approved what is asked for', () =>
    onWalks(task, ({ steps }) => {
      let voters = new Set<string>();
      for (const step of steps) {
        const { approval } = contextOf(step);
        const isAsked = step.to === 'blocked.approval.asking';
        if (settled(step, 'shown') !== undefined) voters = new Set();
        for (const { data } of facts(step, 'task.approved')) voters.add(String(data['by']));
        if (approval === null || !step.from.startsWith('blocked.approval')) continue;
        if (isAsked) expect(new Set(approval.votes.map(({ by }) => by))).toEqual(voters);
        if (step.to !== 'ready.asking' && step.to !== 'verifying') continue;
        expect(voters.size).toBeGreaterThanOrEqual(approval.asked.quorum);
        for (const by of voters)
          if (approval.asked.approvers.length > 0) expect(approval.asked.approvers).toContain(by);
        expect(approval.granted[approval.asks]).toBe(approval.asked.digest);
      }
    }));

  snapshotsSurvive(task);
});
