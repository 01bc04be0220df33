// Reading .sm and .mm files of PSPLIB (Kolisch & Sprecher, 1997), with one mode or several. Resources that are not
// renewed become budgets, for a project spends so much of them in all.
import { readProblem } from '#src/services/scheduling/read-problem.js';
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';

type Tasks = ScheduleProblemInput['tasks'];
type Mode = Tasks[number]['modes'][number];

/** The numbers of each line of a section, from the line after its heading until a line of stars. */
function section(lines: readonly string[], heading: string, skip: number): number[][] {
  const begin = lines.findIndex((line) => line.startsWith(heading));
  if (begin < 0) throw new Error(`expected a section '${heading}', but there is none`);
  const rows: number[][] = [];
  for (const line of lines.slice(begin + 1 + skip)) {
    if (line.startsWith('***')) break;
    rows.push((line.match(/-?\d+/g) ?? []).map(Number));
  }
  return rows;
}

function countOf(lines: readonly string[], what: string): number {
  const line = lines.find((one) => one.trimStart().startsWith(`- ${what}`));
  const found = line === undefined ? undefined : /:\s*(\d+)/.exec(line)?.[1];
  if (found === undefined) throw new Error(`expected a line '- ${what} : N', but there is none`);
  return Number(found);
}

/** Reads a file of PSPLIB. Tasks are called by their numbers, from 1; the first and the last are the project's ends. */
export function readSm(text: string): ScheduleProblem {
  const lines = text.split(/\r?\n/);
  const renewable = countOf(lines, 'renewable');
  const spent = countOf(lines, 'nonrenewable');
  const available = section(lines, 'RESOURCEAVAILABILITIES', 1)[0] ?? [];
  const modes = new Map<number, Mode[]>();
  let job = 0;
  for (const row of section(lines, 'REQUESTS/DURATIONS', 2)) {
    // Only the first mode of a job is headed by the job's number.
    const isHeaded = row.length === 3 + renewable + spent;
    if (isHeaded) job = row[0] ?? 0;
    const [, duration = 0, ...requests] = isHeaded ? row.slice(1) : row;
    modes.set(job, [...(modes.get(job) ?? []), modeOf(duration, requests, renewable)]);
  }
  const precedence = section(lines, 'PRECEDENCE RELATIONS', 1);
  return readProblem({
    tasks: [...modes].map(([number, own]) => ({ id: String(number), modes: own })),
    lags: precedence.flatMap(([from, , , ...to]) =>
      to.map((successor) => ({ from: String(from), to: String(successor) })),
    ),
    resources: available
      .slice(0, renewable)
      .map((capacity, index) => ({ id: `R${index + 1}`, kind: 'reusable' as const, capacity })),
    budgets: available
      .slice(renewable, renewable + spent)
      .map((limit, index) => ({ name: `N${index + 1}`, limit })),
  } satisfies ScheduleProblemInput);
}

function modeOf(duration: number, requests: readonly number[], renewable: number): Mode {
  return {
    duration,
    uses: requests
      .slice(0, renewable)
      .flatMap((amount, index) => (amount > 0 ? [{ resource: `R${index + 1}`, amount }] : [])),
    costs: Object.fromEntries(
      requests.slice(renewable).flatMap((cost, index) => (cost > 0 ? [[`N${index + 1}`, cost]] : [])),
    ),
  };
}
