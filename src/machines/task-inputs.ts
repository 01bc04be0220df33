// Task inputs: what each port of the task's chart is told. Values are not among it: they are looked up.
import { asksOf, type Asks } from './approval.js';
import { attemptKey, type AttemptKey, type TaskContext } from './task.setup.js';

type Of = { readonly context: TaskContext };

/** An attempt, and what was approved of it when it had to be. */
export interface AttemptInput extends AttemptKey {
  readonly leave?: string;
}

/** A result, and what was approved of it when it had to be. */
export interface VerifyInput extends AttemptKey {
  readonly accepted?: string;
}

/** What is to be shown, and the digest of what has been shown: empty when nothing has. */
export interface ShowInput extends AttemptKey {
  readonly asks: Asks;
  readonly digest: string;
}

export const attemptInput = ({ context }: Of): AttemptInput => {
  const leave = context.approval?.granted.start;
  return leave === undefined ? attemptKey({ context }) : { ...attemptKey({ context }), leave };
};

export const verifyInput = ({ context }: Of): VerifyInput => {
  const accepted = context.approval?.granted.review;
  return accepted === undefined ? attemptKey({ context }) : { ...attemptKey({ context }), accepted };
};

export const toShow = ({ context }: Of): ShowInput => ({
  ...attemptKey({ context }),
  asks: asksOf(context.awaits),
  digest: '',
});

export const hasShown = ({ context }: Of): ShowInput => ({
  ...toShow({ context }),
  digest: context.approval?.asked.digest ?? '',
});
