// Judge: holds a run against the promises, and against a run that nobody disturbed.
//
// R1 ends: the goal comes to its end, and nobody who answers is refused.
// R2 decided: no attempt's call begins before its start is on the disk.
// R3 completed: a task whose end was on the disk is not run again.
// R4 once: a `once` call that a kill cut off is not made again before its probe or a person was asked; one that a
//    kill cut off after it had ended well is not made again because its probe did not see it.
// R5 answered: somebody, a probe or a person, says what became of an interrupted `once` call.
// R6 key: all attempts of a task have the same idempotency key.
// R7 same end: status of the goal, status and output of each task are as undisturbed. Left out is an interrupted `once`
//    task whose output is not known, that was made again, or about which a person decided, with all that comes after it.
// R8 acknowledged: facts that were told and commands that were acknowledged are in the journal.
// R9 clean: no timer, no open store, no call of a tool is left when the engine has been closed.
// R10 check: the scenario's own check holds.
import { isDeepStrictEqual } from 'node:util';
import type { Fact, Json, Result } from '../index.js';
import { parseTaskId } from '../model/address.js';
import type { Run } from './run.js';
import type { SeenCall } from './witness.js';

export type ResumePromise =
  | 'ends'
  | 'answers'
  | 'decided'
  | 'completed'
  | 'once'
  | 'answered'
  | 'key'
  | 'same-end'
  | 'acknowledged'
  | 'clean'
  | 'check';

/** A promise that a run broke. */
export interface Breach {
  readonly promise: ResumePromise;
  readonly message: string;
}

export type Compare = ((result: Result) => Json) | undefined;

/** Holds a run against the promises. */
export function judge(run: Run, undisturbed: Run, compare: Compare): Breach[] {
  const breaches = [...judgeCalls(run), ...judgeAcknowledged(run)];
  if (run.trouble !== undefined) return [...breaches, run.trouble];
  const unanswered = unansweredOf(run, undisturbed);
  breaches.push(...unanswered);
  if (unanswered.length === 0) breaches.push(...judgeEnd(run, undisturbed, compare));
  if (run.checked !== undefined) breaches.push({ promise: 'check', message: run.checked });
  for (const what of run.ended?.left ?? [])
    breaches.push({ promise: 'clean', message: `left when the engine had been closed: ${what}` });
  return breaches;
}

const attemptsOf = (run: Run): readonly SeenCall[] =>
  run.witness.calls.filter(({ kind }) => kind === 'attempt');

/** R2, R3, R4, R6. */
function judgeCalls(run: Run): Breach[] {
  const breaches: Breach[] = [];
  const last = new Map<string, SeenCall>();
  for (const call of attemptsOf(run)) {
    const { taskId, tool } = call;
    if (!call.wasDecided)
      breaches.push({
        promise: 'decided',
        message: `${tool} was called for ${taskId} before its start was on the disk`,
      });
    if (call.taskHadEnded)
      breaches.push({
        promise: 'completed',
        message: `${taskId} had ended and ${tool} was called for it again`,
      });
    const before = last.get(taskId);
    last.set(taskId, call);
    if (before === undefined) continue;
    if (before.idempotencyKey !== call.idempotencyKey)
      breaches.push({ promise: 'key', message: `${taskId} got another idempotency key in a later attempt` });
    const twice = before.life < call.life && call.effect === 'once' && !isRecorded(run, before);
    const message = twice ? againWhy(run, before, call) : undefined;
    if (message !== undefined) breaches.push({ promise: 'once', message });
  }
  return breaches;
}

/** Whether an attempt failed by its own word: what comes then is a retry that the plan allows. */
function isRecorded({ ended }: Run, { taskId, attempt }: SeenCall): boolean {
  const types = (ended?.facts ?? [])
    .filter(({ data }) => data['taskId'] === taskId && data['attempt'] === attempt)
    .map(({ type }) => type);
  return types.includes('attempt.failed') && !types.includes('attempt.interrupted');
}

/** What is wrong with making a `once` call again after a kill, if anything. */
function againWhy({ witness }: Run, before: SeenCall, call: SeenCall): string | undefined {
  const between = ({ order }: { order: number }): boolean => order > before.order && order < call.order;
  if (witness.commands.some(between)) return undefined;
  const looked = witness.calls.some(
    (one) => between(one) && one.kind === 'look' && one.taskId === call.taskId,
  );
  const again = `${call.tool} (once) ran again for ${call.taskId} after a kill had cut it off`;
  if (!looked) return `${again}, and neither a probe nor a person was asked`;
  if (before.outcome !== 'gave') return undefined;
  return `${again}, although the first call had ended well: its probe does not see that it happened`;
}

/** R8. */
function judgeAcknowledged({ witness, ended }: Run): Breach[] {
  if (ended === undefined) return [];
  const breaches: Breach[] = [];
  const bySeq = new Map(ended.facts.map((fact) => [fact.seq, fact]));
  for (const [seq, told] of witness.facts) {
    if (isDeepStrictEqual(plain(bySeq.get(seq)), plain(told))) continue;
    breaches.push({
      promise: 'acknowledged',
      message: `fact ${seq} (${told.type}) was told and is not in the journal any more`,
    });
  }
  for (const { name, token, acknowledged } of witness.commands) {
    if (!acknowledged || token === undefined) continue;
    if (ended.facts.some(({ data }) => data['reason'] === token)) continue;
    breaches.push({ promise: 'acknowledged', message: `${name} was acknowledged and is not in the journal` });
  }
  return breaches;
}

/** A fact as JSON would carry it. */
const plain = (fact: Fact | undefined): unknown => fact && JSON.parse(JSON.stringify(fact));

/** Tasks of which an attempt was interrupted here and not in the undisturbed run. */
function interruptedOf(run: Run, undisturbed: Run): Set<string> {
  const of = ({ ended }: Run): string[] =>
    (ended?.facts ?? [])
      .filter(({ type }) => type === 'attempt.interrupted')
      .map(({ data }) => String(data['taskId']));
  const anyway = new Set(of(undisturbed));
  return new Set(of(run).filter((taskId) => !anyway.has(taskId)));
}

/** What was done about a task after a kill had cut its call off. */
function doneAfter(run: Run, taskId: string): { commands: boolean; looks: boolean; attempts: boolean } {
  const cut = cutOff(run, taskId);
  const after = ({ order }: { order: number }): boolean => order > (cut?.order ?? -1);
  const calls = run.witness.calls.filter((call) => call.taskId === taskId && after(call));
  return {
    commands: run.witness.commands.some(after),
    looks: calls.some(({ kind }) => kind === 'look'),
    attempts: calls.some(({ kind }) => kind === 'attempt'),
  };
}

/** The call of a task that a kill cut off: the last before its interruption was noted. */
function cutOff(run: Run, taskId: string): SeenCall | undefined {
  const calls = attemptsOf(run).filter((call) => call.taskId === taskId);
  const at = run.ended?.facts.find(
    ({ type, data }) => type === 'attempt.interrupted' && data['taskId'] === taskId,
  );
  return calls.findLast(({ attempt }) => attempt === at?.data['attempt']);
}

/** R5. */
function unansweredOf(run: Run, undisturbed: Run): Breach[] {
  const breaches: Breach[] = [];
  for (const taskId of interruptedOf(run, undisturbed)) {
    const base = parseTaskId(taskId).taskId;
    const here = run.ended?.result.tasks[base];
    if (here?.status !== 'failed' || undisturbed.ended?.result.tasks[base]?.status === 'failed') continue;
    // Of a round, the loop's failure says only how many failed.
    const { commands, looks } = doneAfter(run, taskId);
    const isExpired = base === taskId ? here.failure?.code === 'expired' : !commands && !looks;
    if (!isExpired) continue;
    const why = 'was interrupted, and nobody said whether it happened, so it failed';
    const next =
      'give it a probe that knows, answer what waits as `interrupted` in `during`, or make it keyed';
    breaches.push({ promise: 'answered', message: `${taskId} (once) ${why}: ${next}` });
  }
  return breaches;
}

/**
 * Whether an interrupted task may end otherwise than undisturbed: its output is not known, the interruption cost it an
 * attempt, or a person decided.
 */
function mayDiffer(run: Run, undisturbed: Run, taskId: string): boolean {
  const base = parseTaskId(taskId).taskId;
  const [here, there] = [run.ended?.result.tasks[base], undisturbed.ended?.result.tasks[base]];
  if (here?.status === there?.status || here?.failure?.code === 'did-not-happen') return true;
  const { commands, attempts } = doneAfter(run, taskId);
  return commands || attempts;
}

/** R7. */
function judgeEnd(run: Run, undisturbed: Run, compare: Compare): Breach[] {
  const [mine, theirs] = [run.ended, undisturbed.ended];
  if (mine === undefined || theirs === undefined) return [];
  const free = new Set<string>();
  const release = (taskId: string): void => {
    if (free.has(taskId)) return;
    free.add(taskId);
    for (const next of mine.next.get(taskId) ?? []) release(next);
  };
  for (const taskId of interruptedOf(run, undisturbed)) {
    const base = parseTaskId(taskId).taskId;
    const differs = taskDifference(mine.result, theirs.result, base) !== undefined;
    if (differs && mayDiffer(run, undisturbed, taskId)) release(base);
  }
  if (compare !== undefined) {
    const [now, then] = [JSON.stringify(compare(mine.result)), JSON.stringify(compare(theirs.result))];
    if (free.size > 0 || now === then) return [];
    return [{ promise: 'same-end', message: `undisturbed it compares as ${cut(then)}, here as ${cut(now)}` }];
  }
  const ids = new Set([...Object.keys(mine.result.tasks), ...Object.keys(theirs.result.tasks)]);
  const differences = [...ids]
    .filter((id) => !free.has(id))
    .flatMap((id) => taskDifference(mine.result, theirs.result, id) ?? []);
  if (free.size === 0 && mine.result.status !== theirs.result.status)
    differences.push(`the goal is ${mine.result.status}, undisturbed ${theirs.result.status}`);
  return differences.length === 0 ? [] : [{ promise: 'same-end', message: differences.join('; ') }];
}

/** How a task ended otherwise than undisturbed. */
function taskDifference(mine: Result, theirs: Result, taskId: string): string | undefined {
  const [here, there] = [mine.tasks[taskId], theirs.tasks[taskId]];
  if (here?.status !== there?.status) {
    const why = here?.failure === undefined ? '' : ` (${here.failure.message})`;
    return `${taskId} is ${here?.status ?? 'not there'}${why}, undisturbed ${there?.status ?? 'not there'}`;
  }
  const outputs = [here, there].map((one) => JSON.stringify(one?.output ?? one?.outputBlob));
  if (outputs[0] === outputs[1]) return undefined;
  return `${taskId} gave ${cut(outputs[0])}, undisturbed ${cut(outputs[1])}`;
}

function cut(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
