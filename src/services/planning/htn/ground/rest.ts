// Rest: how grounding lets others have a turn. Each of its steps is a generator that rests after so much work, and tells
// at each rest how many bytes it uses, or is about to use; the limits are looked at there.

/** Light work between two rests, in numbers moved or looked at: about a millisecond. */
export const unitsPerRest = 1 << 16;
/** Rows of a few numbers each between two rests. */
export const rowsPerRest = 1 << 13;

/** A step of grounding. Each rest tells the bytes of its tables. */
export type Resting<Result> = Generator<number, Result>;

/** The step was told to stop. */
export const stopped: unique symbol = Symbol('stopped');

/** Runs a step, and asks at each of its rests whether to go on. */
export function* watched<Result>(
  step: Resting<Result>,
  goOn: (bytes: number) => boolean,
): Generator<number, Result | typeof stopped> {
  for (;;) {
    const next = step.next();
    if (next.done === true) return next.value;
    if (!goOn(next.value)) return stopped;
    yield 0;
  }
}
