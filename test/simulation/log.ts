// Log: what a run shows to somebody who stands outside: what reached the disk, which effects began and ended, what was
// asked and what was acknowledged, in the order in which it happened. The checker judges by nothing else.

/** One change of the store. */
export interface Operation {
  readonly type: 'put' | 'del';
  readonly key: string;
  /** Of a put. */
  readonly value?: string;
}

/** A call of a tool, as the tool sees it. */
export interface CallEntry {
  readonly kind: 'began';
  /** Its number in the run, from 1. */
  readonly call: number;
  readonly life: number;
  readonly at: number;
  readonly tool: string;
  readonly goal: string;
  readonly task: string;
  readonly attempt: number;
  readonly key: string;
  readonly effect: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export type Entry =
  /** A process begins with what is on disk, and has carried on what it found there. */
  | { readonly kind: 'life'; readonly life: number; readonly at: number }
  | { readonly kind: 'resumed'; readonly life: number; readonly at: number }
  /** A process is over: what it had under way is lost. */
  | { readonly kind: 'over'; readonly life: number; readonly at: number; readonly how: string }
  /** A write is on disk, whether or not the process was told so. */
  | { readonly kind: 'wrote'; readonly life: number; readonly operations: readonly Operation[] }
  /** The disk gives trouble, or is well again. */
  | { readonly kind: 'disk'; readonly at: number; readonly what: string; readonly well: boolean }
  | { readonly kind: 'goal'; readonly goal: string; readonly at: number; readonly document: object }
  /** Somebody asks for something: a goal to be taken in, a command, a signal. */
  | {
      readonly kind: 'asked';
      readonly id: string;
      readonly goal: string;
      readonly what: string;
      readonly at: number;
    }
  | { readonly kind: 'acknowledged'; readonly id: string; readonly at: number }
  | { readonly kind: 'refused'; readonly id: string; readonly at: number; readonly why: string }
  /** Followers were told of all facts up to a number. */
  | { readonly kind: 'told'; readonly seq: number; readonly at: number }
  | CallEntry
  /** A call was told to stop: its attempt was left. */
  | { readonly kind: 'stopped'; readonly call: number; readonly at: number }
  | { readonly kind: 'answered'; readonly call: number; readonly at: number; readonly how: string }
  | { readonly kind: 'time'; readonly at: number }
  /** Nothing happens by itself any more, and nothing waits to be written. */
  | { readonly kind: 'still'; readonly at: number }
  | { readonly kind: 'note'; readonly text: string; readonly at: number };

/** What there is to judge of a run. */
export interface Run {
  readonly seed: number;
  readonly entries: readonly Entry[];
}
