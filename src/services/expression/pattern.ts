// Pattern: tells whether a text contains a match of a regular expression, in time that grows with the text
// and never explodes with the pattern. A Thompson automaton, made deterministic while it runs
// (Ken Thompson 1968; Russ Cox, "Regular Expression Matching Can Be Simple And Fast", 2007).
//
// R1 a text of n characters is looked at once, n steps, whatever the pattern.
// R2 the memory of an automaton is bounded: when its states outgrow the limit they are forgotten.
import { parsePattern } from './pattern-parser.js';
import { PatternError } from './pattern-tree.js';
import type { Assertion, CharacterSet, PatternNode } from './pattern-tree.js';

/** A compiled regular expression. */
export interface Pattern {
  readonly source: string;
  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean;
}

type Instruction =
  | { readonly op: 'set'; readonly set: CharacterSet }
  | { readonly op: 'assert'; readonly assertion: Assertion }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'match' };

/** What stands before or after a place in the text. */
type Side = 'edge' | 'line' | 'word' | 'other';

interface State {
  /** Instructions that wait here, before empty steps are taken. */
  readonly kernel: readonly number[];
  readonly before: Side;
  readonly next: Map<number, State | 'matched'>;
}

const maxInstructions = 5000;
const maxTransitions = 20_000;
const maxSource = 1000;

/**
 * Compiles a regular expression (see {@link parsePattern} for what it may hold).
 *
 * @throws PatternError when it cannot be parsed or is too large.
 */
export function compilePattern(source: string): Pattern {
  if (source.length > maxSource) throw new PatternError(`a pattern may have ${maxSource} characters`, 0);
  const parsed = parsePattern(source);
  const program: Instruction[] = [];
  emit({ program, work: 0 }, parsed.node);
  program.push({ op: 'match' });
  const automaton = createAutomaton(program, parsed.ignoreCase);
  return { source, test: (text) => automaton.test(text) };
}

/** A program being written; `work` bounds what does not show in its length, such as `(()*){1000}`. */
interface Assembly {
  readonly program: Instruction[];
  work: number;
}

function emit(assembly: Assembly, node: PatternNode): void {
  const { program } = assembly;
  assembly.work += 1;
  if (program.length > maxInstructions || assembly.work > maxInstructions * 2) {
    throw new PatternError('the pattern is too large: its repetitions multiply', 0);
  }
  switch (node.type) {
    case 'set':
      program.push({ op: 'set', set: node.set });
      return;
    case 'assert':
      program.push({ op: 'assert', assertion: node.assertion });
      return;
    case 'sequence':
      for (const part of node.nodes) emit(assembly, part);
      return;
    case 'choice':
      emitChoice(assembly, node.nodes);
      return;
    case 'repeat':
      for (let count = 0; count < node.min; count += 1) emit(assembly, node.node);
      if (node.max === Number.POSITIVE_INFINITY) emitSkippable(assembly, node.node, true);
      else for (let count = node.min; count < node.max; count += 1) emitSkippable(assembly, node.node, false);
  }
}

function emitChoice(assembly: Assembly, nodes: readonly PatternNode[]): void {
  const { program } = assembly;
  const jumps: number[] = [];
  nodes.forEach((node, index) => {
    if (index === nodes.length - 1) return emit(assembly, node);
    const split = program.push({ op: 'jump', to: 0 }) - 1;
    emit(assembly, node);
    jumps.push(program.push({ op: 'jump', to: 0 }) - 1);
    program[split] = { op: 'split', first: split + 1, second: program.length };
  });
  for (const jump of jumps) program[jump] = { op: 'jump', to: program.length };
}

/** A part that may be left out, and done again when it loops. */
function emitSkippable(assembly: Assembly, node: PatternNode, loops: boolean): void {
  const { program } = assembly;
  const split = program.push({ op: 'jump', to: 0 }) - 1;
  emit(assembly, node);
  if (loops) program.push({ op: 'jump', to: split });
  program[split] = { op: 'split', first: split + 1, second: program.length };
}

function createAutomaton(
  program: readonly Instruction[],
  ignoreCase: boolean,
): { test(text: string): boolean } {
  let states = new Map<string, State>();
  let transitions = 0;

  const stateOf = (kernel: readonly number[], before: Side): State => {
    const key = `${before}:${kernel.join(',')}`;
    let state = states.get(key);
    if (state === undefined) {
      state = { kernel, before, next: new Map() };
      states.set(key, state);
    }
    return state;
  };

  const step = (state: State, code: number): State | 'matched' => {
    const after = sideOf(code);
    const reached = closure(program, state, after);
    if (reached === 'matched') return 'matched';
    const kernel = new Set<number>([0]); // a match may also begin at the next place
    for (const index of reached) {
      const instruction = program[index];
      if (instruction?.op === 'set' && contains(instruction.set, code, ignoreCase)) kernel.add(index + 1);
    }
    return stateOf(
      [...kernel].sort((left, right) => left - right),
      after,
    );
  };

  return {
    test(text) {
      let state = stateOf([0], 'edge');
      for (let at = 0; at < text.length; ) {
        const code = text.codePointAt(at) ?? 0;
        at += code > 0xffff ? 2 : 1;
        let next = state.next.get(code);
        if (next === undefined) {
          if (transitions >= maxTransitions) {
            states = new Map();
            transitions = 0;
            state = stateOf(state.kernel, state.before);
          }
          next = step(state, code);
          state.next.set(code, next);
          transitions += 1;
        }
        if (next === 'matched') return true;
        state = next;
      }
      return closure(program, state, 'edge') === 'matched';
    },
  };
}

/** The instructions that can be reached without a character, or that the end was reached. */
function closure(program: readonly Instruction[], state: State, after: Side): Set<number> | 'matched' {
  const reached = new Set<number>();
  const waiting = [...state.kernel];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const instruction = program[index];
    switch (instruction?.op) {
      case 'match':
        return 'matched';
      case 'jump':
        waiting.push(instruction.to);
        break;
      case 'split':
        waiting.push(instruction.first, instruction.second);
        break;
      case 'assert':
        if (holds(instruction.assertion, state.before, after)) waiting.push(index + 1);
        break;
      default:
        break;
    }
  }
  return reached;
}

function holds(assertion: Assertion, before: Side, after: Side): boolean {
  switch (assertion) {
    case 'start':
      return before === 'edge';
    case 'end':
      return after === 'edge';
    case 'lineStart':
      return before === 'edge' || before === 'line';
    case 'lineEnd':
      return after === 'edge' || after === 'line';
    case 'word':
      return (before === 'word') !== (after === 'word');
    case 'notWord':
      return (before === 'word') === (after === 'word');
  }
}

function sideOf(code: number): Side {
  if (code === 10 || code === 13 || code === 0x2028 || code === 0x2029) return 'line';
  const isWord =
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
  return isWord ? 'word' : 'other';
}

function contains(set: CharacterSet, code: number, ignoreCase: boolean): boolean {
  let found = containsOne(set, code);
  if (!found && ignoreCase) {
    const text = String.fromCodePoint(code);
    found = [text.toLowerCase(), text.toUpperCase()].some((variant) => {
      const other = variant.codePointAt(0) ?? code;
      return String.fromCodePoint(other) === variant && other !== code && containsOne(set, other);
    });
  }
  return found !== set.negated;
}

function containsOne(set: CharacterSet, code: number): boolean {
  if (set.ranges.some(([from, to]) => code >= from && code <= to)) return true;
  return set.classes.length > 0 && set.classes.some((one) => one.test(String.fromCodePoint(code)));
}
