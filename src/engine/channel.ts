// Channel: tells those who listen within the engine. RxJS is for hosts: it is loaded when one asks for an observable,
// because it alone takes as long to load as half of the engine.
import { createRequire } from 'node:module';
import type * as Rx from 'rxjs';

const require = createRequire(import.meta.url);

export interface Channel<T> {
  next(value: T): void;
  subscribe(listener: (value: T) => void): { unsubscribe(): void };
  /** Nothing comes any more. */
  complete(): void;
  /** The channel for hosts. */
  asObservable(): Rx.Observable<T>;
}

/** Makes a channel. Listeners are told in the order in which they came, and must not throw. */
export function createChannel<T>(): Channel<T> {
  const listeners = new Set<(value: T) => void>();
  const ends = new Set<() => void>();
  let over = false;
  return {
    next(value) {
      if (over || listeners.size === 0) return;
      // Those who come meanwhile are told of the next.
      for (const listener of Array.from(listeners)) if (listeners.has(listener)) listener(value);
    },
    subscribe(listener) {
      // Of its own, so that one function can listen twice.
      const own = (value: T): void => listener(value);
      if (!over) listeners.add(own);
      return { unsubscribe: () => void listeners.delete(own) };
    },
    complete() {
      if (over) return;
      over = true;
      listeners.clear();
      for (const end of ends) end();
      ends.clear();
    },
    asObservable() {
      const { Observable } = require('rxjs') as typeof Rx;
      return new Observable<T>((subscriber) => {
        if (over) return subscriber.complete();
        const own = (value: T): void => subscriber.next(value);
        const end = (): void => subscriber.complete();
        listeners.add(own);
        ends.add(end);
        return () => {
          listeners.delete(own);
          ends.delete(end);
        };
      });
    },
  };
}
