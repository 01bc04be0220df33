// Checker of ends: P3, P12, P13 and P16, which are about what is left when all is over.
import type { Blame, Watch } from './checker.js';
import type { Entry } from './log.js';
import { baseOf, type View } from './view.js';

const successor = 'successor';
const gaveUp = 'it gave up its store';

export function watchEnds(view: View, blame: Blame): Watch {
  const goals: string[] = [];

  function goesOn(goal: string): boolean {
    const record = view.goal(goal);
    if (record?.fault !== undefined) blame('P3', `a bug stopped goal ${goal}: ${record.fault.message}`);
    if (record === undefined) {
      blame('P3', `goal ${goal} is not in the store`);
      return true;
    }
    if (record.endedAt !== undefined) return false;
    const actors = view
      .keysUnder(`!actors!${goal}/`)
      .map((key) => `${key.slice(`!actors!${goal}/`.length)} ${JSON.stringify(actorState(key))}`);
    blame('P3', `goal ${goal} never ends: it is ${record.status}; ${actors.join(', ')}`);
    return true;
  }

  const actorState = (key: string): unknown =>
    view.record<{ snapshot: { value: unknown } }>(key)?.snapshot.value;

  function leftBehind(goal: string): void {
    for (const place of ['actors', 'effects', 'signals'])
      for (const key of view.keysUnder(`!${place}!${goal}/`)) blame('P13', `${key} is left behind`);
  }

  /** A goal ends as its tasks have. */
  function fits(goal: string): void {
    const record = view.goal(goal);
    const document = view.documents.get(goal);
    if (record === undefined || document === undefined) return;
    const ids = view.ids(goal);
    const wrong = ids.filter((id) => {
      const status = view.task(goal, id)?.status;
      return status !== 'succeeded' && status !== 'skipped' && !isTolerated(goal, id);
    });
    if (record.status === 'succeeded' && wrong.length > 0)
      blame('P12', `goal ${goal} has succeeded, but ${wrong.join(', ')} have not`);
    for (const status of ['succeeded', 'failed', 'skipped'] as const) {
      const ended = ids.filter((id) => view.task(goal, id)?.status === status);
      if (record.counts[status] !== ended.length)
        blame(
          'P12',
          `goal ${goal} counts ${record.counts[status]} tasks as ${status}, there are ${ended.length}`,
        );
    }
  }

  /** A failure that does no harm: of an optional task, or of one whose way back has succeeded. */
  function isTolerated(goal: string, id: string): boolean {
    const document = view.documents.get(goal);
    if (view.task(goal, id)?.status !== 'failed') return false;
    if (document?.tasks[baseOf(id)]?.optional === true) return true;
    return (document?.dependencies ?? []).some(
      ({ from, to, type }) =>
        type === 'on_failure' &&
        from === baseOf(id) &&
        view.task(goal, view.present(goal, to))?.status === 'succeeded',
    );
  }

  return {
    entry(entry: Entry) {
      if (entry.kind === 'goal') goals.push(entry.goal);
      if (entry.kind === 'over' && entry.how === gaveUp) blame('P16', `life ${entry.life} gave up its store`);
    },
    fact({ type, goal, data }) {
      if (type === 'engine.faulted') blame('P3', `a bug stopped goal ${goal}: ${String(data['message'])}`);
    },
    end() {
      for (const goal of goals) {
        if (goesOn(goal)) continue;
        leftBehind(goal);
        fits(goal);
      }
      const last = view.goal(successor);
      if (last !== undefined && (last.status !== 'succeeded' || last.endedAt !== last.createdAt))
        blame('P13', `a goal that takes everything afterwards is ${last.status}: something is still held`);
    },
  };
}
