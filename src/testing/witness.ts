// Witness: lives outside the store and over the kills, and notes what the world sees of a run: calls as they are made
// and as they end, facts as they are told, commands as they are acknowledged.
import type { Fact, GoalHandle, OutsideCall } from '../index.js';
import type { EffectClass } from '../model/action.js';
import { parseTaskId } from '../model/address.js';
import type { TaskRecord } from '../model/task.js';
import { decodeRecord } from '../persistence/codec.js';
import { factsOf } from '../persistence/journal.js';
import { keys } from '../persistence/keys.js';
import { parseRecord } from '../persistence/records.js';
import type { LevelWrite, TestLevel } from './test-level.js';

/** A call that was made. */
export interface SeenCall {
  readonly order: number;
  readonly life: number;
  readonly tool: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** A look is a check or a probe; a step belongs to a contingency. */
  readonly kind: 'attempt' | 'look' | 'step';
  readonly effect: EffectClass;
  /** Whether the start of the attempt was on the disk when the call was made. */
  readonly wasDecided: boolean;
  /** Whether the task's end was on the disk when the call was made. */
  readonly taskHadEnded: boolean;
  /** `begun` while it is under way, and for ever when its process died with it. */
  outcome: 'begun' | 'gave' | 'failed';
}

/** A command that was given. */
export interface SeenCommand {
  readonly order: number;
  readonly name: string;
  /** What its fact in the journal says as reason, when we could choose it. */
  readonly token: string | undefined;
  acknowledged: boolean;
}

export interface Witness {
  readonly calls: readonly SeenCall[];
  readonly commands: readonly SeenCommand[];
  /** Facts that were told, by their numbers. */
  readonly facts: ReadonlyMap<number, Fact>;
  /** All of it in words, in order. */
  readonly trace: readonly string[];
  note(line: string): void;
  beginLife(level: TestLevel): void;
  /** Effect classes that tasks say for themselves. */
  effects(ofTasks: ReadonlyMap<string, EffectClass>): void;
  writes(write: LevelWrite): void;
  tells(fact: Fact): void;
  begins(call: OutsideCall): SeenCall;
  ends(call: SeenCall, outcome: 'gave' | 'failed', detail: string): void;
  /** A handle whose commands are noted. */
  watch(goal: GoalHandle): GoalHandle;
}

/** Where the options of a command stand among its arguments. */
const commandOptions: Readonly<Record<string, number>> = {
  pause: 0,
  resume: 0,
  abort: 0,
  approve: 1,
  reject: 1,
  retry: 1,
  skip: 1,
  signal: 2,
};

export function createWitness(): Witness {
  const calls: SeenCall[] = [];
  const commands: SeenCommand[] = [];
  const facts = new Map<number, Fact>();
  const trace: string[] = [];
  /** Attempt → the journal record of its start. */
  const starts = new Map<string, string>();
  let ofTasks: ReadonlyMap<string, EffectClass> = new Map();
  let level: TestLevel | undefined;
  let life = 0;
  let order = 0;

  const taskOn = (goalId: string, taskId: string): TaskRecord | undefined => {
    const key = keys.task(goalId, taskId);
    const stored = level?.get(key);
    return stored === undefined ? undefined : parseRecord('task', key, decodeRecord(key, stored));
  };

  function begins({ tool, effect, context }: OutsideCall): SeenCall {
    const { goalId, taskId, attempt, idempotencyKey } = context;
    const start = starts.get(`${taskId}#${attempt}`);
    const call: SeenCall = {
      order: order++,
      life,
      tool,
      taskId,
      attempt,
      idempotencyKey,
      kind: kindOf(idempotencyKey, taskId),
      effect: ofTasks.get(parseTaskId(taskId).taskId) ?? effect,
      wasDecided: start !== undefined && level?.get(start) !== undefined,
      taskHadEnded: taskOn(goalId, taskId)?.endedAt !== undefined,
      outcome: 'begun',
    };
    calls.push(call);
    trace.push(`  call of ${nameOf(call)} begins`);
    return call;
  }

  function writes({ number, operations }: LevelWrite): void {
    const facts = operations.flatMap(({ key, value }) => {
      if (value === undefined || !key.startsWith(keys.journalAll.gte)) return [];
      const found = factsOf(parseRecord('journal', key, decodeRecord(key, value)));
      for (const { type, data } of found) {
        if (type === 'attempt.started')
          starts.set(`${String(data['taskId'])}#${String(data['attempt'])}`, key);
      }
      return found;
    });
    trace.push(`  write ${number}: ${told(facts)}`);
  }

  function watch(goal: GoalHandle): GoalHandle {
    return new Proxy(goal, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const at = commandOptions[String(name)];
        const act = value.bind(target) as (...given: unknown[]) => Promise<unknown>;
        return at === undefined ? act : (...given: unknown[]) => command(String(name), at, given, act);
      },
    });
  }

  async function command(
    name: string,
    at: number,
    given: unknown[],
    act: (...given: unknown[]) => Promise<unknown>,
  ): Promise<unknown> {
    const options = (given[at] ?? {}) as { reason?: string };
    const number = order++;
    const token = options.reason === undefined ? `answer ${number} in life ${life}` : undefined;
    const one: SeenCommand = { order: number, name, token, acknowledged: false };
    commands.push(one);
    trace.push(
      `  ${name}(${given
        .slice(0, at)
        .map((each) => JSON.stringify(each))
        .join(', ')})`,
    );
    const whole = [...given];
    while (whole.length < at) whole.push(undefined);
    whole[at] = token === undefined ? options : { ...options, reason: token };
    const answer = await act(...whole);
    one.acknowledged = true;
    trace.push(`  ${name} is acknowledged`);
    return answer;
  }

  return {
    calls,
    commands,
    facts,
    trace,
    note: (line) => void trace.push(line),
    beginLife: (next) => {
      level = next;
      life += 1;
      trace.push(`life ${life}`);
    },
    effects: (given) => {
      ofTasks = given;
    },
    writes,
    tells: (fact) => void facts.set(fact.seq, fact),
    begins,
    ends: (call, outcome, detail) => {
      call.outcome = outcome;
      trace.push(`  call of ${nameOf(call)} ${outcome} ${detail}`);
    },
    watch,
  };
}

const nameOf = ({ tool, taskId, attempt }: SeenCall): string =>
  taskId === '' ? tool : `${tool} for ${taskId}, attempt ${attempt},`;

/** By the form of the idempotency keys that the engine gives. */
function kindOf(key: string, taskId: string): SeenCall['kind'] {
  if (key.endsWith('/check')) return 'look';
  return key.includes(`/${taskId}/`) ? 'step' : 'attempt';
}

/** Facts in words. */
function told(facts: readonly Fact[]): string {
  const words = facts.map(({ type, data }) => {
    const taskId = data['taskId'];
    return typeof taskId === 'string' ? `${type} ${taskId}` : type;
  });
  return words.length === 0 ? 'no facts' : words.join(', ');
}
