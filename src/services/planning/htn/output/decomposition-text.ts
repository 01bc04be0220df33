// Decomposition text: the tree of a plan for a terminal. Recursion is laid flat: what a task became by calling
// itself stands beside what it became before, so that a list of 10,000 files is a list and no staircase.
import type { DecompositionNode, HtnPlan } from '../solution.js';
import { showCall } from '../language/show.js';

export interface DecompositionTextOptions {
  /** Levels [no limit]. */
  readonly depth?: number;
  /** Children of a node that are shown; of the others their number is told [12]. */
  readonly width?: number;
  /** Lines at most [500]. */
  readonly lines?: number;
  /** Only characters of ASCII [false]. */
  readonly ascii?: boolean;
  /** What is added behind a node, such as why its method was chosen. */
  readonly note?: (node: DecompositionNode, index: number) => string | undefined;
}

interface Line {
  readonly index: number | null;
  /** How many children are left out, when it stands for these. */
  readonly hidden: number;
  /** For each level above whether more follows there. */
  readonly bars: readonly boolean[];
  readonly isLast: boolean;
}

/** The tree as lines. */
export function decompositionLines(plan: HtnPlan, options: DecompositionTextOptions = {}): string[] {
  const { depth = Number.POSITIVE_INFINITY, width = 12, lines: most = 500 } = options;
  const marks = options.ascii === true ? ascii : unicode;
  const lines: string[] = [];
  const stack: Line[] = [];
  const push = (children: readonly number[], bars: readonly boolean[]): void => {
    const shown = children.length > width ? children.slice(0, Math.max(1, width - 1)) : children;
    const hidden = children.length - shown.length;
    if (hidden > 0) stack.push({ index: null, hidden, bars, isLast: true });
    for (let at = shown.length - 1; at >= 0; at -= 1)
      stack.push({
        index: shown[at] ?? null,
        hidden: 0,
        bars,
        isLast: hidden === 0 && at === shown.length - 1,
      });
  };
  push(plan.roots, []);
  for (let line = stack.pop(); line !== undefined; line = stack.pop()) {
    if (lines.length >= most) {
      lines.push(marks.more);
      break;
    }
    const { index, hidden, bars, isLast } = line;
    const indent = bars.map((goesOn) => (goesOn ? marks.bar : marks.blank)).join('');
    const branch = isLast ? marks.last : marks.branch;
    const node = index === null ? undefined : plan.nodes[index];
    if (index === null || node === undefined) {
      lines.push(`${indent}${branch}${marks.more} ${hidden} more`);
      continue;
    }
    const note = options.note?.(node, index);
    lines.push(`${indent}${branch}${nodeText(node, marks)}${note === undefined ? '' : `  ${note}`}`);
    if (bars.length + 1 < depth) push(flatChildren(plan, node), [...bars, !isLast]);
  }
  return lines;
}

const unicode = { branch: '├─ ', last: '└─ ', bar: '│  ', blank: '   ', more: '…', goal: '◎ ', arrow: '←' };
const ascii = {
  branch: '|- ',
  last: '`- ',
  bar: '|  ',
  blank: '   ',
  more: '...',
  goal: 'goal ',
  arrow: 'by',
};

function nodeText(node: DecompositionNode, marks: typeof unicode): string {
  const call = showCall(node.name, node.arguments);
  if (node.step !== null) return `${node.step + 1}. ${call}`;
  const by = node.method === null ? 'held already' : node.method;
  return `${node.kind === 'goal' ? marks.goal : ''}${call} ${marks.arrow} ${by}`;
}

/** The children, with those of children that are the same task in their place. */
function flatChildren(plan: HtnPlan, node: DecompositionNode): number[] {
  if (node.kind !== 'task') return [...node.children];
  const flat: number[] = [];
  const waiting = [...node.children].reverse();
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const child = plan.nodes[index];
    if (child?.kind === 'task' && child.name === node.name && child.children.length > 0)
      for (let at = child.children.length - 1; at >= 0; at -= 1) waiting.push(child.children[at] ?? -1);
    else flat.push(index);
  }
  return flat;
}
