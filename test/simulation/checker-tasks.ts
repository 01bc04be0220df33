// Checker of tasks: P4, P8, P10, P11 and P12, which are about the course of each task and goal.
import type { Blame, Watch } from './checker.js';
import type { CallEntry } from './log.js';
import type { TaskPart } from './random-plan.js';
import { baseOf, type Batch, type Fact, type View } from './view.js';

/** What the journal says of one task so far. */
interface Course {
  started: number;
  retried: number;
  asked: number;
  engaged: number;
  approved: boolean;
  ended: string | undefined;
  /** The version of the plan in which it was first heard of: what it was to wait for. */
  version: number | undefined;
  /** The instant before which a retry shall not begin. */
  notBefore: number;
}

interface Wait {
  readonly state: string;
  readonly deadlineAt: number;
  readonly detail: unknown;
}

const taskEnds = /^task\.(succeeded|failed|aborted|skipped)$/;
const goalEnds = /^goal\.(succeeded|partial|failed|aborted)$/;

export function watchTasks(view: View, blame: Blame): Watch {
  const courses = new Map<string, Course>();
  const ends = new Map<string, string>();
  const waits = new Map<string, Wait>();
  const limits = new Map<string, number>();
  /** Goal → the version of its plan at the fact that is looked at. */
  const versions = new Map<string, number>();
  /** Until a life has carried on everything, waits must be what they were. */
  let isResuming = false;

  const courseOf = (actor: string): Course => {
    const known = courses.get(actor);
    if (known !== undefined) return known;
    const made: Course = {
      started: 0,
      retried: 0,
      asked: 0,
      engaged: 0,
      approved: false,
      ended: undefined,
      version: undefined,
      notBefore: 0,
    };
    courses.set(actor, made);
    return made;
  };

  const partOf = (goal: string, id: string): TaskPart | undefined =>
    view.documents.get(goal)?.tasks[baseOf(id)];

  function taskFact(fact: Fact): void {
    const { type, data, actor, at } = fact;
    const [, goal = '', id = ''] = actor.split('/');
    const course = courseOf(actor);
    course.version ??= versions.get(goal);
    if (course.ended !== undefined && type !== 'attempt.late')
      blame('P4', `fact ${fact.seq}: ${type} of ${actor}, which has ended ${course.ended}`);
    if (type === 'task.commanded' && data['command'] === 'task.retry') course.asked += 1;
    if (type === 'task.commanded' && data['command'] === 'task.approve') course.approved = true;
    if (type === 'task.retrying') {
      course.retried += 1;
      course.notBefore = at + Number(data['delayMs']);
    }
    if (type === 'task.blocked' && data['kind'] === 'approval') askedAgain(fact, goal, id, course);
    if (type === 'attempt.started') started(fact, goal, id, course);
    if (taskEnds.test(type)) ended(fact, goal, id, course);
  }

  function askedAgain({ actor, seq }: Fact, goal: string, id: string, course: Course): void {
    const part = partOf(goal, id);
    if (part?.approval === 'required' && course.approved)
      blame('P11', `fact ${seq}: ${actor} asks for the approval that it was given`);
  }

  function started({ actor, seq, at, data }: Fact, goal: string, id: string, course: Course): void {
    course.started += 1;
    const part = partOf(goal, id);
    if (data['attempt'] !== course.started)
      blame('P8', `fact ${seq}: attempt ${String(data['attempt'])} of ${actor} is its ${course.started}.`);
    const most = view.documents.get(goal)?.strategy?.retry?.maxRetries ?? 3;
    if (course.retried > most)
      blame('P8', `${actor} was retried ${course.retried} times, ${most} are allowed`);
    const allowed = 1 + most + course.asked + 2 * course.engaged;
    if (course.started > allowed)
      blame('P8', `${actor} has made ${course.started} attempts, ${allowed} were allowed`);
    if (at < course.notBefore && course.asked === 0 && course.engaged === 0)
      blame('P8', `fact ${seq}: ${actor} begins ${course.notBefore - at} ms before its pause is over`);
    if (part?.approval === 'required' && !id.includes('~') && !course.approved)
      blame('P11', `fact ${seq}: ${actor} begins without the approval it needs`);
    // What has begun does not wait for what is done again after that.
    if (course.started === 1 && !id.includes('~') && !id.includes('[')) inOrder(goal, id, actor, seq);
  }

  /** What the plan puts before a task has ended as it must. */
  function inOrder(goal: string, id: string, actor: string, seq: number): void {
    const part = partOf(goal, id);
    const document = view.documents.get(goal);
    const endOf = (base: string): string | undefined =>
      courses.get(`task/${goal}/${view.present(goal, base, courseOf(actor).version)}`)?.ended;
    const check = (from: string, type: string, allowed: readonly (string | undefined)[]): void => {
      const end = endOf(from);
      if (!allowed.includes(end))
        blame('P12', `fact ${seq}: ${actor} begins ${type} ${from}, which is ${end ?? 'not over'}`);
    };
    const wellOf = (from: string): readonly string[] =>
      partOf(goal, from)?.optional === true ? ['succeeded', 'skipped', 'failed'] : ['succeeded', 'skipped'];
    for (const from of part?.after ?? []) check(from, 'after', wellOf(from));
    const input = part?.action['input'] as { of?: string } | undefined;
    if (input?.of !== undefined) check(input.of, 'with the output of', ['succeeded']);
    for (const { from, to, type } of document?.dependencies ?? []) {
      if (to !== baseOf(id)) continue;
      if (type === 'on_success') check(from, type, ['succeeded']);
      if (type === 'on_failure') check(from, type, ['failed']);
      if (type === 'on_condition') check(from, type, ['succeeded', 'failed']);
    }
  }

  function ended({ type, actor, seq, data }: Fact, goal: string, id: string, course: Course): void {
    course.ended = type.slice('task.'.length);
    const record = view.task(goal, id);
    if (record?.status !== course.ended)
      blame(
        'P2',
        `fact ${seq}: ${actor} has ended ${course.ended}, its record says ${record?.status ?? 'nothing'}`,
      );
    if (record !== undefined && record.attempts !== course.started)
      blame('P8', `${actor} has ended with ${record.attempts} attempts, ${course.started} were begun`);
    if (data['attempts'] !== course.started)
      blame(
        'P8',
        `fact ${seq}: ${actor} says ${String(data['attempts'])} attempts, ${course.started} were begun`,
      );
  }

  function goalFact({ actor, type, seq }: Fact): void {
    const before = ends.get(actor);
    if (before !== undefined) blame('P4', `fact ${seq}: ${type} of ${actor}, which has ended ${before}`);
    if (goalEnds.test(type)) ends.set(actor, type.slice('goal.'.length));
  }

  /** Which actors wait, and until when, by what is on disk. */
  function noteWaits(batch: Batch): void {
    for (const address of batch.actors) {
      if (!address.startsWith('task/')) continue;
      const actor = view.actor(address);
      const deadlineAt = Number(actor?.context['deadlineAt'] ?? 0);
      const isWaiting =
        actor !== undefined && /^(blocked|recovering\.backingOff)/.test(actor.state) && deadlineAt > 0;
      const before = waits.get(address);
      if (!isWaiting) {
        waits.delete(address);
        continue;
      }
      const wait = { state: actor.state, deadlineAt, detail: actor.context['detail'] };
      const isSame = before?.state === wait.state && before.detail === wait.detail;
      if (isResuming && isSame && before.deadlineAt < deadlineAt)
        blame(
          'P10',
          `${address} is ${wait.state} until ${deadlineAt} after a restart, before it was ${before.deadlineAt}`,
        );
      waits.set(address, wait);
    }
  }

  /** Nobody waits still when something happens after his deadline. */
  function overdue(batch: Batch): void {
    const now = batch.facts.at(-1)?.at ?? 0;
    const late = (deadlineAt: number): boolean => now > Math.max(deadlineAt, view.lifeAt);
    for (const [address, { state, deadlineAt }] of waits) {
      if (late(deadlineAt)) blame('P10', `${address} is ${state} at ${now}, its deadline was ${deadlineAt}`);
    }
    for (const [goal, limit] of limits) {
      if (late(limit) && view.goal(goal)?.endedAt === undefined)
        blame('P10', `goal/${goal} goes on at ${now}, its time limit was ${limit}`);
    }
  }

  function final(batch: Batch & { operations: readonly { key: string; type: string }[] }): void {
    for (const { key, type } of batch.operations) {
      const isTask = key.startsWith('!tasks!');
      if (!isTask && !key.startsWith('!goals!')) continue;
      const before = view.record<{ status: string; endedAt?: number; output?: unknown }>(key);
      if (before?.endedAt === undefined) continue;
      frozen.set(key, JSON.stringify([before.status, before.endedAt, before.output]));
      if (type === 'del') blame('P4', `${key} has ended and is removed`);
    }
  }
  const frozen = new Map<string, string>();

  function unchanged(): void {
    for (const [key, before] of frozen) {
      const now = view.record<{ status: string; endedAt?: number; output?: unknown }>(key);
      const after = JSON.stringify([now?.status, now?.endedAt, now?.output]);
      if (now !== undefined && after !== before)
        blame('P4', `${key} has ended as ${before} and is now ${after}`);
    }
    frozen.clear();
  }

  return {
    before: final,
    fact(fact) {
      if (fact.actor.startsWith('task/')) taskFact(fact);
      if (fact.actor.startsWith('goal/')) goalFact(fact);
      if (fact.type === 'plan.created') versions.set(fact.goal, Number(fact.data['version']));
      if (fact.type === 'contingency.engaged')
        courseOf(`task/${fact.goal}/${String(fact.data['taskId'])}`).engaged += 1;
      const time = view.documents.get(fact.goal)?.goal.constraints?.time;
      if (fact.type === 'goal.submitted' && time?.maxDurationMs !== undefined)
        limits.set(fact.goal, fact.at + time.maxDurationMs);
    },
    after(batch) {
      unchanged();
      noteWaits(batch);
      overdue(batch);
    },
    began: (call) => began(call),
    entry({ kind }) {
      if (kind === 'life') isResuming = true;
      if (kind === 'resumed') isResuming = false;
    },
  };

  function began({ goal, task, tool, input, call, attempt }: CallEntry): void {
    const name = `call ${call} of ${tool} for ${goal}/${task}, attempt ${attempt}`;
    const status = view.goal(goal)?.status ?? 'unknown';
    if (view.goal(goal)?.endedAt !== undefined) blame('P4', `${name}: the goal has ended ${status}`);
    if (task === '') return;
    if (tool !== 'script.undo' && tool !== 'script.step' && view.task(goal, task)?.endedAt !== undefined)
      blame('P4', `${name}: the task has ended ${view.task(goal, task)?.status}`);
    if (tool === 'script.act' && input['of'] !== undefined) {
      const output = view.output(goal, view.present(goal, String(input['of'])));
      if (output?.['call'] !== input['read'])
        blame(
          'P12',
          `${name} reads ${String(input['read'])}, ${String(input['of'])} gave ${String(output?.['call'])}`,
        );
    }
    if (tool === 'script.undo') undoes(goal, task, name);
  }

  /** What ended last is undone first. */
  function undoes(goal: string, undo: string, name: string): void {
    const id = undo.replace(/~undo$/, '');
    const record = view.task(goal, id);
    if (record?.status !== 'succeeded') blame('P12', `${name}: ${id} is ${record?.status ?? 'not known'}`);
    for (const key of view.keysUnder(`!tasks!${goal}/`)) {
      const other = key.slice(`!tasks!${goal}/`.length);
      if (other.includes('~') || other === id || partOf(goal, other)?.compensate === undefined) continue;
      const isLoop = partOf(goal, other)?.action['forEach'] !== undefined && !other.includes('[');
      const later = view.task(goal, other);
      const isUndone = view.task(goal, `${other}~undo`)?.endedAt !== undefined;
      if (isLoop || later?.status !== 'succeeded' || isUndone) continue;
      if ((later.endOrder ?? 0) > (record?.endOrder ?? 0))
        blame('P12', `${name}: ${other} ended after it and is not undone yet`);
    }
  }
}
