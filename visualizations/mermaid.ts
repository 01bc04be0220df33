// Mermaid: a statechart as text for Mermaid's stateDiagram-v2.
//
// Mermaid has no history states, and cannot draw an arrow from a state to one inside it. So a history state is
// a state that says what it is, and what a composite state does with an event itself starts from a state
// `any state of …` inside it. What a state does without leaving it is a line in its box.
import { statesOf, treeOf, type Chart, type State, type Transition } from './charts.js';

/** Writes a chart as Mermaid text. */
export function mermaidOf({ kind, version, machine }: Chart): string {
  const root = treeOf(machine);
  const lines = [
    'stateDiagram-v2',
    `%% The ${kind} statechart, version ${version}. Written by "npm run generate"; do not edit.`,
    '%% Labels: event [guard] / actions. Of several arrows for one event the first whose guard holds is taken,',
    '%% in the order in which they stand here. What a composite state does itself is said by its "any state".',
    ...bodyOf(root, kind).map((line) => `  ${line}`),
    ...arrowsOf(root).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The id of a state in Mermaid's text; `any` and `outside` stand for no state of the chart. */
export const mermaidId = (path: string): string => path.replaceAll('.', '__');

/** The id of the state that stands for all states inside a composite one. */
export const anyId = (path: string): string => (path === '' ? 'any' : `${mermaidId(path)}__any`);

/** What a transition says. */
export function labelOf({ event, guard, actions }: Transition): string {
  return [event, guard === '' ? '' : `[${guard}]`, actions.length === 0 ? '' : `/ ${actions.join(', ')}`]
    .filter((part) => part !== '')
    .join(' ');
}

const isComposite = (state: State): boolean => state.states.length > 0;

const isWithin = (path: string, outer: string): boolean =>
  outer === '' || path === outer || path.startsWith(`${outer}.`);

/** Whether a transition of a composite state has to be drawn from its `any state`. */
const isInward = (state: State, { target }: Transition): boolean =>
  isComposite(state) && target !== undefined && isWithin(target, state.path);

/** What is declared inside a composite state or the whole chart. */
function bodyOf(state: State, kind: string): string[] {
  const lines = state.states.flatMap((child) => declarationOf(child, kind));
  if (state.initial !== undefined) lines.push(`[*] --> ${mermaidId(state.initial)}`);
  const notes = notesOf(state);
  if (notes.length > 0 || state.transitions.some((one) => isInward(state, one))) {
    const name = state.path === '' ? `any state of the ${kind}` : `any state of ${state.key}`;
    lines.push(`state "${name}" as ${anyId(state.path)}`);
    lines.push(...notes.map((note) => `${anyId(state.path)} : ${note}`));
  }
  for (const child of state.states)
    if (child.type === 'final') lines.push(`${mermaidId(child.path)} --> [*]`);
  return lines;
}

function declarationOf(state: State, kind: string): string[] {
  const id = mermaidId(state.path);
  if (state.type === 'history') return [`state "${state.key} (history of ${parentOf(state.path)})" as ${id}`];
  if (isComposite(state)) {
    return [`state "${state.key}" as ${id} {`, ...bodyOf(state, kind).map((line) => `  ${line}`), '}'];
  }
  return [`state "${state.key}" as ${id}`, ...notesOf(state).map((note) => `${id} : ${note}`)];
}

const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');

/** The lines of a state's box: what it does on its way in and out, what it invokes, what it does and stays. */
function notesOf(state: State): string[] {
  const staying = state.transitions.filter(({ target }) => target === undefined);
  return [
    ...(state.entry.length === 0 ? [] : [`entry / ${state.entry.join(', ')}`]),
    ...(state.exit.length === 0 ? [] : [`exit / ${state.exit.join(', ')}`]),
    ...state.invokes.map(({ id, src }) => `invoke / ${id === src ? id : `${id} = ${src}`}`),
    ...staying.map(labelOf),
  ];
}

function arrowsOf(root: State): string[] {
  return statesOf(root).flatMap((state) =>
    state.transitions.flatMap((one) => {
      if (one.target === undefined) return [];
      const from = isInward(state, one) ? anyId(state.path) : mermaidId(state.path);
      const label = labelOf(one);
      return [`${from} --> ${mermaidId(one.target)}${label === '' ? '' : ` : ${label}`}`];
    }),
  );
}
