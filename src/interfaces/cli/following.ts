// Following: what is agreed on when a goal is followed, and how that can come out.
import type { Explanation, Result } from '../../index.js';
import type { Holder } from './holder.js';
import type { Interrupts } from './interrupts.js';
import type { View } from './live/view.js';

/** Tasks that are looked at for the tree of a new goal: more are never shown at once. */
export const firstTasks = 2_000;

export interface FollowOptions {
  readonly holder: Holder;
  readonly goal: string;
  /** Facts from before this instant are not shown [0]. */
  readonly since?: number;
  /** Whether it was submitted just now, so that nothing of it can be under way yet. */
  readonly isNew: boolean;
  readonly view: View;
  readonly interrupts: Interrupts;
  /** Approves whatever waits for an approval. */
  readonly yes: boolean;
  /** Goes on when all that is left waits for somebody. */
  readonly wait: boolean;
  readonly canAsk: boolean;
}

export type Outcome =
  | { readonly kind: 'ended'; readonly result: Result }
  /** It waits for somebody, or was paused. */
  | { readonly kind: 'stopped'; readonly result: Result; readonly explanation: Explanation }
  /** A second interrupt. */
  | { readonly kind: 'halted' };
