// The domain builder: what it says is the same plain data as a document's, and is checked as a whole.
import { describe, expect, test } from 'vitest';
import {
  and,
  change,
  compare,
  different,
  every,
  not,
  when,
} from '#src/services/planning/htn/builder/builder-conditions.js';
import { achieve, defineDomain } from '#src/services/planning/htn/builder/define-domain.js';
import type { Formula } from '#src/services/planning/htn/formula.js';
import { readDomainDocument } from '#src/services/planning/htn/language/domain-document.js';

function lamps() {
  const words = defineDomain({
    name: 'lamps',
    types: { lamp: 'object', switch: 'object', dimmer: 'switch' },
    constants: { main: 'switch' },
    predicates: { on: ['lamp'], wired: ['lamp', 'switch'], lit: [], bright: [] },
    functions: { watts: ['lamp'], used: [] },
  });
  const { fact, value, constant } = words;
  const press = words.operator('press', { s: 'switch', l: 'lamp' }, ({ s, l }) => ({
    preconditions: [fact.wired(l, s), not(fact.on(l)), compare(value.watts(l), '<=', 100)],
    postconditions: [
      fact.on(l),
      change(value.used(), 'increase', value.watts(l)),
      when(fact.wired(l, constant.main), fact.lit()),
    ],
    cost: value.watts(l),
    durationMs: 2000,
  }));
  const light = words.task('light', { l: 'lamp' });
  const both = words.task('both', { x: 'lamp', y: 'lamp' });
  words.method('press-it', light, { s: 'switch' }, ({ l, s }) => ({
    preconditions: fact.wired(l, s),
    subtasks: [press({ s, l })],
  }));
  words.method('side-by-side', both, {}, ({ x, y }) => ({
    constraints: [different(x, y)],
    subtasks: [[light({ l: x }), light({ l: y })], achieve(fact.bright())],
  }));
  words.goalMethod('look', {}, () => ({ achieves: fact.bright() }));
  words.axiom({}, () => ({ fact: fact.bright(), holds: every({ l: 'lamp' }, ({ l }) => fact.on(l)) }));
  return { words, press, light };
}

const document = `version: 1
domain: lamps
types: { lamp: , switch: , dimmer: switch }
constants: { switch: main }
predicates: { on: [lamp], wired: [lamp, switch], lit: [], bright: [] }
functions: { watts: [lamp], used: [] }
operators:
  press:
    parameters: { s: switch, l: lamp }
    preconditions: [wired(?l, ?s), not on(?l), watts(?l) <= 100]
    postconditions: [on(?l), used() += watts(?l), when wired(?l, main) then lit()]
    cost: watts(?l)
    duration: 2s
tasks: { light: { l: lamp }, both: { x: lamp, y: lamp } }
methods:
  press-it: { for: light(?l), parameters: { s: switch }, preconditions: 'wired(?l, ?s)', subtasks: [press(?s, ?l)] }
  side-by-side: { for: 'both(?x, ?y)', constraints: [?x != ?y], subtasks: [[light(?x), light(?y)], achieve bright()] }
  look: { achieves: bright() }
axioms: [{ fact: bright(), if: every lamp ?l (on(?l)) }]
`;

/** Without the places of a document. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one: unknown) => (key === 'position' ? undefined : one)));

describe('a domain that is built', () => {
  test('is the same as its document', () => {
    expect(plain(lamps().words.build())).toEqual(plain(readDomainDocument(document).domain));
  });

  test('gives problems', () => {
    const { words, light } = lamps();
    const lamp = words.object('lamp', 'desk');
    const problem = words.problem({
      name: 'one',
      objects: [lamp],
      facts: [words.fact.wired(lamp, words.constant.main)],
      values: [[words.value.watts(lamp), 40]],
      tasks: [light({ l: lamp })],
      goal: and(words.fact.on(lamp)),
    });
    expect(problem).toMatchObject({
      facts: [{ predicate: 'wired', arguments: ['desk', 'main'] }],
      values: [{ function: 'watts', arguments: ['desk'], value: 40 }],
      network: { subtasks: [{ name: 'light', terms: ['desk'] }] },
    });
  });

  test('is refused with what is wrong', () => {
    const { words, press } = lamps();
    const stray = words.object('lamp', 'stray');
    words.method('wrong', words.task('again', {}), {}, () => ({
      subtasks: [press({ s: words.constant.main, l: stray })],
    }));
    expect(() => words.build()).toThrow("methods.wrong.subtasks.t1: there is no object or constant 'stray'");
    const other = defineDomain({ name: 'x', predicates: { p: [] } });
    const or: Formula = { kind: 'or', parts: [other.fact.p()] };
    expect(() => other.operator('o', {}, () => ({ postconditions: [or] }))).toThrow(
      "a postcondition is a fact, a negated fact, or a change; got a condition of kind 'or'",
    );
  });
});
