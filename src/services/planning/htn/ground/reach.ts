// Relaxed reachability: which facts, operators, tasks and methods can come up at all, when facts once true stay
// so. Bottom-up over facts and top-down over tasks at once: an operator is matched only when a task asks for it,
// the next subtask of a sequence is asked for only when those before it can be done.
import { necessaryAtoms, needsOfMethod } from '../program/necessary.js';
import type { AtomPattern, Program } from '../program/program.js';
import { atomKey } from '../program/slots.js';
import { earlyChecks, groundTerms } from './early-checks.js';
import { createTriggers, type JoinRule, type Trigger } from './join.js';
import { Flags } from './ragged.js';
import type { Reached } from './reached.js';
import { TupleSet } from './tuples.js';

/** Says whether to go on; asked every some thousand matches. */
export type Ask = (tuples: number) => boolean;

const askEvery = 4096;

/** Work of a match, in the units of searches. */
const matchWork = 400;

/** Tuples after which a run rests. */
const restEvery = 256;

/** Grounds a program by reachability. */
export class Reachability {
  private readonly program: Program;
  private readonly facts: TupleSet[];
  private readonly tasks: TupleSet[];
  private readonly operators: TupleSet[];
  private readonly methods: TupleSet[];
  private readonly rules: TupleSet[];
  private readonly done: Flags[];
  private readonly complete: Flags[];
  /** By method and tuple: how many subtasks can be done, in their order. */
  private readonly progress: number[][];
  /** By task and tuple: method applications (pairs of method and tuple) that wait for it. */
  private readonly waiting: (number[] | undefined)[][];
  /** By method, of its subtasks and last of its task: by term, the column of the method's tuple, or `~object`. */
  private readonly columns: Int32Array[][];
  private readonly triggers = new Map<TupleSet, Trigger[]>();
  private readonly order: TupleSet[] = [];
  private readonly ask: Ask;
  private matches = 0;
  private count = 0;
  private isStopped = false;

  constructor(program: Program, ask: Ask) {
    this.program = program;
    this.ask = ask;
    this.facts = program.predicates.map((each) => new TupleSet(each.arity));
    const arities = [
      ...program.operators.map((each) => each.parameterCount),
      ...program.tasks.map((each) => each.arity),
    ];
    this.tasks = arities.map((arity) => new TupleSet(arity));
    this.operators = program.operators.map((each) => new TupleSet(each.matched.length));
    this.methods = program.methods.map((each) => new TupleSet(each.matched.length));
    this.rules = program.rules.map((each) => new TupleSet(each.matched.length));
    this.done = arities.map(() => new Flags());
    this.complete = program.methods.map(() => new Flags());
    this.progress = program.methods.map(() => []);
    this.waiting = arities.map(() => []);
    this.columns = program.methods.map(({ matched, subtasks, terms }) =>
      [...subtasks.map((subtask) => subtask.terms), terms].map((row) =>
        row.map((term) => (term < 0 ? term : matched.indexOf(term))),
      ),
    );
    for (const fact of program.facts) this.facts[fact.predicate]!.add(fact.arguments);
    this.order.push(...this.tasks, ...this.facts);
    this.addOperators();
    this.addMethods();
    this.addRules();
  }

  /** Bytes of the tables. */
  get bytes(): number {
    const waiting = this.triggers.size > 0 ? this.count * 24 : 0;
    return this.sets.reduce((sum, set) => sum + set.bytes, waiting);
  }

  private get sets(): TupleSet[] {
    return [...this.facts, ...this.tasks, ...this.operators, ...this.methods, ...this.rules];
  }

  /** Gives up what only reaching on needs. */
  private forget(): void {
    this.triggers.clear();
    this.progress.length = 0;
    this.waiting.length = 0;
    for (const set of this.sets) set.indexes.length = 0;
  }

  /** Runs to the end, with rests. Null when it was told to stop. */
  *run(): Generator<number, Reached | null> {
    let steps = 0;
    this.tasks[this.program.root]!.add(new Int32Array(0));
    for (let isNew = true; isNew && !this.isStopped; ) {
      isNew = false;
      for (const set of this.order) {
        while (set.processed < set.count && !this.isStopped) {
          isNew = true;
          const id = set.advance();
          for (const trigger of this.triggers.get(set) ?? []) {
            if (!trigger.match(id)) break;
          }
          steps += 1;
          if (steps % restEvery === 0) yield this.matches * matchWork;
        }
      }
    }
    if (this.isStopped) return null;
    this.forget();
    return {
      facts: this.facts,
      tasks: this.tasks,
      isDone: this.done.map((flags) => flags.bits),
      operators: this.operators,
      methods: this.methods,
      isComplete: this.complete.map((flags) => flags.bits),
      rules: this.rules,
    };
  }

  private add(rule: JoinRule): void {
    const made = createTriggers(this.program, rule);
    rule.body.forEach(({ tuples }, position) => {
      const same = this.triggers.get(tuples);
      if (same === undefined) this.triggers.set(tuples, [made[position]!]);
      else same.push(made[position]!);
    });
  }

  private factAtom(atom: AtomPattern): { tuples: TupleSet; terms: Int32Array } {
    return { tuples: this.facts[atom.predicate]!, terms: atom.terms };
  }

  private goOn(): boolean {
    this.matches += 1;
    if (this.matches % askEvery === 0 && !this.ask(this.count)) this.isStopped = true;
    return !this.isStopped;
  }

  private addOperators(): void {
    this.program.operators.forEach((operator, id) => {
      const matched = Int32Array.from(operator.matched);
      const tuple = new Int32Array(matched.length);
      const parameters = new Int32Array(operator.parameterCount);
      const instances = this.operators[id]!;
      const added = operator.facts.filter((change) => change.isAdded);
      this.add({
        body: [
          { tuples: this.tasks[id]!, terms: Int32Array.from(parameters.keys()) },
          ...operator.condition.atoms.map((atom) => this.factAtom(atom)),
        ],
        matched: operator.matched,
        slotTypes: operator.slotTypes,
        checks: earlyChecks(this.program, this.facts, operator.condition.checks),
        fire: (slots) => {
          for (let index = 0; index < matched.length; index += 1) tuple[index] = slots[matched[index]!]!;
          if (instances.add(tuple) < 0) return this.goOn();
          this.count += 1;
          for (const { atom, own } of added) this.addFacts(atom, own, 0, slots);
          for (let index = 0; index < parameters.length; index += 1) parameters[index] = slots[index]!;
          this.finish(id, this.tasks[id]!.find(parameters));
          return this.goOn();
        },
      });
    });
  }

  private addFacts(
    atom: AtomPattern,
    own: readonly { readonly slot: number; readonly type: number }[],
    depth: number,
    slots: Int32Array,
  ): void {
    const variable = own[depth];
    if (variable === undefined) {
      if (this.facts[atom.predicate]!.add(groundTerms(atom.terms, slots)) >= 0) this.count += 1;
      return;
    }
    for (const member of this.program.types[variable.type]!.members) {
      slots[variable.slot] = member;
      this.addFacts(atom, own, depth + 1, slots);
    }
  }

  private addRules(): void {
    this.program.rules.forEach((rule, id) => {
      const body = rule.condition.atoms.map((atom) => this.factAtom(atom));
      const always = new TupleSet(0);
      if (body.length === 0) {
        always.add(new Int32Array(0));
        this.order.push(always);
        body.push({ tuples: always, terms: new Int32Array(0) });
      }
      this.add({
        body,
        matched: rule.matched,
        slotTypes: rule.slotTypes,
        checks: earlyChecks(this.program, this.facts, rule.condition.checks),
        fire: (slots) => {
          if (this.rules[id]!.add(Int32Array.from(rule.matched, (slot) => slots[slot]!)) >= 0) {
            this.count += 1;
            this.addFacts(rule.head, [], 0, slots);
          }
          return this.goOn();
        },
      });
    });
  }

  private addMethods(): void {
    const necessary = necessaryAtoms(this.program);
    const { predicates } = this.program;
    this.program.methods.forEach((method, id) => {
      const needs = needsOfMethod(method, necessary, (atom) => predicates[atom.predicate]!.isStatic);
      if (needs === null) return;
      const atoms = new Map([...needs.always, ...needs.first].map((atom) => [atomKey(atom), atom]));
      // An atom with a variable that the method does not bind here says nothing.
      const matched = new Set(method.matched);
      const useful = [...atoms.values()].filter((atom) =>
        atom.terms.every((term) => term < 0 || matched.has(term)),
      );
      const tuple = new Int32Array(method.matched.length);
      this.add({
        body: [
          { tuples: this.tasks[method.task]!, terms: method.terms },
          ...useful.map((a) => this.factAtom(a)),
        ],
        matched: method.matched,
        slotTypes: method.slotTypes,
        checks: earlyChecks(this.program, this.facts, method.condition.checks),
        fire: (slots) => {
          method.matched.forEach((slot, index) => (tuple[index] = slots[slot]!));
          const instance = this.methods[id]!.add(tuple);
          if (instance < 0) return this.goOn();
          this.count += 1;
          this.progress[id]!.push(0);
          if (method.ordering !== null) method.subtasks.forEach((_, at) => this.askFor(id, at, tuple));
          this.proceed(id, instance);
          return this.goOn();
        },
      });
    });
  }

  /** Asks for a subtask; gives the number of its tuple. */
  private askFor(method: number, position: number, tuple: Int32Array): number {
    const tasks = this.tasks[this.program.methods[method]!.subtasks[position]!.task]!;
    const id = tasks.add(groundTerms(this.columns[method]![position]!, tuple));
    if (id < 0) return ~id;
    this.count += 1;
    return id;
  }

  /** Goes on with a method application, and with all that waited for what it completes. */
  private proceed(method: number, instance: number): void {
    const open: number[] = [method, instance];
    while (open.length > 0) {
      const at = open.pop()!;
      const of = open.pop()!;
      const { subtasks, task } = this.program.methods[of]!;
      const tuple = this.methods[of]!.read(at);
      let next = this.progress[of]![at]!;
      for (; next < subtasks.length; next += 1) {
        const subtask = subtasks[next]!;
        const id = this.askFor(of, next, tuple);
        if (this.done[subtask.task]!.bits[id] === 1) continue;
        const waiting = this.waiting[subtask.task]!;
        (waiting[id] ??= []).push(of, at);
        break;
      }
      this.progress[of]![at] = next;
      if (next < subtasks.length) continue;
      this.complete[of]!.set(at);
      const target = groundTerms(this.columns[of]!.at(-1)!, tuple);
      this.release(task, this.tasks[task]!.find(target), open);
    }
  }

  /** Marks a task as one that can be done, and gives those that waited for it. */
  private release(task: number, id: number, open: number[]): void {
    if (this.done[task]!.bits[id] === 1) return;
    this.done[task]!.set(id);
    const waiting = this.waiting[task]![id];
    if (waiting === undefined) return;
    for (const each of waiting) open.push(each);
    this.waiting[task]![id] = undefined;
  }

  private finish(task: number, id: number): void {
    const open: number[] = [];
    this.release(task, id, open);
    for (let at = 0; at < open.length; at += 2) this.proceed(open[at]!, open[at + 1]!);
  }
}
