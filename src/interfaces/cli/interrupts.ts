// Interrupts: Ctrl-C and its kin, counted while a command follows a goal. The first asks for a pause, a second
// Ctrl-C for an end at once. SIGTERM and a closed terminal are a first one, however often they come.

/** A shell, npm and the terminal may each pass on the same Ctrl-C. */
const oneKeyMs = 200;

export interface Interrupts {
  /** Called at the first, or at once when it has been. */
  onFirst(callback: () => void): () => void;
  /** Aborted by the second. */
  readonly halt: AbortSignal;
  /** Whether there was a first. */
  wasAsked(): boolean;
  /** Counts one that came another way, such as Ctrl-C typed at a question. */
  interrupt(): void;
  /** Gives the signals back to the system; not after a second one, for then the process is ending, with its code. */
  dispose(): void;
}

/** Takes the signals of this process. */
export function createInterrupts(): Interrupts {
  const halting = new AbortController();
  const callbacks = new Set<() => void>();
  let asked = false;
  let askedAt = 0;
  const first = (): void => {
    if (asked) return;
    asked = true;
    askedAt = Date.now();
    for (const callback of callbacks) callback();
  };
  const interrupt = (): void => {
    if (!asked) first();
    else if (Date.now() - askedAt > oneKeyMs) halting.abort();
  };
  const handlers: readonly [NodeJS.Signals, () => void][] = [
    ['SIGINT', interrupt],
    ['SIGTERM', first],
    ['SIGHUP', first],
    ...(process.platform === 'win32' ? ([['SIGBREAK', interrupt]] as [NodeJS.Signals, () => void][]) : []),
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    halt: halting.signal,
    wasAsked: () => asked,
    interrupt,
    onFirst(callback) {
      if (asked) callback();
      else callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    dispose() {
      if (halting.signal.aborted) return;
      for (const [signal, handler] of handlers) process.removeListener(signal, handler);
    },
  };
}
