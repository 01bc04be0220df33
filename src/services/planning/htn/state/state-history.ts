// State history: which facts and numbers held before each step of a plan. Each fact keeps the positions at which
// it changed, so that any state along the plan can be looked at without a copy of it. Position 0 is the initial
// state, position `n` the state after `n` steps.

/** A state as formulas look at it. */
export interface StateView {
  holds(predicate: string, args: readonly string[]): boolean;
  value(name: string, args: readonly string[]): number;
  /**
   * The facts of a predicate that hold; with `known`, at least those whose argument at that place is that
   * object.
   */
  factsOf(predicate: string, known?: readonly [place: number, object: string]): Iterable<readonly string[]>;
}

/** Facts by predicate, and by the object at one place; an index is built when it is first asked for. */
export interface FactIndex<Entry extends { readonly args: readonly string[] }> {
  add(predicate: string, entry: Entry): void;
  find(predicate: string, known?: readonly [place: number, object: string]): readonly Entry[];
}

export function createFactIndex<Entry extends { readonly args: readonly string[] }>(): FactIndex<Entry> {
  const all = new Map<string, Entry[]>();
  const places = new Map<string, Map<string, Entry[]>[]>();
  return {
    add(predicate, entry) {
      push(all, predicate, entry);
      places.get(predicate)?.forEach((objects, place) => push(objects, entry.args[place] ?? '', entry));
    },
    find(predicate, known) {
      const list = all.get(predicate) ?? [];
      if (known === undefined || list.length === 0) return list;
      const [place, object] = known;
      const own = places.get(predicate) ?? [];
      places.set(predicate, own);
      let objects = own[place];
      if (objects === undefined) {
        objects = new Map();
        for (const entry of list) push(objects, entry.args[place] ?? '', entry);
        own[place] = objects;
      }
      return objects.get(object) ?? [];
    },
  };
}

/** The past of one fact or number: its values from these positions on, in order. */
interface Past<Value> {
  readonly args: readonly string[];
  readonly positions: number[];
  readonly values: Value[];
}

export interface StateHistory {
  /** The state after so many steps. */
  at(position: number): StateView;
  /** States a fact from a position on. Positions never go back for one fact. */
  setFact(predicate: string, args: readonly string[], holds: boolean, position: number): void;
  setValue(name: string, args: readonly string[], value: number, position: number): void;
}

/** The name of a fact or fluent in maps. */
export const keyOf = (name: string, args: readonly string[]): string =>
  args.length === 0 ? name : `${name}\u0000${args.join('\u0000')}`;

/** Makes a history in which nothing holds and all numbers are 0. */
export function createStateHistory(): StateHistory {
  const facts = new Map<string, Past<boolean>>();
  const numbers = new Map<string, Past<number>>();
  const index = createFactIndex<Past<boolean>>();
  return {
    setFact(predicate, args, holds, position) {
      const key = keyOf(predicate, args);
      let past = facts.get(key);
      if (past === undefined) {
        if (!holds) return;
        past = { args: [...args], positions: [], values: [] };
        facts.set(key, past);
        index.add(predicate, past);
      }
      note(past, holds, position);
    },
    setValue(name, args, value, position) {
      const key = keyOf(name, args);
      const past = numbers.get(key) ?? { args: [...args], positions: [], values: [] };
      numbers.set(key, past);
      note(past, value, position);
    },
    at: (position) => ({
      holds: (predicate, args) => valueAt(facts.get(keyOf(predicate, args)), position) ?? false,
      value: (name, args) => valueAt(numbers.get(keyOf(name, args)), position) ?? 0,
      *factsOf(predicate, known) {
        for (const past of index.find(predicate, known))
          if (valueAt(past, position) === true) yield past.args;
      },
    }),
  };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function note<Value>(past: Past<Value>, value: Value, position: number): void {
  const last = past.positions.length - 1;
  if (last >= 0 && past.positions[last] === position) past.values[last] = value;
  else {
    past.positions.push(position);
    past.values.push(value);
  }
}

/** The value at a position, by bisection. */
function valueAt<Value>(past: Past<Value> | undefined, position: number): Value | undefined {
  if (past === undefined) return undefined;
  let low = 0;
  let high = past.positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((past.positions[middle] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : past.values[low - 1];
}
