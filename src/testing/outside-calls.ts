// Outside calls: stands around the calls that an engine makes, so that a run knows what is under way, and so that a
// process that has died makes none and hears of none.
import type { AroundCall } from '../index.js';
import { createSystemClock } from '../services/clock.js';
import type { Witness } from './witness.js';

export interface OutsideCallsOptions {
  readonly witness: Witness;
  readonly isOver: () => boolean;
  /** Tools that wait by the clock of the run: nobody waits for them in real time. */
  readonly isScripted: (tool: string) => boolean;
  /** Makes each call that may be repeated twice: the second outcome counts. */
  readonly repeat: boolean;
  readonly patienceMs: number;
}

export interface OutsideCalls {
  readonly around: AroundCall;
  /** Resolves when no real call is under way, or those that are were waited for long enough. */
  settled(): Promise<void>;
  /** Whether a real call is under way that is still waited for. */
  isBusy(): boolean;
  /** Calls of real tools that were waited for in vain and still run. */
  left(): readonly string[];
}

/** One each time: what waits for a shared one would be kept by it for ever. */
const never = (): Promise<never> => new Promise(() => {});

export function createOutsideCalls(options: OutsideCallsOptions): OutsideCalls {
  const { witness, isOver } = options;
  const busy = new Map<Promise<void>, string>();
  const left = new Map<Promise<void>, string>();

  const around: AroundCall = (call, make) => {
    if (isOver()) return never();
    const seen = witness.begins(call);
    const repeats = options.repeat && (seen.kind === 'look' || seen.effect !== 'once');
    const made = repeats ? make().then(make) : make();
    const end = made.then(
      (output) => witness.ends(seen, 'gave', shorten(output)),
      (error: unknown) =>
        witness.ends(seen, 'failed', error instanceof Error ? error.message : String(error)),
    );
    if (!options.isScripted(call.tool)) {
      busy.set(end, `${call.tool}${call.context.taskId === '' ? '' : ` for ${call.context.taskId}`}`);
      void end.then(() => {
        busy.delete(end);
        left.delete(end);
      });
    }
    return end.then(() => (isOver() ? never() : made));
  };

  async function settled(): Promise<void> {
    while (busy.size > 0) {
      const clock = createSystemClock();
      let callOff = (): void => {};
      const patience = new Promise<'over'>((resolve) => {
        callOff = clock.at(clock.now() + options.patienceMs, () => resolve('over'));
      });
      const how = await Promise.race([patience, Promise.race(busy.keys())]);
      callOff();
      if (how !== 'over') continue;
      for (const [end, name] of busy) left.set(end, name);
      busy.clear();
    }
  }

  return { around, settled, isBusy: () => busy.size > 0, left: () => [...left.values()] };
}

function shorten(output: unknown): string {
  const text = JSON.stringify(output) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
