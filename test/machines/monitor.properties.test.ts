// The invariants in the header of monitor.machine.ts, each as a property of random walks.
import { describe, expect, test } from 'vitest';
import { lookAgainMs } from '#src/machines/monitor.setup.js';
import { monitorAlphabet as monitor } from './monitor.alphabet.js';
import { moved, onWalks, settled, stated, took } from './walks.js';
import { endsAreFinal, snapshotsSurvive } from './walk-suite.js';

describe('monitor', () => {
  test('M1 an issue is raised only after it was suspected and then confirmed over a window', () =>
    onWalks(monitor, ({ steps }) => {
      let suspected = false;
      for (const step of steps) {
        if (stated(step, 'monitor.raised').length > 0) {
          expect(suspected).toBe(true);
          expect(settled(step, 'confirm')?.['kind']).toBe('suspected');
        }
        const seen = settled(step, 'watch')?.['kind'];
        if (seen === 'suspected') suspected = true;
        else if (moved(step)) suspected = false;
      }
    }));

  test('M2 an issue is raised once and cleared once before the next is raised', () =>
    onWalks(monitor, ({ steps }) => {
      let raised = 0;
      for (const step of steps) {
        raised -= stated(step, 'monitor.cleared').length;
        expect(raised).toBe(0);
        raised += stated(step, 'monitor.raised').length;
        expect(raised).toBe(step.to === 'recovering' ? 1 : 0);
        if (step.to !== 'recovering') continue;
        raised = 1;
        break;
      }
    }));

  test('M3 a monitor ends only because what it watches has ended', () =>
    onWalks(monitor, ({ steps }) => {
      const end = steps.find(({ after }) => after.status !== 'active');
      if (end !== undefined) expect(took(end, 'monitor.watchedEnded')).toBe(true);
    }));

  test('M4 lost telemetry blocks a monitor visibly; it looks again after a while', () =>
    onWalks(monitor, ({ steps }) => {
      for (const step of steps) {
        const { letter } = step;
        const lost = letter !== undefined && 'port' in letter && letter.outcome['kind'] === 'lost';
        if (lost && moved(step)) {
          expect(step.to).toBe('blocked');
          expect(stated(step, 'monitor.blocked')).toHaveLength(1);
          const wake = step.started.find(({ port }) => port === 'wake');
          expect(wake?.input['at']).toBe(step.stamp.at + lookAgainMs);
        }
        if (settled(step, 'wake') !== undefined) expect(step.to).toBe('executing');
      }
    }));

  endsAreFinal(monitor, 'M3');
  snapshotsSurvive(monitor);
});
