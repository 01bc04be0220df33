// Checker of effects: P5, P6, P7, P9 and P15, which are about effects at the moment they begin, and what they hold.
import type { Blame, Watch } from './checker.js';
import type { CallEntry } from './log.js';
import type { TaskPart } from './random-plan.js';
import { addressOfKey, baseOf, type Fact, type View } from './view.js';

interface Once {
  /** Known not to have happened, or somebody asked. */
  allowed: boolean;
  /** Whether it happened is not known. */
  isUnknown: boolean;
  /** The call of its attempt, while nobody has said how it came out. */
  open: number | undefined;
  /** How often contingencies may still try what has failed: the plan's author said so. */
  helps: number;
}

type Place = Pick<CallEntry, 'goal' | 'task'>;

const isUndo = ({ task }: Place): boolean => task.endsWith('~undo');
const isAct = ({ tool }: CallEntry): boolean => tool === 'script.act';
const isWork = ({ tool }: CallEntry): boolean => tool === 'script.act' || tool === 'script.undo';
const nameOf = ({ tool, goal, task, attempt, life, call }: CallEntry): string =>
  `call ${call} of ${tool} for ${goal}/${task}, attempt ${attempt}, in life ${life}`;

export function watchEffects(view: View, blame: Blame): Watch {
  const keys = new Map<string, string>();
  const owners = new Map<string, string>();
  const begun = new Map<string, CallEntry>();
  const onceTasks = new Map<string, Once>();

  function begins(call: CallEntry): void {
    const { goal, task, attempt, key, life } = call;
    const address = `task/${goal}/${task}`;
    // The actor of a task in `executing` is the intent of its effect.
    const actor = view.actor(address);
    if (actor?.state !== 'executing' || actor.context['attempt'] !== attempt)
      blame('P7', `${nameOf(call)}: its intent is not on disk`);
    const known = keys.get(address);
    const owner = owners.get(key);
    if (known !== undefined && known !== key)
      blame('P6', `${nameOf(call)} has the key ${key}, an earlier one had ${known}`);
    if (owner !== undefined && owner !== address) blame('P6', `${nameOf(call)} has the key of ${owner}`);
    keys.set(address, key);
    owners.set(key, address);
    const before = begun.get(`${address}#${attempt}`);
    begun.set(`${address}#${attempt}`, call);
    if (before === undefined) return;
    if (before.life === life) blame('P5', `${nameOf(call)}: it was begun in this life already`);
    else if (call.effect === 'once')
      blame('P5', `${nameOf(call)}: it must not happen twice, and was begun in life ${before.life}`);
  }

  /** What only looks at the world asks for it in a state that is on disk. */
  function looks(call: CallEntry): void {
    const { goal, task, tool } = call;
    const address = task === '' ? `goal/${goal}` : `task/${goal}/${task}`;
    const state = view.actor(address)?.state ?? 'gone';
    const wanted = tool === 'script.probe' ? /^blocked\.interrupted\.probing$/ : /^verifying/;
    const isMeant =
      wanted.test(state) ||
      (task === '' && view.actor(`plan/${goal}`)?.state.startsWith('verifying') === true);
    if (!isMeant) blame('P7', `${nameOf(call)}: ${address} is ${state} on disk`);
  }

  function steps(call: CallEntry): void {
    const intents = view.keysUnder(`!effects!${call.goal}/contingency/`);
    const isThere = intents.some((key) => view.record<{ key: string }>(key)?.key === call.key);
    if (!isThere) blame('P7', `${nameOf(call)}: its intent is not on disk`);
    const before = begun.get(call.key);
    begun.set(call.key, call);
    if (before !== undefined && (call.effect === 'once' || before.life === call.life))
      blame('P5', `${nameOf(call)}: it was begun in life ${before.life} already`);
  }

  function overlaps(call: CallEntry): void {
    const running = [...view.running.values()];
    const work = running.filter(isWork);
    for (const other of work) {
      const why = clash(call, other);
      if (why !== undefined) blame('P9', `${nameOf(call)} overlaps ${nameOf(other)}: ${why}`);
    }
    const width = view.documents.get(call.goal)?.strategy?.maxParallelTasks ?? 5;
    const mates = work.filter((other) => other.goal === call.goal && isAct(other));
    if (isAct(call) && mates.length >= width)
      blame('P9', `${nameOf(call)} is the ${mates.length + 1}. at once, ${width} may be`);
  }

  const partOf = ({ goal, task }: Place): TaskPart | undefined =>
    view.documents.get(goal)?.tasks[baseOf(task)];

  function clash(one: Place, other: Place): string | undefined {
    const [mine, theirs] = [partOf(one)?.requires, partOf(other)?.requires];
    for (const { name, mode } of mine?.locks ?? []) {
      const same = theirs?.locks?.find((lock) => lock.name === name);
      if (same !== undefined && (mode !== 'shared' || same.mode !== 'shared'))
        return `both need the lock ${name}`;
    }
    if (one.goal !== other.goal) return undefined;
    const seats = (part: TaskPart['requires']): boolean =>
      part?.resources?.some(({ name }) => name === 'seat') === true;
    if (seats(mine) && seats(theirs)) return 'there is one seat';
    const [a, b] = [baseOf(one.task), baseOf(other.task)];
    const isExcluded = view.documents
      .get(one.goal)
      ?.dependencies?.some(
        ({ from, to, type }) =>
          (type === 'conflict' || type === 'resource') &&
          ((from === a && to === b) || (from === b && to === a)),
      );
    return isExcluded === true && !isUndo(one) && !isUndo(other) ? 'they exclude each other' : undefined;
  }

  /** The facts of a task whose effect must not happen twice. */
  function once({ type, data, actor, seq }: Fact, state: Once): void {
    if (type === 'attempt.started') {
      if (!state.allowed && !state.isUnknown) state.helps -= 1;
      if (!state.allowed && (state.isUnknown || state.helps < 0))
        blame('P5', `fact ${seq}: ${actor} must not happen twice and is begun again unasked`);
      state.allowed = false;
      state.isUnknown = false;
    }
    if (type === 'attempt.interrupted') state.isUnknown = true;
    if (type === 'task.commanded' && data['command'] === 'task.retry') state.allowed = true;
    if (type === 'attempt.failed') {
      const failure = data['failure'] as { code: string; effect?: string };
      if (state.open !== undefined && !state.isUnknown && failure.effect !== 'none')
        blame(
          'P5',
          `fact ${seq}: ${actor} has failed (${failure.code}), but nobody knows how call ${state.open} came out`,
        );
      state.isUnknown = false;
      if (failure.effect === 'none') state.allowed = true;
    }
  }

  const stateOf = (actor: string): Once => {
    const known = onceTasks.get(actor) ?? { allowed: true, isUnknown: false, open: undefined, helps: 0 };
    onceTasks.set(actor, known);
    return known;
  };

  /** P15: nobody who could go on waits for what nobody holds. */
  function waiters(): void {
    const tasks = [...view.store.keys()]
      .filter((key) => /^!actors![^/]+\/task\//.test(key))
      .map(addressOfKey);
    const executing = tasks.filter((address) => view.actor(address)?.state === 'executing');
    const asCall = (address: string): Place => {
      const [, goal = '', task = ''] = address.split('/');
      return { goal, task };
    };
    const holders = executing.map(asCall).filter(({ goal, task }) => holds(goal, task));
    for (const address of tasks) {
      const actor = view.actor(address);
      const waits =
        actor?.state === 'blocked.resource' && String(actor.context['detail']).startsWith('a lock');
      const place = asCall(address);
      const plan = view.actor(`plan/${place.goal}`)?.state ?? '';
      if (!waits || !/^(executing|blocked\.waiting)/.test(plan) || usesUp(place)) continue;
      // The rounds of a loop that excludes another task go one after the other.
      const isMate = (other: Place): boolean =>
        other.goal === place.goal && baseOf(other.task) === baseOf(place.task);
      if (holders.every((holder) => clash(place, holder) === undefined && !isMate(holder)))
        blame('P15', `${address} waits for a lock or resource that nobody holds`);
    }
    if (holders.length > 0) return;
    for (const goal of view.documents.keys()) plansWait(goal);
  }

  /** Tasks that have not begun have no actor; their plan says that they wait. */
  function plansWait(goal: string): void {
    const plan = view.actor(`plan/${goal}`);
    const blockage = (plan?.context['survey'] as { blockage?: { kind: string; detail: string } } | undefined)
      ?.blockage;
    const { dependencies = [], tasks = {} } = view.documents.get(goal) ?? {};
    const mayWait =
      dependencies.some(({ type }) => type === 'temporal') ||
      Object.keys(tasks).some((task) => usesUp({ goal, task }));
    if (plan?.state === 'blocked.waiting' && blockage?.kind === 'resource' && !mayWait)
      blame('P15', `plan/${goal}: ${blockage.detail}, and nobody holds anything`);
  }

  /** A loop leaves it to its rounds, and a wait needs nothing. */
  function holds(goal: string, task: string): boolean {
    const action = view.documents.get(goal)?.tasks[baseOf(task)]?.action ?? {};
    return !('wait' in action) && (!('forEach' in action) || task.includes('['));
  }

  const usesUp = (place: Place): boolean =>
    partOf(place)?.requires?.resources?.some(({ name }) => name === 'coin') === true;

  const openCalls = new Map<number, Once>();

  return {
    entry(entry) {
      if (entry.kind === 'still') waiters();
      if (entry.kind !== 'answered') return;
      const state = openCalls.get(entry.call);
      if (state?.open === entry.call) state.open = undefined;
    },
    began(call) {
      if (isWork(call)) {
        begins(call);
        const state = stateOf(`task/${call.goal}/${call.task}`);
        state.open = call.call;
        openCalls.set(call.call, state);
        overlaps(call);
      } else if (call.tool === 'script.step') steps(call);
      else looks(call);
    },
    fact(fact) {
      if (fact.type === 'contingency.engaged')
        stateOf(`task/${fact.goal}/${String(fact.data['taskId'])}`).helps += 2;
      if (!fact.actor.startsWith('task/')) return;
      const [, goal = '', id = ''] = fact.actor.split('/');
      const { action } = view.documents.get(goal)?.tasks[baseOf(id)] ?? {};
      const work = (action?.['do'] ?? action) as { input?: { effect?: string } } | undefined;
      if (work?.input?.effect === 'once' && !id.endsWith('~undo')) once(fact, stateOf(fact.actor));
    },
  };
}
