// A card game with free cells and learned methods: operators of up to seven parameters, counters as objects.
import { learnedDomain } from './learned-methods.js';
import { named, type ProblemClass, problemText, shuffled } from './problem-class.js';

const cards = { '?c': 'card', '?from': 'card', '?to': 'card' };
const counted = { '?n': 'num', '?m': 'num' };
const homeParts = { '?s': 'suit', '?v': 'num', '?h': 'card', '?w': 'num' };
const nextHome = ['suit ?c ?s', 'suit ?h ?s', 'value ?c ?v', 'value ?h ?w', 'successor ?w ?v', 'home ?h'];

export const freeCells: ProblemClass = {
  name: 'free-cells',
  order: 'total-order',
  sizes: [2, 3, 4, 5, 6, 8, 10, 13],
  domain: learnedDomain({
    name: 'free-cells',
    types: 'card num suit - object',
    predicates: {
      on: ['card', 'card'],
      incell: ['card'],
      clear: ['card'],
      cells: ['num'],
      columns: ['num'],
      home: ['card'],
      bottom: ['card'],
      canstack: ['card', 'card'],
      suit: ['card', 'suit'],
      value: ['card', 'num'],
      successor: ['num', 'num'],
    },
    operators: [
      {
        name: 'move',
        parameters: cards,
        needs: ['on ?c ?from', 'clear ?c', 'clear ?to', 'canstack ?c ?to'],
        adds: ['on ?c ?to', 'clear ?from'],
        deletes: ['on ?c ?from', 'clear ?to'],
      },
      {
        name: 'move-last',
        parameters: { '?c': 'card', '?to': 'card', ...counted },
        needs: ['bottom ?c', 'clear ?c', 'clear ?to', 'canstack ?c ?to', 'columns ?n', 'successor ?m ?n'],
        adds: ['on ?c ?to', 'columns ?m'],
        deletes: ['bottom ?c', 'clear ?to', 'columns ?n'],
      },
      {
        name: 'to-cell',
        parameters: { '?c': 'card', '?from': 'card', ...counted },
        needs: ['on ?c ?from', 'clear ?c', 'cells ?n', 'successor ?n ?m'],
        adds: ['incell ?c', 'clear ?from', 'cells ?m'],
        deletes: ['on ?c ?from', 'clear ?c', 'cells ?n'],
      },
      {
        name: 'to-column',
        parameters: { '?c': 'card', '?from': 'card', ...counted },
        needs: ['on ?c ?from', 'clear ?c', 'columns ?n', 'successor ?n ?m'],
        adds: ['bottom ?c', 'clear ?from', 'columns ?m'],
        deletes: ['on ?c ?from', 'columns ?n'],
      },
      {
        name: 'from-cell',
        parameters: { '?c': 'card', '?to': 'card', ...counted },
        needs: ['incell ?c', 'clear ?to', 'canstack ?c ?to', 'cells ?n', 'successor ?m ?n'],
        adds: ['on ?c ?to', 'clear ?c', 'cells ?m'],
        deletes: ['incell ?c', 'clear ?to', 'cells ?n'],
      },
      {
        name: 'home-from-card',
        parameters: { '?c': 'card', '?from': 'card', ...homeParts },
        needs: ['on ?c ?from', 'clear ?c', ...nextHome],
        adds: ['home ?c', 'clear ?from'],
        deletes: ['on ?c ?from', 'clear ?c', 'home ?h'],
      },
      {
        name: 'home-from-column',
        parameters: { '?c': 'card', ...homeParts, ...counted },
        needs: ['bottom ?c', 'clear ?c', ...nextHome, 'columns ?n', 'successor ?m ?n'],
        adds: ['home ?c', 'columns ?m'],
        deletes: ['bottom ?c', 'clear ?c', 'home ?h', 'columns ?n'],
      },
      {
        name: 'home-from-cell',
        parameters: { '?c': 'card', ...homeParts, ...counted },
        needs: ['incell ?c', ...nextHome, 'cells ?n', 'successor ?m ?n'],
        adds: ['home ?c', 'cells ?m'],
        deletes: ['incell ?c', 'home ?h', 'cells ?n'],
      },
    ],
  }),
  problem(size, chance) {
    const suits = ['Spade', 'Heart', 'Club', 'Diamond'].slice(
      0,
      Math.min(4, Math.max(2, Math.ceil(size / 2))),
    );
    const numbers = Array.from({ length: Math.max(8, size) + 1 }, (_, value) => `N${value}`);
    const of = (suit: string, value: number): string => `${suit.toLowerCase()}${value}`;
    const facts: string[] = [];
    const deck: string[] = [];
    for (const suit of suits) {
      for (let value = 0; value <= size; value += 1) {
        const card = of(suit, value);
        facts.push(`suit ${card} ${suit}`, `value ${card} N${value}`);
        if (value > 0) deck.push(card);
        for (const other of suits) {
          const isRed = (each: string): boolean => each === 'Heart' || each === 'Diamond';
          if (value < 1 || value >= size || isRed(other) === isRed(suit)) continue;
          facts.push(`canstack ${card} ${of(other, value + 1)}`);
        }
      }
      facts.push(`home ${of(suit, 0)}`);
    }
    for (let value = 1; value < numbers.length; value += 1) facts.push(`successor N${value - 1} N${value}`);
    const columns = Math.min(8, suits.length + 1);
    const piles = named('pile', columns).map((): string[] => []);
    shuffled(chance, deck).forEach((card, index) => piles[index % columns]!.push(card));
    for (const pile of piles) {
      pile.forEach((card, at) => facts.push(at === 0 ? `bottom ${card}` : `on ${card} ${pile[at - 1]!}`));
      const top = pile.at(-1);
      if (top !== undefined) facts.push(`clear ${top}`);
    }
    // Counters of what is used: the next number is one more cell in use, and one more column.
    facts.push('cells N0', `columns N${piles.filter((pile) => pile.length > 0).length - 1}`);
    return problemText({
      domain: 'free-cells',
      objects: { card: [...suits.map((suit) => of(suit, 0)), ...deck], num: numbers, suit: suits },
      facts,
      tasks: suits.map((suit) => `ACHIEVE-home ${of(suit, size)}`),
    });
  },
};
