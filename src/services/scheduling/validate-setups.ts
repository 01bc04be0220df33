// Setups, for the validator: the tasks of a machine one after another, with the times of its changes between them.
import type { Setup } from './problem.js';
import type { Findings, PlacedTask } from './validate-placing.js';

interface Turn {
  readonly id: string;
  readonly state: string;
  readonly start: number;
  readonly end: number;
}

export function setupViolations(
  setup: Setup,
  placed: ReadonlyMap<string, PlacedTask>,
  findings: Findings,
): void {
  const times = new Map(setup.times.map(({ from, to, time }) => [`${from} ${to}`, time]));
  const longest = Math.max(0, ...setup.times.map(({ time }) => time));
  const change = (from: string, to: string): number => (from === to ? 0 : (times.get(`${from} ${to}`) ?? 0));
  const turns: Turn[] = [];
  for (const [id, state] of Object.entries(setup.states)) {
    const own = placed.get(id);
    if (own !== undefined) turns.push({ id, state, start: own.start, end: own.end });
  }
  turns.sort((a, b) => a.start - b.start || a.end - b.end);
  const path = `setups.${setup.id}`;
  turns.forEach((one, place) => {
    // Of two tasks, one ends and the change passes before the other starts: which one, only the instants say.
    for (let next = place + 1; next < turns.length; next += 1) {
      const other = turns[next];
      if (other === undefined || other.start >= one.end + longest) break;
      const needed = change(one.state, other.state);
      const isAfter = one.end + needed <= other.start;
      const isBefore = other.end + change(other.state, one.state) <= one.start;
      if (isAfter || isBefore) continue;
      const what =
        other.start < one.end
          ? `overlap on '${setup.id}'`
          : `are ${other.start - one.end} apart, but the change takes ${needed}`;
      const message = `'${one.id}' (${one.state}, until ${one.end}) and '${other.id}' (${other.state}, from ${other.start}) ${what}`;
      findings.add({ kind: 'setup', path, message, tasks: [one.id, other.id], at: other.start });
    }
  });
  checkFirst(setup, turns, change, findings);
}

function checkFirst(
  setup: Setup,
  turns: readonly Turn[],
  change: (from: string, to: string) => number,
  findings: Findings,
): void {
  const { initial } = setup;
  const [first] = turns;
  if (initial === undefined || first === undefined) return;
  // Tasks of no duration at the first instant may be in any order.
  const candidates = turns.filter(
    ({ start, end }) => start === first.start && (end === start || first.end > start),
  );
  if (candidates.some(({ state, start }) => start >= change(initial, state))) return;
  const message = `'${first.id}' starts at ${first.start}, but the change from ${initial} to ${first.state} takes ${change(initial, first.state)}`;
  findings.add({ kind: 'setup', path: `setups.${setup.id}`, message, tasks: [first.id], at: first.start });
}
