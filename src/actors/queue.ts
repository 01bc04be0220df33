// Queue: first in, first out, with constant cost a step however long it is.

export interface Queue<T> {
  push(item: T): void;
  shift(): T | undefined;
  clear(): void;
  readonly size: number;
}

/** A growing array with a moving head, cut off when most of it has been taken. */
export function createQueue<T>(): Queue<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    push: (item) => void items.push(item),
    shift: () => {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head++] = undefined;
      if (head === items.length) {
        items = [];
        head = 0;
      } else if (head > 1024 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    clear: () => {
      items = [];
      head = 0;
    },
    get size() {
      return items.length - head;
    },
  };
}
