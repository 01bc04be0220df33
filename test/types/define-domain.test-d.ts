// The types of the domain builder: wrong names and terms of wrong types do not compile.
import { describe, expectTypeOf, test } from 'vitest';
import { defineDomain } from '#src/services/planning/htn/builder/define-domain.js';

const words = defineDomain({
  name: 'parcels',
  types: { thing: 'object', parcel: 'thing', truck: 'thing', place: 'object' },
  constants: { depot: 'place' },
  predicates: { at: ['thing', 'place'], in: ['parcel', 'truck'] },
});
const { fact, constant } = words;
const load = words.operator('load', { x: 'parcel', t: 'truck' }, ({ x, t }) => ({
  postconditions: [fact.in(x, t)],
}));
const deliver = words.task('deliver', { x: 'parcel', to: 'place' });

describe('the domain builder', () => {
  test('takes subtypes where a type is asked for, and nothing else', () => {
    const truck = words.object('truck', 't');
    const parcel = words.object('parcel', 'p');
    fact.at(truck, constant.depot);
    // @ts-expect-error a place is no thing
    fact.at(constant.depot, constant.depot);
    // @ts-expect-error two terms are asked for
    fact.at(truck);
    expectTypeOf(fact).not.toHaveProperty('on');
    load({ x: parcel, t: truck });
    // @ts-expect-error a truck is no parcel
    load({ x: truck, t: truck });
    // @ts-expect-error an argument is missing
    load({ x: parcel });
    // @ts-expect-error there is no such type
    words.object('lorry', 'l');
    // @ts-expect-error there is no such type
    words.task('other', { x: 'lorry' });
  });

  test('gives methods the parameters of their task', () => {
    words.method('bring', deliver, { t: 'truck' }, ({ x, to, t }) => ({
      preconditions: fact.at(t, to),
      subtasks: [load({ x, t })],
    }));
    words.method('wrong', deliver, { t: 'truck' }, ({ x, to }) => ({
      // @ts-expect-error a place is no truck
      subtasks: [load({ x, t: to })],
    }));
    words.method('other', deliver, { t: 'truck' }, (scope) => {
      expectTypeOf(scope).toHaveProperty('t');
      expectTypeOf(scope).not.toHaveProperty('y');
      return {};
    });
  });
});
