// The invariants in the header of goal.machine.ts, each as a property of random walks.
import { describe, expect, test } from 'vitest';
import type { GoalRules } from '#src/machines/goal.setup.js';
import { goalAlphabet as goal } from './goal.alphabet.js';
import { mailed, moved, onWalks, settled, took } from './walks.js';
import { endsAreFinal, snapshotsSurvive } from './walk-suite.js';
import type { Step } from './stage.js';

const starts = (step: Step): boolean => mailed(step, 'plan.start').length > 0;

describe('goal', () => {
  test('G1 succeeded and partial are entered only from verifying', () =>
    onWalks(goal, ({ coverage }) => {
      for (const move of coverage.moves) {
        if (/ → (succeeded|partial)$/.test(move)) expect(move).toMatch(/^goal: verifying/);
      }
    }));

  test('G2 a plan starts only after it is admitted, and approved where that is asked', () =>
    onWalks(goal, ({ steps, input }) => {
      const { approval } = input['rules'] as GoalRules;
      let admitted = false;
      let approved = false;
      for (const step of steps) {
        if (settled(step, 'admit')?.['kind'] === 'done') admitted = true;
        if (took(step, 'goal.approve')) approved = true;
        if (!starts(step)) continue;
        expect(admitted).toBe(true);
        expect(approved || !approval).toBe(true);
      }
    }));

  test('G3 a pause starts nothing new and is left to where it was', () =>
    onWalks(goal, ({ steps }) => {
      let left = '';
      for (const step of steps) {
        if (step.to === 'blocked.paused') {
          expect(starts(step)).toBe(false);
          expect(step.said.filter(({ type }) => type === 'spawn')).toEqual([]);
          expect(step.started.filter(({ port }) => port !== 'limit')).toEqual([]);
          if (moved(step)) {
            left = step.from.startsWith('executing') ? step.from : 'executing.running';
            expect(mailed(step, 'plan.pause')).toHaveLength(1);
          }
        }
        if (!took(step, 'goal.resume')) continue;
        expect(step.to).toBe(left);
        expect(mailed(step, 'plan.resume')).toHaveLength(1);
      }
    }));

  test('G4 a goal that ends by itself has no plan that still runs', () =>
    onWalks(goal, ({ steps }) => {
      let runs = false;
      for (const step of steps) {
        if (took(step, 'plan.ended') || mailed(step, 'plan.supersede').length > 0) runs = false;
        if (mailed(step, 'plan.abort').some(({ event }) => event['compensate'] !== true)) runs = false;
        if (starts(step)) runs = true;
        if (['succeeded', 'partial', 'failed'].includes(step.to)) expect(runs).toBe(false);
      }
    }));

  test('G4 a goal waits for a plan to be undone only if that plan runs', () =>
    onWalks(goal, ({ steps }) => {
      let runs = false;
      for (const step of steps) {
        if (took(step, 'plan.ended')) runs = false;
        if (starts(step)) runs = true;
        if (step.to === 'recovering.undoing') expect(runs).toBe(true);
      }
    }));

  endsAreFinal(goal, 'G5');

  test('G6 whatever waits for somebody has a deadline and fails closed', () =>
    onWalks(goal, ({ steps }) => {
      for (const step of steps) {
        const { from, to, open } = step;
        // `waiting` is bounded by the deadline of its plan; `paused` was asked for and waits for `resume`.
        if (['blocked.question', 'blocked.approval', 'blocked.budget'].includes(to)) {
          const at = open.get('wake')?.input['at'];
          expect(at).toBeGreaterThan(0);
          expect(at).toBeLessThan(Number.POSITIVE_INFINITY);
        }
        if (settled(step, 'wake') !== undefined && from.startsWith('blocked')) expect(to).toBe('failed');
        if (settled(step, 'limit') !== undefined && moved(step)) expect(to).toBe('failed');
      }
    }));

  snapshotsSurvive(goal);
});
