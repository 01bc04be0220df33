// Tree lines: a goal's tasks as lines of text, within a height: those that matter most now, in their order,
// and a word about the others.
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import {
  bar,
  clean,
  clockTime,
  count,
  duration,
  fit,
  glyph,
  padded,
  painted,
  percent,
  width,
} from '../display.js';
import { waitWords } from '../attention.js';
import { isEnded, type Row, type TaskTree, type Wait } from './task-tree.js';

export interface Frame {
  readonly tree: TaskTree;
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
  readonly now: number;
  readonly waits: readonly Wait[];
  /** Said at the bottom, such as that it is being paused. */
  readonly notice: string | undefined;
  readonly columns: number;
  readonly rows: number;
  /** How a wait can be answered, as a command. */
  readonly answer: (wait: Wait) => string | undefined;
}

const nameColumns = 28;
const barColumns = 20;
const shownWaits = 4;
const shownRounds = 3;

/** The lines to draw, none wider than the terminal. */
export function treeLines(frame: Frame): string[] {
  const waits = waitLines(frame);
  const head = headLines(frame);
  const foot = frame.notice === undefined ? [] : [pc.yellow(fit(clean(frame.notice), frame.columns - 1))];
  const room = Math.max(3, frame.rows - head.length - waits.length - foot.length - 2);
  const lines = [...head, ...bodyLines(frame, room), ...waits, ...foot];
  // A line that fills the last column would wrap. Where colours are in the way of cutting it, they go.
  return lines.map((line) =>
    width(line) < frame.columns ? line : fit(stripVTControlCharacters(line), frame.columns - 1),
  );
}

function headLines({ tree, name, status, startedAt, now, columns }: Frame): string[] {
  const { total, ended, failed, share } = tree.tally();
  const facts = [
    `${ended}/${total}`,
    ...(failed > 0 ? [painted('failed', `${failed} failed`)] : []),
    duration(now - startedAt),
  ].join('  ');
  const room = Math.max(8, columns - width(facts) - barColumns - 14);
  const bars = `${bar(share, barColumns, failed / Math.max(1, total))} ${percent(share)}`;
  return [`${glyph(status)} ${pc.bold(fit(clean(name), room))}  ${bars}  ${facts}`];
}

/** What is shown first when there is no room for all; smaller matters more. Those that have ended come last. */
const relevance: Readonly<Record<string, number>> = {
  blocked: 0,
  executing: 1,
  verifying: 1,
  recovering: 2,
  failed: 3,
  ready: 5,
  pending: 6,
};
const justEnded = 4;
const endedBefore = 7;
const shownEnded = 3;

function bodyLines(frame: Frame, room: number): string[] {
  const rows = [...frame.tree.rows.values()];
  const { pending, ended } = frame.tree.hidden;
  const isWhole = rows.length <= room && pending + ended === 0;
  const chosen = isWhole ? rows : choose(rows, room - 1);
  const lines: string[] = [];
  let spare = room - chosen.length - (isWhole ? 0 : 1);
  for (const row of chosen) {
    lines.push(rowLine(row, frame));
    const inner = roundLines(row, Math.min(spare, shownRounds), frame.columns);
    spare -= inner.length;
    lines.push(...inner);
  }
  if (!isWhole) lines.push(pc.dim(`  ${restLine(frame.tree, new Set(chosen))}`));
  return lines;
}

/** The most relevant rows, in document order: what happens now, then what was last, then what comes next. */
function choose(rows: readonly Row[], room: number): Row[] {
  const ended = rows.filter(({ status }) => isEnded(status) && status !== 'failed');
  const last = new Set(ended.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)).slice(0, shownEnded));
  const rank = (row: Row): number => relevance[row.status] ?? (last.has(row) ? justEnded : endedBefore);
  return rows
    .map((row, index) => ({ row, index, rank: rank(row) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, room)
    .sort((a, b) => a.index - b.index)
    .map(({ row }) => row);
}

function restLine({ rows, hidden }: TaskTree, shown: ReadonlySet<Row>): string {
  const counts = new Map<string, number>([
    ['pending', hidden.pending],
    ['ended', hidden.ended],
  ]);
  for (const row of rows.values()) {
    if (!shown.has(row)) counts.set(row.status, (counts.get(row.status) ?? 0) + 1);
  }
  const parts = [...counts].filter(([, n]) => n > 0);
  const all = parts.reduce((sum, [, n]) => sum + n, 0);
  return `… ${all} more (${parts.map(([status, n]) => `${n} ${status}`).join(', ')})`;
}

function rowLine(row: Row, { now, columns }: Frame): string {
  const named = row.name === row.id ? row.id : `${row.id}: ${row.name}`;
  const label = fit(clean(named), Math.min(nameColumns, Math.max(8, columns - 20)));
  const tail = tailOf(row, now);
  const room = columns - nameColumns - 7 - width(tail.lead);
  const detail = tail.detail === '' || room < 4 ? '' : fit(clean(tail.detail), room);
  const paint =
    row.status === 'pending' || row.status === 'skipped' ? pc.dim : (text: string): string => text;
  return `  ${glyph(row.status)} ${paint(padded(label, nameColumns))} ${tail.lead}${detail === '' ? '' : ` ${pc.dim(detail)}`}`;
}

function tailOf(row: Row, now: number): { lead: string; detail: string } {
  const { status, rounds, share, attempts } = row;
  const since = row.startedAt === undefined ? '' : duration((row.endedAt ?? now) - row.startedAt);
  const attempt = attempts > 1 && !isEnded(status) ? [`attempt ${attempts}`] : [];
  if (rounds !== undefined && (rounds.total > 0 || rounds.active.size > 0)) {
    const { total, succeeded, failed } = rounds;
    const shown =
      total === 0
        ? ''
        : `${bar((succeeded + failed) / total, barColumns, failed / total)} ${succeeded + failed}/${total}`;
    const bad = failed > 0 ? `  ${painted('failed', `${failed} failed`)}` : '';
    return {
      lead: `${shown}${bad}  ${since}`,
      detail: status === 'failed' || status === 'blocked' ? row.detail : '',
    };
  }
  switch (status) {
    case 'executing':
    case 'verifying': {
      const bars = share === undefined ? [] : [`${bar(share, barColumns)} ${percent(share)}`];
      return {
        lead: [...bars, since, ...attempt].filter((part) => part !== '').join('  '),
        detail: row.detail,
      };
    }
    case 'blocked':
      return waitTail(row.blocked ?? row.detail, now);
    case 'failed':
      return {
        lead: painted('failed', attempts > 1 ? `failed after ${count(attempts, 'attempt')}` : 'failed'),
        detail: row.detail,
      };
    case 'recovering':
      return { lead: painted('recovering', 'tries again'), detail: row.detail };
    case 'succeeded':
      return { lead: pc.dim(since), detail: '' };
    default:
      return { lead: status === 'pending' ? '' : painted(status, status), detail: row.detail };
  }
}

/** What a task waits for; of an instant also how long that will be. */
function waitTail(detail: string, now: number): { lead: string; detail: string } {
  const until = Date.parse(/^until (\S+)$/.exec(detail)?.[1] ?? '');
  if (Number.isNaN(until)) return { lead: painted('blocked', 'waits for'), detail };
  return {
    lead: painted('blocked', 'waits'),
    detail: `until ${clockTime(until, now)} (${duration(until - now)})`,
  };
}

function roundLines({ rounds }: Row, room: number, columns: number): string[] {
  if (rounds === undefined || room <= 0) return [];
  return [...rounds.active]
    .slice(0, room)
    .map((id) => `      ${glyph('executing')} ${pc.dim(fit(clean(id), columns - 10))}`);
}

function waitLines({ tree, waits, columns, answer }: Frame): string[] {
  const answers = waits
    .map((wait) => ({ wait, command: answer(wait) }))
    .filter(({ command }) => command !== undefined);
  if (answers.length === 0) return [];
  const lines = answers.slice(0, shownWaits).map(({ wait, command }) => {
    const subject = wait.subject === '' ? tree.goal : wait.subject;
    return fit(`  ${clean(`${subject} ${waitWords(wait)}`)}  →  ${command ?? ''}`, columns - 1);
  });
  const more = answers.length - shownWaits;
  return [
    painted('blocked', 'It waits for somebody:'),
    ...lines,
    ...(more > 0 ? [pc.dim(`  … ${more} more`)] : []),
  ];
}
