// Approval view: what a person who is asked for an approval is shown at the command line, and how it stands.
import type { Json, PendingApproval } from '../../index.js';
import { clean, count, fit } from './display.js';

/** Longer values are cut, in characters, unless all is to be shown. */
const shownLength = 400;

/** A digest as people compare it. */
export const shortDigest = (digest: string): string => digest.slice(0, 12);

const purposes: Readonly<Record<PendingApproval['asks'], string>> = {
  start: 'leave to start',
  approval: 'leave to go on',
  review: 'approval of its result',
  plan: 'approval of the plan',
  contingency: 'approval of a contingency',
};

/** What is asked for, in lines; `whole` cuts nothing. */
export function approvalLines(pending: PendingApproval, whole = false): string[] {
  const { subject, asks, digest, shown } = pending;
  const about = subject === '' ? String(shown['goal']) : subject;
  const width = Math.max(...Object.keys(shown).map((name) => name.length));
  return [
    `${clean(about)} asks for ${purposes[asks]}, digest ${shortDigest(digest)}${standing(pending)}`,
    ...Object.entries(shown)
      .filter(([name]) => name !== 'asks' && name !== 'task')
      .map(([name, value]) => `  ${name.padEnd(width)}  ${valueText(value, whole)}`),
  ];
}

function valueText(value: Json, whole: boolean): string {
  const text = clean(typeof value === 'string' ? value : JSON.stringify(value));
  return whole ? text : fit(text, shownLength);
}

/** How many have approved, who, and who still may. */
export function standing({
  quorum,
  approvers,
  votes,
}: Pick<PendingApproval, 'quorum' | 'approvers' | 'votes'>): string {
  const names = votes.map(({ by }) => clean(by)).join(', ');
  const given = quorum > 1 ? `, ${votes.length} of ${count(quorum, 'approval')}` : '';
  const from = approvers.length > 0 ? `, from ${approvers.map(clean).join(', ')}` : '';
  return `${given}${names === '' ? '' : ` (${names})`}${from}`;
}
