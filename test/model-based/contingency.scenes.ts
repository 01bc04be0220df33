// Scenes for paths of the contingency's chart: a goal whose task `e` fails, and a contingency `c` for it.
import type { Alphabet, Letter } from '../machines/alphabet.js';
import { contingencyAlphabet } from '../machines/contingency.alphabet.js';
import type { Path } from '../machines/paths.js';
import type { Step } from '../machines/stage.js';
import type { Cast, Scene } from './drive.js';
import type { RealEngine } from './real-engine.js';

/** Nobody aborts a contingency but the end of its task. */
const alphabet: Alphabet = {
  ...contingencyAlphabet,
  mail: contingencyAlphabet.mail.filter(
    (letter) => !('mail' in letter) || letter.mail !== 'contingency.abort',
  ),
  canCome: (letter, state) =>
    !('mail' in letter) || letter.mail !== 'contingency.taskFailing' || state === 'verifying',
};

export const contingencyCast: Cast = {
  name: 'a contingency',
  alphabet,
  passing: [],
  byItself: () => false,
};

const isNext = (letter: Letter): boolean => 'port' in letter && letter.outcome['next'] !== undefined;
const attemptMs = 10_000;

/** The plan: as many actions as the path wants to go through. */
function planFor({ input, letters }: Path): Record<string, unknown> {
  const actions = [...letters.filter(isNext), undefined].map((_, i) => ({
    id: `s${i}`,
    do: { action: { tool: 'script.step' } },
  }));
  const approval = input === 'approved' ? { approval: 'required' } : {};
  return {
    contingencies: [{ id: 'c', ...approval, actions, maxDurationMs: 300_000 }],
    tasks: {
      e: {
        action: { tool: 'script.act', input: { effect: 'once' } },
        timeoutMs: attemptMs,
        estimate: { expectedMs: 1_000_000_000 },
      },
    },
  };
}

/** Opens a scene: submits the goal and lets its task fail. */
export async function openContingencyScene(path: Path, goalId: string, world: RealEngine): Promise<Scene> {
  const { engine, script } = world;
  const address = `contingency/${goalId}/c/e`;
  const document = { version: 1, goal: { name: 'helped' }, ...planFor(path) };
  const goal = await engine.submit(document, { goalId });
  await world.quiet();
  script.find('script.act', goalId)?.fail({ class: 'logic' });
  await world.quiet();

  async function tryAgain(): Promise<void> {
    await goal.retry('e');
    await world.quiet();
  }

  async function endTask(well: boolean): Promise<void> {
    await tryAgain();
    if (well) return script.find('script.act', goalId)?.succeed();
    await world.moveBy(attemptMs + 2_000);
    await goal.reject('e');
  }

  async function perform(letter: Letter, _step: Step): Promise<'done'> {
    if ('port' in letter) {
      if (letter.port === 'limit') await world.moveTo(Number(world.context(address)['deadlineAt']));
      const call = script.find('script.step', goalId);
      if (letter.outcome['kind'] === 'succeeded') call?.succeed();
      if (letter.outcome['kind'] === 'failed') call?.fail();
    } else if (letter.mail === 'contingency.approve') await goal.approve('contingency:c/e');
    else if (letter.mail === 'contingency.reject') await goal.reject('contingency:c/e');
    else if (letter.mail === 'contingency.taskEnded') await endTask(letter.data?.['status'] === 'succeeded');
    else {
      await tryAgain();
      script.find('script.act', goalId)?.fail({ class: 'logic' });
    }
    await world.quiet();
    return 'done';
  }

  return { state: () => world.state(address), perform };
}
