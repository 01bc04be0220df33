// Help: the examples that stand below each command's options.

/** Examples as help text: what is typed, without the program's name, and what it does. */
export function examples(...lines: readonly (readonly [words: string, meaning: string])[]): string {
  const columns = Math.max(...lines.map(([words]) => words.length));
  const rows = lines.map(([words, meaning]) => `  $ statewright ${words.padEnd(columns)}  # ${meaning}`);
  return `\nExamples:\n${rows.join('\n')}\n`;
}

export const exitCodeHelp = `
Exit codes: 0 succeeded · 1 failed · 2 bad input or usage · 3 partial · 4 aborted · 5 waits for somebody or was
paused · 6 the store is in use, damaged or of a newer format · 70 a bug of statewright

Every command takes --store DIR [.statewright], --config FILE and --json (one JSON object a line).
While one process has the store, the other commands talk to it.
`;
