// Heap: a priority queue of numbers (binary heap, John W. J. Williams, 1964).

/** Gives its members in the order of `isBefore`; those that are equal in no certain order. */
export interface Heap {
  readonly size: number;
  push(member: number): void;
  /** Removes and gives the first; undefined when there is none. */
  pop(): number | undefined;
}

export function createHeap(isBefore: (one: number, other: number) => boolean): Heap {
  const members: number[] = [];
  const at = (index: number): number => members[index] ?? 0;
  const swap = (one: number, other: number): void => {
    [members[one], members[other]] = [at(other), at(one)];
  };
  return {
    get size() {
      return members.length;
    },
    push(member) {
      let index = members.push(member) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(at(index), at(parent))) break;
        swap(index, parent);
        index = parent;
      }
    },
    pop() {
      const first = members[0];
      const last = members.pop();
      if (members.length === 0 || last === undefined) return first;
      members[0] = last;
      for (let index = 0; ; ) {
        const left = index * 2 + 1;
        if (left >= members.length) return first;
        const right = left + 1;
        const child = right < members.length && isBefore(at(right), at(left)) ? right : left;
        if (!isBefore(at(child), at(index))) return first;
        swap(child, index);
        index = child;
      }
    },
  };
}
