// Minimal core: the deletion filter over assumptions of one solver, which after each proof says what it rested on, so that
// much goes at once (deletion with refinement by cores: Dershowitz, Hanna & Nadel, 2006; Belov & Marques-Silva, 2011).
import type { Answer, Assumptions } from '../exact/assumptions.js';
import type { Oracle } from './oracle.js';

export interface MinimalCore {
  /** Groups that contradict, in the order in which they were given. */
  readonly groups: readonly number[];
  /** Those of them of which it could not be shown that they are needed. */
  readonly unsure: ReadonlySet<number>;
}

/** Conflicts for a question are at least so many, and at most so many times those of the first proof. */
const leastConflicts = 5000;
const mostTimes = 4;

/**
 * Looks for groups that contradict, and none of which can go.
 *
 * @param groups - What goes first comes first.
 * @param conflicts - For the first question, on which all depends.
 * @param isNeeded - Judges the schedule that was found without one of them.
 * @returns undefined when it was not proved that they contradict.
 */
export async function minimalCore(
  assumptions: Assumptions,
  groups: readonly number[],
  oracle: Oracle,
  conflicts: number,
  isNeeded: (rest: readonly number[], found: Extract<Answer, { answer: 'yes' }>) => boolean,
): Promise<MinimalCore | undefined> {
  const ask = async (active: readonly number[], limit: number): Promise<Answer> => {
    // What is rather kept is assumed first, so that proofs rest on it.
    assumptions.begin(active.toReversed(), limit);
    const given = await oracle.work((isDue) => {
      const answer = assumptions.run(isDue);
      return answer.answer === 'due' ? undefined : answer;
    });
    return given ?? { answer: 'unknown' };
  };
  const first = await ask(groups, conflicts);
  if (first.answer !== 'no') return undefined;
  const limit = Math.max(leastConflicts, mostTimes * assumptions.conflicts);
  const partOf = (all: readonly number[], core: readonly number[]): number[] => {
    const isIn = new Set(core);
    return all.filter((group) => isIn.has(group));
  };
  let core: readonly number[] = groups;
  /** Takes away what a proof does not rest on; where less may contradict no more, that is asked about. */
  const shrink = async (all: readonly number[], rested: readonly number[]): Promise<void> => {
    const less = partOf(all, rested);
    const isSure = assumptions.isMonotone || less.length === all.length;
    core = isSure || (await ask(less, limit)).answer === 'no' ? less : all;
  };
  await shrink(groups, first.core);
  for (let size = Infinity; core.length < size; ) {
    size = core.length;
    const again = await ask(core, limit);
    if (again.answer === 'no') await shrink(core, again.core);
  }
  const needed = new Set<number>();
  const unsure = new Set<number>();
  for (;;) {
    const next = core.find((group) => !needed.has(group) && !unsure.has(group));
    if (next === undefined) break;
    const rest = core.filter((group) => group !== next);
    const answer = oracle.isOutOfTime ? undefined : await ask(rest, limit);
    if (answer?.answer === 'no') await shrink(rest, answer.core);
    else if (answer?.answer === 'yes' && isNeeded(rest, answer)) needed.add(next);
    else unsure.add(next);
  }
  return { groups: core, unsure: new Set(core.filter((group) => unsure.has(group))) };
}
