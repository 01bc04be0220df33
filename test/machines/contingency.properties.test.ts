// The invariants in the header of contingency.machine.ts, each as a property of random walks.
import { describe, expect, test } from 'vitest';
import { contingencyAlphabet as contingency } from './contingency.alphabet.js';
import { stamp } from './alphabet.js';
import { mailed, moved, onWalks, settled, took } from './walks.js';
import { endsAreFinal, snapshotsSurvive } from './walk-suite.js';

describe('contingency', () => {
  test('C1 its actions begin only when it may run without approval, or was approved', () =>
    onWalks(contingency, ({ steps, input }) => {
      let approved = input['approval'] !== true;
      for (const step of steps) {
        if (took(step, 'contingency.approve')) approved = true;
        if (step.started.some(({ port }) => port === 'step')) expect(approved).toBe(true);
      }
    }));

  test('C2 succeeded is entered only from verifying: the task it was for has ended well', () =>
    onWalks(contingency, ({ steps }) => {
      for (const step of steps) {
        if (step.to !== 'succeeded' || !moved(step)) continue;
        expect(step.from).toBe('verifying');
        expect(step.letter).toMatchObject({ mail: 'contingency.taskEnded', data: { status: 'succeeded' } });
      }
    }));

  test('C3 it ends within its time limit', () =>
    onWalks(contingency, ({ steps, input }) => {
      const limitAt = stamp.at + Number(input['maxDurationMs']);
      for (const step of steps) {
        const { after } = step;
        if (settled(step, 'limit') !== undefined) expect(after.status).toBe('done');
        if (after.status === 'active') expect(step.open.get('limit')?.input['at']).toBe(limitAt);
      }
    }));

  test('C4 whatever its end, the plan is told once', () =>
    onWalks(contingency, ({ steps }) => {
      const told = steps.flatMap((step) => mailed(step, 'contingency.ended'));
      const ended = steps.some(({ after }) => after.status !== 'active');
      expect(told).toHaveLength(ended ? 1 : 0);
      const succeeded = steps.at(-1)?.to === 'succeeded';
      for (const { to, event } of told) {
        expect(to).toBe('frontier/g');
        expect(event['resolved']).toBe(succeeded);
      }
    }));

  endsAreFinal(contingency, 'C4');
  snapshotsSurvive(contingency);
});
