// What can happen to a monitor.
import { monitorMachine } from '#src/machines/monitor.machine.js';
import type { MonitorContext } from '#src/machines/monitor.setup.js';
import type { Alphabet } from './alphabet.js';

const sights = [
  { kind: 'suspected', subject: 't', message: 't has run for long' },
  { kind: 'quiet' },
  { kind: 'lost', detail: 'no reading' },
] as const;

export const monitorAlphabet: Alphabet = {
  kind: 'monitor',
  machine: monitorMachine,
  inputs: { stalled: { goalId: 'g', name: 'stalled' } },
  mail: [{ mail: 'monitor.watchedEnded' }],
  outcomes: { watch: sights, confirm: sights, clear: sights, wake: [{}] },
  project: ({ subject }: MonitorContext) => ({ subject }),
};
