// Drive: plays a generated path to a real engine. What a letter stands for is done to the engine from outside (a tool
// answers, a person decides, time passes, a lock is taken); what the engine does by itself is waited for. The state
// of the real actor is compared with the chart's at every letter that is played.
import type { Alphabet, Letter } from '../machines/alphabet.js';
import { spell } from '../machines/alphabet.js';
import { generatePaths, play, type Path } from '../machines/paths.js';
import type { Step } from '../machines/stage.js';

/** The place of a path in the world: one goal of a real engine. */
export interface Scene {
  /** The state of the actor that the path is about. */
  state(): string | undefined;
  /**
   * Does what a letter stands for, given the step that the chart makes on it and the letters after it. Says `itself`
   * when the engine does it unasked.
   */
  perform(letter: Letter, step: Step, rest: readonly Letter[]): Promise<'done' | 'itself'>;
}

/** A part of a chart's alphabet that one kind of actor can live through in an engine. */
export interface Cast {
  readonly name: string;
  readonly alphabet: Alphabet;
  /** States that the engine leaves in the turn in which it enters them, before anybody can do anything. */
  readonly passing: readonly string[];
  /** Whether all of a path can happen, as far as that depends on more than each state by itself. */
  readonly canBePlayed?: (steps: readonly Step[]) => boolean;
  /** Letters that the engine gives in passing states by itself. */
  readonly byItself: (letter: Letter) => boolean;
  /** Paths beside those that are generated, which are not asked whether they can be played. */
  readonly more?: readonly Path[];
}

/** The generated paths of a cast that an engine can live through, in the order in which they were found. */
export function playable(cast: Cast): Path[] {
  const { passing, byItself, alphabet } = cast;
  const canCome: Alphabet['canCome'] = (letter, state) =>
    passing.includes(state) ? byItself(letter) : (alphabet.canCome?.(letter, state) ?? true);
  const { paths } = generatePaths({ ...alphabet, canCome });
  const chosen = paths.filter((path) => cast.canBePlayed?.(play(alphabet, path)) ?? true);
  return [...chosen, ...(cast.more ?? [])];
}

/** A path in words. */
export function title(path: Path): string {
  return `[${path.input}] ${path.letters.map(spell).join(', ')}`;
}

/** Plays a path. Throws when the real actor is not where the chart says it is. */
export async function drive(cast: Cast, path: Path, scene: Scene): Promise<void> {
  const steps = play(cast.alphabet, path);
  const told: string[] = [];
  const compare = (expected: string): void => {
    const found = scene.state();
    if (found === expected || cast.passing.includes(expected)) return;
    const story = told.map((line) => `\n  ${line}`).join('');
    throw new Error(`The chart is in ${expected}, the engine in ${found}, after [${path.input}]:${story}`);
  };
  for (const [i, letter] of path.letters.entries()) {
    const step = steps[i + 1];
    if (step === undefined) throw new Error('A path has a step for each letter.');
    const done = await scene.perform(letter, step, path.letters.slice(i + 1));
    told.push(`${spell(letter)}: ${step.from} → ${step.to}${done === 'itself' ? ' (by itself)' : ''}`);
    if (done === 'done') compare(step.to);
  }
  compare(steps.at(-1)?.to ?? '');
}
