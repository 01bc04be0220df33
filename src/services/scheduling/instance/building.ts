// Building: work that is done in pieces, so that whoever asked for it can let others work in between.

/** Pieces of work of a millisecond or less, and what comes of them. */
export type Building<T> = Generator<undefined, T, undefined>;

const itemsInPiece = 128;

/** Does something with each item; so many of them are a piece. */
export function* inPieces<T>(items: ArrayLike<T>, work: (item: T, place: number) => void): Building<void> {
  for (let place = 0; place < items.length; place += 1) {
    if (place > 0 && place % itemsInPiece === 0) yield;
    work(items[place] as T, place);
  }
}

/** Does all of it in one go. */
export function built<T>(building: Building<T>): T {
  for (;;) {
    const { done, value } = building.next();
    if (done === true) return value;
  }
}
