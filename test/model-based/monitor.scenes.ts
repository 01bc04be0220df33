// Scenes for paths of the monitor's chart: a goal with tasks that are expected to be quick, one after the other, and one
// that takes as long as it likes.
import type { Alphabet, Letter } from '../machines/alphabet.js';
import { monitorAlphabet } from '../machines/monitor.alphabet.js';
import type { Cast, Scene } from './drive.js';
import { monitorMs, type RealEngine } from './real-engine.js';

const kinds = (port: string, ...wanted: readonly string[]) =>
  (monitorAlphabet.outcomes[port] ?? []).filter(({ kind }) => wanted.includes(String(kind)));

/** Telemetry cannot be lost yet, and a watch settles only when it sees something. */
const alphabet: Alphabet = {
  ...monitorAlphabet,
  outcomes: {
    watch: kinds('watch', 'suspected'),
    confirm: kinds('confirm', 'suspected', 'quiet'),
    clear: kinds('clear', 'quiet'),
    wake: [],
  },
};

export const monitorCast: Cast = { name: 'a monitor', alphabet, passing: [], byItself: () => false };

const forever = 1_000_000_000;
const act = { tool: 'script.act' };

/** Opens a scene: submits the goal, whose monitor begins to watch. */
export async function openMonitorScene(goalId: string, world: RealEngine): Promise<Scene> {
  const { engine, script } = world;
  const tasks: Record<string, unknown> = {
    slow: { action: act, timeoutMs: forever, estimate: { expectedMs: forever } },
  };
  for (let i = 0; i < 5; i++) {
    const after = i === 0 ? [] : [`e${i - 1}`];
    tasks[`e${i}`] = { action: act, timeoutMs: forever, estimate: { expectedMs: 1_000 }, after };
  }
  const goal = await engine.submit({ version: 1, goal: { name: 'watched' }, tasks }, { goalId });
  await world.quiet();

  async function endStalled(): Promise<void> {
    const call = script.calls.find(
      ({ context }) => context.goalId === goalId && context.taskId.startsWith('e'),
    );
    call?.succeed();
    await world.quiet();
  }

  async function perform(letter: Letter): Promise<'done'> {
    if ('mail' in letter) await goal.abort();
    else {
      if (letter.outcome['kind'] === 'quiet') await endStalled();
      await world.moveBy(monitorMs);
    }
    await world.quiet();
    return 'done';
  }

  return { state: () => world.state(`monitor/${goalId}/stalled`), perform };
}
