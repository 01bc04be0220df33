// Trace: a run as lines that a person can read: commands, faults, facts and effects in the order in which they came.
import type { Violation } from './checker.js';
import type { Entry, Run } from './log.js';
import { readBatch } from './view.js';

/** How a failing seed is repeated. */
export const commandFor = (seed: number): string => `npm run test:sim -- --seeds 1 --from ${seed} --trace`;

const start = 1_700_000_000_000;
const time = (at: number): string => `${String(at - start).padStart(8)} ms`;
const blank = ' '.repeat(time(start).length);
const short = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text === '{}' ? '' : text.length > 160 ? `${text.slice(0, 160)}…` : text;
};

function linesOf(entry: Entry): string[] {
  switch (entry.kind) {
    case 'life':
      return [`${time(entry.at)}  == life ${entry.life} begins`];
    case 'resumed':
      return [`${time(entry.at)}  == it has carried on what it found`];
    case 'over':
      return [`${time(entry.at)}  == life ${entry.life} is over: ${entry.how}`];
    case 'goal':
      return [`${time(entry.at)}  goal ${entry.goal}: ${JSON.stringify(entry.document)}`];
    case 'asked':
      return [`${time(entry.at)}  ? ${entry.id}: ${entry.what} of ${entry.goal}`];
    case 'acknowledged':
      return [`${time(entry.at)}  ? ${entry.id} is acknowledged`];
    case 'refused':
      return [`${time(entry.at)}  ? ${entry.id} is refused: ${entry.why}`];
    case 'disk':
      return [`${time(entry.at)}  ! ${entry.what}`];
    case 'note':
      return [`${time(entry.at)}  ! ${entry.text}`];
    case 'time':
      return [`${time(entry.at)}  time passes`];
    case 'began': {
      const { call, tool, goal, task, attempt, effect } = entry;
      return [
        `${time(entry.at)}  > call ${call}: ${tool} for ${goal}/${task}, attempt ${attempt}, ${effect}`,
      ];
    }
    case 'stopped':
      return [`${time(entry.at)}  < call ${entry.call} is told to stop`];
    case 'answered':
      return [`${time(entry.at)}  < call ${entry.call}: ${entry.how}`];
    case 'told':
    case 'still':
      return [];
    case 'wrote': {
      const { commits, facts } = readBatch(entry.life, entry.operations);
      return [
        `${blank}  # commit ${commits.join(', ')}, ${entry.operations.length} changes`,
        ...facts.map(({ seq, at, actor, type, data }) =>
          `${time(at)}  #${seq} ${actor} ${type} ${short(data)}`.trimEnd(),
        ),
      ];
    }
  }
}

/** A run as text, with what was found where it was found. */
export function traceOf({ entries }: Run, violations: readonly Violation[]): string {
  const lines = entries.flatMap((entry, i) => [
    ...linesOf(entry),
    ...violations.filter(({ entry: at }) => at === i).map((one) => `*** ${textOf(one)}`),
  ]);
  return lines.join('\n');
}

export const textOf = ({ promise, message }: Violation): string => `${promise}: ${message}`;
