// Profiles of resources as SVG: what is held under the line of the capacity; the level of a stock as a line.
import type { Gantt, Profile, Step } from './gantt.js';
import { colours, fitText, type Frame, svgText } from './svg-parts.js';

const profileHeight = 40;
const gap = 12;

/** Draws the profiles from `top` down; `end` is where they end. */
export function profileParts(
  { profiles, makespan }: Gantt,
  frame: Frame,
  top: number,
): { parts: string[]; end: number } {
  const parts = profiles.flatMap((profile, index) => {
    const own = top + index * (profileHeight + gap);
    return onePart(profile, frame, own, makespan);
  });
  return { parts, end: top + profiles.length * (profileHeight + gap) };
}

function onePart(profile: Profile, frame: Frame, top: number, makespan: number): string[] {
  const bottom = top + profileHeight;
  const y = (value: number): number => bottom - (value / profile.top) * profileHeight;
  const { left, right } = frame;
  const used = line(profile.used, frame, y, makespan, profile.kind === 'level');
  const shape =
    profile.kind === 'held'
      ? `<path d="M${left} ${bottom} ${used} V${bottom} Z" fill="${colours.usual}" fill-opacity="0.45"/>`
      : `<path d="M${left} ${bottom} ${used}" fill="none" stroke="${colours.fixed}" stroke-width="1.5"/>`;
  const limit = line(profile.limit, frame, y, makespan, false);
  return [
    svgText(left - 8, top + 16, fitText(profile.id, 30), { anchor: 'end', size: 11 }),
    svgText(left - 8, top + 30, told(profile), { anchor: 'end', size: 9, fill: colours.pending }),
    `<line x1="${left}" y1="${bottom}" x2="${right}" y2="${bottom}" stroke="#c4c8ce"/>`,
    shape,
    ...(limit === ''
      ? []
      : [
          `<path d="M${left} ${y(profile.limit[0]?.value ?? 0).toFixed(1)} ${limit}" fill="none" stroke="${colours.failed}" stroke-width="1.5" stroke-dasharray="5 3"/>`,
        ]),
  ];
}

function told({ kind, peak, limit }: Profile): string {
  const most = limit.reduce((largest, { value }) => Math.max(largest, value), 0);
  return limit.length === 0
    ? `at most ${peak}`
    : `${kind === 'held' ? 'peak' : 'at most'} ${peak} of ${most}`;
}

/** Steps as a path to the end of the picture; levels go straight from point to point. */
function line(
  steps: readonly Step[],
  { x, right }: Frame,
  y: (value: number) => number,
  makespan: number,
  isStraight: boolean,
): string {
  const parts: string[] = [];
  for (const { at, value } of steps) {
    if (at > makespan) break;
    const place = x(at).toFixed(1);
    if (isStraight) parts.push(`L${place} ${y(value).toFixed(1)}`);
    else parts.push(`H${place} V${y(value).toFixed(1)}`);
  }
  if (parts.length > 0) parts.push(`H${right.toFixed(1)}`);
  return parts.join(' ');
}
