// The invariants in the header of plan.machine.ts, each as a property of random walks.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { PlanContext } from '#src/machines/plan.setup.js';
import type { Survey } from '#src/machines/protocol.js';
import type { Letter } from './alphabet.js';
import { planAlphabet as plan } from './plan.alphabet.js';
import { mailed, moved, onWalks, settled, walkCount } from './walks.js';
import { endsAreFinal, snapshotsSurvive } from './walk-suite.js';
import type { Step } from './stage.js';

const bytesOf = (step: Step): number => JSON.stringify(plan.machine.getPersistedSnapshot(step.after)).length;

/** The same survey of a plan so many times as large. */
function enlarge(letter: Letter, factor: number): Letter {
  if (!('mail' in letter) || letter.mail !== 'frontier.surveyed') return letter;
  const survey = Object.fromEntries(
    Object.entries(letter.data?.['survey'] as Survey).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'number' && key !== 'completion' ? value * factor : value,
    ]),
  );
  return { ...letter, data: { survey } };
}

/** What the frontier was last told to do. */
function modes(steps: readonly Step[]): string[] {
  let mode = '';
  return steps.map(({ said }) => {
    for (const one of said) {
      if (one.type !== 'mail') continue;
      if (one.event.type === 'frontier.advance') mode = 'running';
      if (['frontier.hold', 'frontier.drain'].includes(one.event.type)) mode = 'held';
      if (one.event.type === 'frontier.undo') mode = 'undoing';
    }
    return mode;
  });
}

describe('plan', () => {
  test('P1 what it persists has a constant size, whatever the number of tasks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000_000 }), (factor) => {
        const large = { ...plan, mail: plan.mail.map((letter) => enlarge(letter, factor)) };
        onWalks(large, ({ steps }) => {
          for (const step of steps) expect(bytesOf(step)).toBeLessThan(1_500);
        });
      }),
      { numRuns: Math.ceil(walkCount / 50) },
    );
  });

  test('P2 nothing new starts while it is paused, draining or compensating, but compensations', () =>
    onWalks(plan, ({ steps }) => {
      const mode = modes(steps);
      for (const [i, { to }] of steps.entries()) {
        if (to === 'blocked.paused' || to === 'recovering.draining') expect(mode[i]).toBe('held');
        if (to === 'recovering.compensating') expect(mode[i]).toBe('undoing');
      }
    }));

  test('P3 succeeded and partial follow from a judgement, or from compensation that it asked for', () =>
    onWalks(plan, ({ steps }) => {
      let judged = '';
      for (const step of steps) {
        judged = String(settled(step, 'judge')?.['status'] ?? judged);
        if (!moved(step)) continue;
        if (step.to === 'succeeded') expect([step.from, judged]).toEqual(['verifying', 'succeeded']);
        if (step.to !== 'partial') continue;
        expect(judged).toBe('partial');
        expect(['verifying', 'recovering.compensating']).toContain(step.from);
      }
    }));

  test('P4 compensation begins only when no task is active', () =>
    onWalks(plan, ({ steps }) => {
      for (const step of steps) {
        if (mailed(step, 'frontier.undo').length === 0) continue;
        expect((step.after.context as PlanContext).survey.active).toBe(0);
        expect(step.letter).toMatchObject({ mail: 'frontier.surveyed' });
      }
    }));

  endsAreFinal(plan, 'P5');

  test('P6 it begins to execute only by asking the frontier, whose answer says what comes next', () =>
    onWalks(plan, ({ steps }) => {
      for (const step of steps) {
        if (step.to !== 'executing' || !moved(step)) continue;
        expect(mailed(step, 'frontier.advance')).toEqual([
          { to: 'frontier/g', event: { type: 'frontier.advance' } },
        ]);
      }
    }));

  snapshotsSurvive(plan);
});
