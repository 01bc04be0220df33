// Paths: sequences of events that together visit every state of a chart and take every transition.
//
// @xstate/graph gives the shortest path to each situation (state value and what of the context steers the chart).
// From there each letter is tried; a path that takes a transition for the first time is kept.
import { getShortestPaths } from '@xstate/graph';
import type { AnyMachineSnapshot, EventObject } from 'xstate';
import { stateName } from '#src/actors/state-name.js';
import { type Alphabet, type Letter, lettersOf, stamp } from './alphabet.js';
import { createCoverage, type Coverage } from './coverage.js';
import { createStage, type Step } from './stage.js';

export interface Path {
  /** The name of the input that the actor is made with. */
  readonly input: string;
  readonly letters: readonly Letter[];
}

export interface Paths {
  /** How many situations there are. */
  readonly situations: number;
  readonly paths: readonly Path[];
  /** What the paths cover, and what of the chart they do not. */
  readonly coverage: Coverage;
}

/** More situations than any chart has; a chart that reaches it has a context that is not cut off. */
const limit = 200_000;

/** An event that carries the letter it was made from. */
type GraphEvent = EventObject & { readonly letter: Letter; readonly output?: unknown };

function toEvent(letter: Letter): GraphEvent {
  return 'mail' in letter
    ? { type: letter.mail, ...letter.data, ...stamp, letter }
    : { type: `xstate.done.actor.${letter.port}`, output: { ...letter.outcome, ...stamp }, letter };
}

function situationOf(alphabet: Alphabet, snapshot: AnyMachineSnapshot): string {
  const history = Object.entries(snapshot.historyValue as Record<string, { id: string }[]>).map(
    ([id, nodes]) => [id, nodes.map((node) => node.id)],
  );
  return JSON.stringify([
    snapshot.value,
    history,
    alphabet.project(snapshot.context as never, stateName(snapshot.value)),
  ]);
}

/** Plays a path on a stage of its own. */
export function play(alphabet: Alphabet, path: Path, coverage?: Coverage): Step[] {
  const input = alphabet.inputs[path.input];
  if (input === undefined) throw new Error(`The ${alphabet.kind} has no input '${path.input}'.`);
  const stage = createStage({
    machine: alphabet.machine,
    input,
    stamp,
    ...(coverage === undefined ? {} : { inspect: coverage.inspect }),
  });
  return [stage.first, ...path.letters.map((letter) => stage.play(letter, stamp))];
}

/** The shortest path to each situation that an actor with this input can be in. */
function shortestPaths(alphabet: Alphabet, input: string): { path: Path; end: AnyMachineSnapshot }[] {
  const found = getShortestPaths(alphabet.machine, {
    input: { ...alphabet.inputs[input], ...stamp },
    events: (snapshot: AnyMachineSnapshot) => lettersOf(alphabet, snapshot).map(toEvent),
    serializeState: (snapshot: AnyMachineSnapshot) => situationOf(alphabet, snapshot),
    stopWhen: (snapshot: AnyMachineSnapshot) => snapshot.status !== 'active',
    limit,
  });
  return found.map(({ steps, state }) => ({
    // The first step is the start of the actor.
    path: { input, letters: steps.slice(1).map(({ event }) => (event as GraphEvent).letter) },
    end: state as AnyMachineSnapshot,
  }));
}

/** Whether any candidate takes a letter, even one that only refuses it. */
function reacts(alphabet: Alphabet, end: AnyMachineSnapshot, letter: Letter): boolean {
  return alphabet.machine.getTransitionData(end as never, toEvent(letter) as never).length > 0;
}

/** Tries one letter in a situation, on an actor that is put there from a snapshot. */
function tryOut(alphabet: Alphabet, end: AnyMachineSnapshot, letter: Letter, coverage: Coverage): void {
  const snapshot: unknown = alphabet.machine.getPersistedSnapshot(end);
  createStage({ machine: alphabet.machine, snapshot, stamp, inspect: coverage.inspect }).play(letter, stamp);
}

/** Generates paths that cover what can be covered of a chart: every letter is tried in every situation. */
export function generatePaths(alphabet: Alphabet): Paths {
  const coverage = createCoverage();
  const paths: Path[] = [];
  let situations = 0;
  const keepIfNew = (path: Path, act: () => void): void => {
    const before = coverage.states.size + coverage.transitions.size;
    act();
    if (coverage.states.size + coverage.transitions.size > before) paths.push(path);
  };
  for (const input of Object.keys(alphabet.inputs)) {
    const shortest = shortestPaths(alphabet, input);
    situations += shortest.length;
    keepIfNew({ input, letters: [] }, () => play(alphabet, { input, letters: [] }, coverage));
    for (const { path, end } of shortest) {
      for (const letter of lettersOf(alphabet, end)) {
        if (end.status !== 'active' || !reacts(alphabet, end, letter)) continue;
        const longer = { input, letters: [...path.letters, letter] };
        keepIfNew(longer, () => tryOut(alphabet, end, letter, coverage));
      }
    }
  }
  return { situations, paths, coverage };
}
