// Blocks with several arms and learned methods: many recursive methods, none of which leads straight to the end.
import { learnedDomain } from './learned-methods.js';
import { named, type ProblemClass, problemText, shuffled, upTo } from './problem-class.js';

const blocks = { '?h': 'arm', '?x': 'block', '?y': 'block' };
const one = { '?h': 'arm', '?x': 'block' };

export const multiarmBlocks: ProblemClass = {
  name: 'multiarm-blocks',
  order: 'total-order',
  sizes: [5, 10, 20, 40, 80, 160, 300],
  domain: learnedDomain({
    name: 'multiarm-blocks',
    types: 'arm block - object',
    predicates: {
      on: ['block', 'block'],
      ontable: ['block'],
      clear: ['block'],
      empty: ['arm'],
      holding: ['arm', 'block'],
    },
    operators: [
      {
        name: 'pick-up',
        parameters: one,
        needs: ['ontable ?x', 'clear ?x', 'empty ?h'],
        adds: ['holding ?h ?x'],
        deletes: ['ontable ?x', 'clear ?x', 'empty ?h'],
      },
      {
        name: 'put-down',
        parameters: one,
        needs: ['holding ?h ?x'],
        adds: ['ontable ?x', 'clear ?x', 'empty ?h'],
        deletes: ['holding ?h ?x'],
      },
      {
        name: 'unstack',
        parameters: blocks,
        needs: ['on ?x ?y', 'clear ?x', 'empty ?h'],
        adds: ['holding ?h ?x', 'clear ?y'],
        deletes: ['on ?x ?y', 'clear ?x', 'empty ?h'],
      },
      {
        name: 'stack',
        parameters: blocks,
        needs: ['holding ?h ?x', 'clear ?y'],
        adds: ['on ?x ?y', 'clear ?x', 'empty ?h'],
        deletes: ['holding ?h ?x', 'clear ?y'],
      },
    ],
  }),
  problem(size, chance) {
    const arms = named('arm', 1 + Math.min(4, Math.ceil(size / 20)));
    const all = named('b', size);
    const begin = towers(shuffled(chance, all), chance);
    // From the table up, as a learner's problems have them.
    const wanted = towers(shuffled(chance, all), chance).filter((fact) => fact.startsWith('on '));
    return problemText({
      domain: 'multiarm-blocks',
      objects: { arm: arms, block: all },
      facts: [...arms.map((each) => `empty ${each}`), ...begin],
      tasks: wanted.map((fact) => `ACHIEVE-${fact}`),
    });
  },
};

/** Facts of towers made of the blocks, each from its table on. */
export function towers(order: readonly string[], chance: () => number): string[] {
  const facts: string[] = [];
  let below: string | null = null;
  for (const block of order) {
    if (below !== null && upTo(chance, 5) === 0) {
      facts.push(`clear ${below}`);
      below = null;
    }
    facts.push(below === null ? `ontable ${block}` : `on ${block} ${below}`);
    below = block;
  }
  if (below !== null) facts.push(`clear ${below}`);
  return facts;
}
