// Pictures of schedules: what they show, that names cannot break them, and that they stay in their width.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ganttOf, valueAt } from '#src/services/scheduling/picture/gantt.js';
import { scheduleSvg } from '#src/services/scheduling/picture/svg-gantt.js';
import { scheduleText } from '#src/services/scheduling/picture/text-gantt.js';
import { durationLabel, marksOf } from '#src/services/scheduling/picture/time-axis.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import type { Schedule } from '#src/services/scheduling/schedule.js';

const evil = `"<&'>\u0000]]>{{}}`;
const problem = readProblem({
  name: evil,
  now: 2,
  tasks: [
    { id: 'dig', modes: [{ duration: 2, uses: [{ resource: 'crew', amount: 2 }] }], fixed: { start: 0 } },
    { id: 'pour', name: evil, modes: [{ duration: 5, uses: [{ resource: 'crew' }] }], due: 4 },
    {
      id: 'plant',
      modes: [{ duration: 3, uses: [{ resource: 'crew' }], changes: [{ resource: 'sand', amount: -2 }] }],
      deadline: 7,
    },
    { id: 'rest', modes: [{ duration: 1 }], optional: true },
  ],
  resources: [
    { id: 'crew', capacity: 3, calendar: [{ from: 6, to: 9, capacity: 1 }] },
    { id: 'sand', kind: 'consumable', initial: 4 },
  ],
});
const at = (id: string, start: number, end: number): Schedule['tasks'][number] => ({
  id,
  mode: 0,
  start,
  end,
});
const schedule: Schedule = {
  tasks: [at('dig', 0, 2), at('pour', 2, 7), at('plant', 3, 6)],
  dropped: ['rest'],
};

describe('ganttOf', () => {
  const gantt = ganttOf(problem, schedule);

  test('has a bar for each task that is done, with what it is', () => {
    // Planting cannot be later: from 6 on there is one of the crew, and pouring has it.
    expect(gantt.rows.map(([bar]) => [bar?.id, bar?.kind, bar?.slack])).toEqual([
      ['dig', 'fixed', 0],
      ['pour', 'critical', 0],
      ['plant', 'critical', 0],
    ]);
    expect(gantt).toMatchObject({ makespan: 7, now: 2, dropped: ['rest'] });
  });

  test('has profiles of what is held and of levels', () => {
    const [crew, sand] = gantt.profiles;
    expect([0, 2, 3, 6, 7].map((instant) => valueAt(crew?.used ?? [], instant))).toEqual([2, 1, 2, 1, 0]);
    expect([5, 6, 9].map((instant) => valueAt(crew?.limit ?? [], instant))).toEqual([3, 1, 3]);
    expect([0, 2.5, 3].map((instant) => valueAt(sand?.used ?? [], instant))).toEqual([4, 4, 2]);
    expect(crew?.peak).toBe(2);
  });

  test('puts many tasks into rows without overlap', () => {
    const lanes = ganttOf(problem, schedule, { mostRows: 2 });
    expect(lanes.isByTask).toBe(false);
    expect(lanes.rows.map((row) => row.map(({ id }) => id))).toEqual([['dig', 'pour'], ['plant']]);
  });
});

/** Checks that tags nest, attributes are quoted and text holds no bare marks. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([\w]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, close, name: string, __, empty) => {
      if (close === '/') {
        if (open.pop() !== name) open.push('?');
      } else if (empty !== '/') open.push(name);
      return '';
    },
  );
  return open.length === 0 && !/[<>]|&(?!(amp|lt|gt|quot);)/.test(rest);
}

describe('scheduleSvg', () => {
  test('is well-formed whatever the names, and says what it draws', () => {
    const svg = scheduleSvg(problem, schedule);
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).toContain('&quot;&lt;&amp;');
    expect(svg.match(/<g><title>/g)).toHaveLength(3);
    for (const word of [
      'critical',
      'has begun',
      'due',
      'deadline',
      'capacity',
      'level of a stock',
      'left out: rest',
    ]) {
      expect(svg).toContain(word);
    }
    expect(svg).not.toContain('NaN');
  });

  test('is well-formed for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(isWellFormed(scheduleSvg({ ...problem, name }, schedule))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('of nothing is a picture, too', () => {
    const svg = scheduleSvg(readProblem({ tasks: [] }), { tasks: [], dropped: [] });
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).not.toContain('NaN');
  });
});

describe('scheduleText', () => {
  test('draws bars, resources and what they mean', () => {
    const text = scheduleText(
      { ...problem, tasks: problem.tasks.map(({ name: _, ...task }) => task) },
      schedule,
      { width: 35 },
    );
    expect(text.split('\n').slice(0, 6)).toEqual([
      '      │0',
      'dig   ▓▓▓▓▓▓▓▓',
      'pour          █████████████████████',
      'plant             █████████████   ┃',
      'crew  ▆▆▆▆▆▆▆▆▆▃▃▃▆▆▆▆▆▆▆▆▆▆▆▆▆▃▃▃▃',
      'sand  █████████████▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄',
    ]);
    expect(text).toContain('ends after 7   █ critical  ▓ has b…');
    expect(text).toContain('left out: rest');
  });

  test('stays in its width, in ASCII when asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 200 }), fc.boolean(), fc.boolean(), (width, ascii, isTimed) => {
        const text = scheduleText(problem, schedule, {
          width,
          ascii,
          ...(isTimed ? { unitMs: 3_600_000 } : {}),
        });
        for (const line of text.split('\n')) expect(Array.from(line).length).toBeLessThanOrEqual(width);
        // oxlint-disable-next-line no-control-regex
        if (ascii) expect(text).toMatch(/^[\u000a\u0020-\u007e]*$/);
      }),
    );
  });

  test('names the number of tasks that are not shown', () => {
    expect(scheduleText(problem, schedule, { mostRows: 1 })).toContain('… 2 more tasks');
  });
});

describe('time', () => {
  test.each([
    [0, '0'],
    [999, '999 ms'],
    [90_000, '1 min 30 s'],
    [3_600_000, '1 h'],
    [90_061_000, '1 d 1 h'],
  ])('%i ms is %s', (milliseconds, label) => expect(durationLabel(milliseconds)).toBe(label));

  test('marks are at round instants, few enough', () => {
    expect(marksOf(121, 8).map(({ label }) => label)).toEqual(['0', '20', '40', '60', '80', '100', '120']);
    expect(marksOf(17, 8, { unitMs: 3_600_000 }).map(({ label }) => label)).toEqual([
      '0',
      '3 h',
      '6 h',
      '9 h',
      '12 h',
      '15 h',
    ]);
    const dated = marksOf(17, 4, { unitMs: 3_600_000, beginAt: Date.parse('2027-03-01T06:00Z') });
    expect(dated.map(({ label }) => label)).toEqual(['03-01 06:00', '03-01 12:00', '03-01 18:00']);
    fc.assert(
      fc.property(
        fc.nat(2 ** 30),
        fc.integer({ min: 2, max: 20 }),
        fc.constantFrom(undefined, 1, 1000, 60_000),
        (end, most, unitMs) => {
          const marks = marksOf(end, most, unitMs === undefined ? {} : { unitMs });
          expect(marks.length).toBeLessThanOrEqual(most);
          expect(marks.every(({ at: instant }) => Number.isInteger(instant) && instant <= end)).toBe(true);
        },
      ),
    );
  });
});
