// Networks in a sequence.
//
// L1 all that the order asks for is kept, and of the subtasks that may come next the one written first comes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Domain, Problem } from '../../../../../src/services/planning/htn/domain.js';
import { linearise } from '../../../../../src/services/planning/htn/search/linearise.js';
import { smallProblem } from '../random-domains.js';

/** The sequence by looking through all subtasks at each step. */
function slowly(network: Problem['network']): string[] {
  const left = network.subtasks.map(({ id }) => id);
  const done: string[] = [];
  while (left.length > 0) {
    const next = left.findIndex((id) =>
      network.ordering.every(([first, second]) => second !== id || done.includes(first)),
    );
    done.push(...left.splice(next, 1));
  }
  return done;
}

const networks = (domain: Domain, problem: Problem): Problem['network'][] => [
  problem.network,
  ...domain.methods,
];

test('L1 the first that may come next does', () => {
  const shuffled = fc.tuple(
    smallProblem,
    fc.nat(6),
    fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 8 }),
  );
  fc.assert(
    fc.property(shuffled, ([{ domain, problem }, count, pairs]) => {
      const subtasks = Array.from({ length: count }, (_, index) => ({
        ...domain.methods[0]!.subtasks[0]!,
        id: `s${index}`,
      }));
      // Forwards along a number of their own: free of circles, in no written order.
      const rank = (index: number): number => (index * 5) % 7;
      const ordering = pairs
        .filter(([one, other]) => one < count && other < count && one !== other)
        .map(([one, other]): [string, string] => {
          return rank(one) < rank(other) ? [`s${one}`, `s${other}`] : [`s${other}`, `s${one}`];
        });
      const given = { ...problem, network: { ...problem.network, subtasks, ordering } };
      const linear = linearise(domain, given);
      const before = networks(domain, given);
      networks(linear.domain, linear.problem).forEach((network, index) => {
        const order = slowly(before[index]!);
        expect(network.ordering).toEqual(order.slice(1).map((id, at) => [order[at], id]));
      });
    }),
  );
});
