// Grounding: program → ground model, or why there is none.
import type { Program } from '../program/program.js';
import { buildModel } from './build-model.js';
import { draftBytes, draftModel } from './draft.js';
import type { GroundModel } from './model.js';
import { pruneDraft } from './prune.js';
import { Reachability } from './reach.js';
import { stopped, watched } from './rest.js';

export type GroundOutcome =
  | { readonly kind: 'model'; readonly model: GroundModel }
  /** Even when nothing is ever undone, the root cannot be done. */
  | { readonly kind: 'unsolvable' }
  | { readonly kind: 'stopped' };

/**
 * Grounds a program (its methods cut), with rests in which a caller may do something else.
 *
 * Each rest tells how much work has been done to reach what can be; 0 when that is over.
 *
 * @param goOn - Asked now and then, with the bytes in use; false stops.
 */
export function* groundProgram(
  program: Program,
  goOn: (bytes: number) => boolean,
): Generator<number, GroundOutcome> {
  const reachability = new Reachability(program, () => goOn(reachability.bytes));
  const reached = yield* reachability.run();
  if (reached === null) return { kind: 'stopped' };
  if (reached.isDone[program.root]![0] !== 1) return { kind: 'unsolvable' };
  let before = reachability.bytes;
  const goOnWith = (bytes: number): boolean => goOn(before + bytes);
  const draft = yield* watched(draftModel(program, reached), goOnWith);
  if (draft === stopped) return { kind: 'stopped' };
  before += draftBytes(draft);
  const pruned = yield* watched(pruneDraft(draft), goOnWith);
  if (pruned === stopped) return { kind: 'stopped' };
  if (pruned === null) return { kind: 'unsolvable' };
  const model = yield* watched(buildModel(program, reached, draft, pruned), goOnWith);
  return model === stopped ? { kind: 'stopped' } : { kind: 'model', model };
}
