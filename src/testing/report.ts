// Report: what came of verifying a scenario, as data and to be read.
import type { ResumePromise } from './judge.js';
import type { Kill } from './run.js';

/** A promise that was broken in one run. */
export interface ResumeProblem {
  /** What was done to the run. */
  readonly run: 'undisturbed' | 'killed' | 'repeated';
  /** Where its processes were killed; empty unless they were. */
  readonly at: readonly Kill[];
  readonly promise: ResumePromise;
  readonly message: string;
  /** What happened in the run, in order: writes with their facts, calls, commands, kills. */
  readonly trace: readonly string[];
}

export interface ResumeReport {
  readonly name: string;
  /** Whether no promise was broken. */
  readonly ok: boolean;
  /** How many writes the undisturbed run makes: it is killed before and after each. */
  readonly writePoints: number;
  readonly runs: number;
  /** Runs that came to their end before a kill that was planned for them: their writes fell together otherwise. */
  readonly unreached: number;
  readonly problems: readonly ResumeProblem[];
  /** For people: each broken promise once, with where it was broken, and the trace of the first. */
  toString(): string;
}

/** Makes a report. */
export function createReport(parts: Omit<ResumeReport, 'ok' | 'toString'>): ResumeReport {
  return { ...parts, ok: parts.problems.length === 0, toString: () => write(parts) };
}

function write({
  name,
  writePoints,
  runs,
  unreached,
  problems,
}: Omit<ResumeReport, 'ok' | 'toString'>): string {
  const counted = `${writePoints} write points, ${runs} runs`;
  const missed = unreached === 0 ? '' : `, ${unreached} of them ended before their kill`;
  const [first] = problems;
  if (first === undefined) return `${name}: resumes. ${counted}${missed}.`;
  const groups = new Map<string, ResumeProblem[]>();
  for (const problem of problems) {
    const key = `${problem.promise}: ${problem.message}`;
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  const lines = [...groups].map(([what, all]) => {
    const places = all.slice(0, 4).map(placeOf);
    const more = all.length > places.length ? ` and ${all.length - places.length} more` : '';
    return `- ${what.replaceAll('\n', '\n  ')}\n  ${places.join('; ')}${more}`;
  });
  return [
    `${name}: does not resume. ${counted}${missed}.`,
    ...lines,
    `The first of these, ${placeOf(first)}:`,
    ...first.trace.map((line) => `  ${line}`),
  ].join('\n');
}

function placeOf({ run, at }: ResumeProblem): string {
  if (run === 'undisturbed') return 'undisturbed';
  if (run === 'repeated') return 'with every call that may be repeated made twice';
  return `killed ${at.map(({ write: number, when }) => `${when} write ${number}`).join(', then in the next life ')}`;
}
