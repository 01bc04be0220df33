// Plain view: a line for each fact of interest, for logs and pipes. Rounds of loops are summed up: a line when
// one fails, and now and then how far the loop is.
import { clean, clockTime, count, duration } from '../display.js';
import type { Fact, Json } from '../../../index.js';
import type { Output } from '../output.js';
import { failureMessage, TaskTree } from './task-tree.js';
import type { View } from './view.js';

/** How often a loop that goes on says how far it is, in milliseconds. */
const loopLineMs = 2_000;

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const colon = (words: string): string => (words === '' ? '' : `: ${words}`);

/** What a fact says in words, for those that are worth a line. */
export function factLine({ type, data }: Fact): string | undefined {
  const task = text(data['taskId']);
  const reason = text(data['reason']);
  const detail = text(data['detail']);
  switch (type) {
    case 'goal.submitted':
      return `submitted, ${count(number(data['tasks']), 'task')}`;
    case 'goal.started':
    case 'goal.resumed':
    case 'goal.paused':
    case 'goal.succeeded':
      return type.slice('goal.'.length);
    case 'goal.blocked':
    case 'contingency.blocked':
      return `waits for ${text(data['kind'])}${colon(detail)}`;
    case 'goal.partial':
    case 'goal.failed':
    case 'goal.aborted':
      return `${type.slice('goal.'.length)}${colon(reason)}`;
    case 'goal.replanned':
      return `has a new plan, version ${number(data['version'])}`;
    case 'goal.milestone':
      return `is at ${Math.round(number(data['share']) * 100)} %`;
    case 'plan.compensating':
      return `undoes what was done${colon(reason)}`;
    case 'attempt.started':
      return `${task} started${number(data['attempt']) > 1 ? ` (attempt ${number(data['attempt'])})` : ''}`;
    case 'attempt.failed':
      return `${task} attempt ${number(data['attempt'])} failed${colon(failureMessage(data))}`;
    case 'attempt.interrupted':
      return `${task} was interrupted${colon(detail)}`;
    case 'task.retrying':
      return `${task} tries again in ${duration(number(data['delayMs']))}`;
    case 'task.blocked':
      return `${task} waits for ${text(data['kind'])}${colon(detail)}`;
    case 'task.succeeded':
      return `${task} succeeded`;
    case 'task.failed':
      return `${task} failed${colon(failureMessage(data))}`;
    case 'task.skipped':
    case 'task.aborted':
      return `${task} ${type.slice('task.'.length)}${colon(reason)}`;
    case 'monitor.raised':
      return `notice${colon(text(data['message']))}`;
    case 'contingency.engaged':
      return `${task} is helped by contingency ${text(data['contingencyId']) || text(data['id'])}`;
    case 'engine.faulted':
      return `was stopped by a bug${colon(text(data['message']))}`;
    default:
      return undefined;
  }
}

const inRound = /\[\d+\](~undo)?$/;
const quietInRounds: ReadonlySet<string> = new Set(['attempt.started', 'task.succeeded', 'task.retrying']);

export function createPlainView(output: Output): View {
  let tree: TaskTree | undefined;
  let loopLineAt = 0;
  const line = (at: number, goal: string, words: string): void =>
    output.text(`${clockTime(at)} ${clean(goal)} ${clean(words)}`);

  function loopLine(fact: Fact, id: string): void {
    const row = tree?.rows.get(id.replace(/\[\d+\]/, ''));
    const { succeeded = 0, failed = 0, total = 0 } = row?.rounds ?? {};
    const done = succeeded + failed;
    if (row === undefined || done === 0 || (fact.at < loopLineAt && done < total)) return;
    loopLineAt = fact.at + loopLineMs;
    const bad = failed === 0 ? '' : `, ${failed} failed`;
    line(
      fact.at,
      fact.goal,
      `${row.id} is at ${done}${total >= done && total > 0 ? ` of ${total}` : ''}${bad}`,
    );
  }

  return {
    begin: (goal, tasks) => {
      tree = new TaskTree(goal.id, tasks, goal.taskCount);
    },
    fact(fact) {
      tree?.apply(fact);
      const id = text(fact.data['taskId']);
      if (inRound.test(id) && quietInRounds.has(fact.type)) {
        if (fact.type === 'task.succeeded') loopLine(fact, id);
        return;
      }
      const words = factLine(fact);
      if (words !== undefined) line(fact.at, fact.goal, words);
    },
    refresh: (tasks) => tree?.refreshRounds(tasks),
    progress: () => undefined,
    waits: () => undefined,
    notice: output.note,
    suspend: () => undefined,
    resume: () => undefined,
    close: () => undefined,
  };
}
