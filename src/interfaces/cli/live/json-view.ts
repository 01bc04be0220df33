// JSON view: the journal's facts, one a line, as they are committed. What was printed is on disk.
import type { Fact } from '../../../index.js';
import { printable, type Output } from '../output.js';
import type { View } from './view.js';

/** A fact as `--json` prints it. */
export function printableFact(fact: Fact): object {
  return printable(fact, ['data']);
}

export function createJsonView(output: Output): View {
  return {
    begin: () => undefined,
    fact: (fact) => output.record(printableFact(fact)),
    refresh: () => undefined,
    progress: () => undefined,
    waits: () => undefined,
    notice: output.note,
    suspend: () => undefined,
    resume: () => undefined,
    close: () => undefined,
  };
}
