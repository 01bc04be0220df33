// Report: how much of each statechart the generated paths cover, and how much real runs of the engine, as text.
import type { Coverage } from '../machines/coverage.js';
import { elementsOf } from '../machines/coverage.js';
import type { Alphabet } from '../machines/alphabet.js';

export interface Part {
  readonly alphabet: Alphabet;
  /** By generated paths through the chart alone. */
  readonly byPaths: Coverage;
  /** By runs of a real engine. */
  readonly byRuns: Coverage;
}

const share = (missed: readonly string[], all: readonly string[]): string =>
  `${all.length - missed.length} of ${all.length}`;

/** Writes the report, as Markdown. */
export function writeReport(parts: readonly Part[], unplayed: Readonly<Record<string, string>>): string {
  const rows = parts.map(({ alphabet: { kind, machine }, byPaths, byRuns }) => {
    const all = elementsOf(machine);
    const [paths, runs] = [byPaths.uncovered(machine), byRuns.uncovered(machine)];
    const cells = [
      kind,
      share(paths.states, all.states),
      share(paths.transitions, all.transitions),
      share(runs.states, all.states),
      share(runs.transitions, all.transitions),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const list = Object.entries(unplayed).map(([transition, reason]) => `- \`${transition}\`: ${reason}.`);
  return `# How much of the statecharts is tested

Made by \`test/model-based/engine-paths.test.ts\`; \`npx vitest run test/model-based/engine-paths.test.ts -u\` writes
it anew. A transition is one candidate: one entry of a list in \`on\`, \`onDone\` or \`always\`. *Paths* are generated
from the chart with \`@xstate/graph\` and walked on the chart alone; *runs* are those paths, and situations that none
leads to, played to a real engine with a store on disk. Outcomes that nothing in this version gives (questions of
planners, budgets, repairs, lost telemetry) are given to its real runtime by the test.

| chart | states by paths | transitions by paths | states by runs | transitions by runs |
|---|---|---|---|---|
${rows.join('\n')}

## Transitions that no run takes

${list.join('\n')}
`;
}
