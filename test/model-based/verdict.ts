// Verdict: what must be true of any run, however it was disturbed. Looks only at what the run has left: the journal,
// the calls of tools, and what is still held.
import type { Fact } from '#src/model/fact.js';
import type { Story } from './explorer.js';

const ends = ['succeeded', 'failed', 'aborted', 'skipped', 'partial'];

/** What is wrong with a run; empty when nothing is. */
export function verdictOn(story: Story): string[] {
  return [
    ...story.unended.map((goal) => `never ends: ${goal}`),
    ...story.faults.map((fault) => `a bug stopped ${fault}`),
    ...story.witness.wrongs,
    ...story.held.map((held) => `still held: ${held}`),
    ...(story.successor === 'succeeded'
      ? []
      : [`a goal that takes everything afterwards is ${story.successor}`]),
    ...journalGaps(story.facts),
    ...lifeAfterEnd(story.facts),
    ...repeatedOnce(story),
    ...tooManyAttempts(story),
  ];
}

function journalGaps(facts: readonly Fact[]): string[] {
  return facts.flatMap(({ seq }, i) => (seq === i + 1 ? [] : [`fact ${seq} stands where ${i + 1} should`]));
}

/** Finals stay final: nothing begins, moves or ends after an end. A task that is done again has another id. */
function lifeAfterEnd(facts: readonly Fact[]): string[] {
  const ended = new Map<string, string>();
  const wrongs: string[] = [];
  for (const { actor, type, data, seq } of facts) {
    const [kind = ''] = actor.split('/');
    const [noun, verb = ''] = type.split('.');
    // A plan's versions follow each other at one address, and contingencies may be used again.
    if (kind !== 'task' && kind !== 'goal') continue;
    const before = ended.get(actor);
    if (before !== undefined && type !== 'attempt.late') {
      wrongs.push(`fact ${seq}: ${type} ${JSON.stringify(data)} of ${actor}, which has ended ${before}`);
    }
    if (noun === kind && ends.includes(verb)) ended.set(actor, verb);
  }
  return wrongs;
}

/** What must not happen twice is begun again only when it is known not to have happened, or when somebody asked. */
function repeatedOnce({ facts, witness }: Story): string[] {
  const wrongs: string[] = [];
  const once = new Set(
    witness.runs.flatMap(({ tool, goalId, taskId, effect }) =>
      tool === 'script.act' && effect === 'once' ? [`task/${goalId}/${taskId}`] : [],
    ),
  );
  const seen = new Set<string>();
  for (const { goalId, taskId, attempt, effect, tool } of witness.runs) {
    const run = `${goalId}/${taskId}#${attempt}`;
    if (effect !== 'once' || tool !== 'script.act') continue;
    if (seen.has(run)) wrongs.push(`${run} was made twice, and must not happen twice`);
    seen.add(run);
  }
  for (const actor of once) {
    let allowed = true;
    let isUnknown = false;
    // The plan's author lets each contingency try again what has failed, once an action; nobody what is not known.
    let helps = 0;
    for (const { seq, type, data } of aboutTask(facts, actor)) {
      if (type === 'attempt.started') {
        if (!allowed && !isUnknown) helps -= 1;
        if (!allowed && (isUnknown || helps < 0)) wrongs.push(`fact ${seq}: ${actor} is begun again unasked`);
        [allowed, isUnknown] = [false, false];
      }
      if (type === 'attempt.interrupted') isUnknown = true;
      if (type === 'task.commanded' && data['command'] === 'task.retry') allowed = true;
      if (type === 'attempt.failed') {
        isUnknown = false;
        if ((data['failure'] as { effect?: string }).effect === 'none') allowed = true;
      }
      if (type === 'contingency.engaged') helps += 2;
    }
  }
  return wrongs;
}

/** The facts of a task, and of the contingencies that were engaged for it. */
function aboutTask(facts: readonly Fact[], actor: string): Fact[] {
  const [, goalId = '', taskId = ''] = actor.split('/');
  return facts.filter(
    (fact) =>
      fact.actor === actor ||
      (fact.goal === goalId && fact.type === 'contingency.engaged' && fact.data['taskId'] === taskId),
  );
}

/** No task makes more attempts than its retries, the retries asked for and its contingencies allow. */
function tooManyAttempts({ facts, witness }: Story): string[] {
  const most = 2;
  return [...new Set(witness.runs.map(({ goalId, taskId }) => `task/${goalId}/${taskId}`))].flatMap(
    (actor) => {
      const about = aboutTask(facts, actor);
      const count = (type: string): number => about.filter((fact) => fact.type === type).length;
      const asked = about.filter(({ data }) => data['command'] === 'task.retry').length;
      const steps = 2 * count('contingency.engaged');
      const made = count('attempt.started');
      const allowed = 1 + most + asked + steps;
      return made <= allowed ? [] : [`${actor} has made ${made} attempts, ${allowed} were allowed`];
    },
  );
}
