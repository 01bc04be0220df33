// The properties that hold for every chart.
import type { AnyMachineSnapshot } from 'xstate';
import { expect, test, vi } from 'vitest';
import { stateName } from '#src/actors/state-name.js';
import type { Alphabet } from './alphabet.js';
import { createStage } from './stage.js';
import { outsideTheTable } from './table.js';
import { onWalks } from './walks.js';

/** Tests the invariant with this number, that ends are final: nothing that an actor gets after its end has any effect. */
export function endsAreFinal(alphabet: Alphabet, number: string): void {
  test(`${number} an end is final`, () => {
    // XState warns of each event that a stopped actor gets.
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      onWalks(alphabet, ({ steps, stage }) => {
        const last = steps.at(-1);
        if (last === undefined || last.after.status === 'active') return;
        expect(last.after.status).toBe('done');
        for (const letter of alphabet.mail) {
          const step = stage.play(letter, last.stamp);
          expect(step.after).toBe(last.after);
          expect([step.said, step.started]).toEqual([[], []]);
        }
      });
    } finally {
      warn.mockRestore();
    }
  });
}

const portsOf = (snapshot: AnyMachineSnapshot): string[] => Object.keys(snapshot.children as object).sort();

/** Properties without a number. */
export function snapshotsSurvive(alphabet: Alphabet): void {
  const { machine } = alphabet;
  const read = (snapshot: unknown): unknown => JSON.parse(JSON.stringify(snapshot));

  test('snapshots survive JSON and are restored to the same state at every step', () =>
    onWalks(alphabet, ({ steps }) => {
      for (const { after, stamp } of steps) {
        const persisted: unknown = machine.getPersistedSnapshot(after);
        expect(read(persisted)).toEqual(persisted);
        const stage = createStage({ machine, snapshot: read(persisted), stamp });
        const restored = stage.first.after;
        expect(stateName(restored.value)).toBe(stateName(after.value));
        expect(restored.context).toEqual(after.context);
        expect(portsOf(restored)).toEqual(portsOf(after));
        expect(stage.first.said).toEqual([]);
      }
    }));

  test('only moves of the table in spec/statecharts.md are made', () =>
    onWalks(alphabet, ({ coverage }) => expect(outsideTheTable(coverage.moves)).toEqual([])));
}
