// Linearisation: partly ordered networks made sequences. Plans of the sequences are plans of the networks, not the
// other way round: where no plan is found, the search goes on with the networks as they are (Wu, Lin, Behnke and
// Bercher, 2022).
import { createHeap } from '../../heap.js';
import type { Domain, Problem, TaskNetwork } from '../domain.js';

/**
 * The domain with its networks in a sequence each, the problem's too: of the subtasks that may come next, the one that
 * is written first does.
 */
export function linearise(
  domain: Domain,
  problem: Problem,
): { readonly domain: Domain; readonly problem: Problem } {
  return {
    domain: { ...domain, methods: domain.methods.map(inSequence) },
    problem: { ...problem, network: inSequence(problem.network) },
  };
}

function inSequence<N extends TaskNetwork>(network: N): N {
  const { subtasks } = network;
  const position = new Map(subtasks.map((subtask, index) => [subtask.id, index]));
  const waits = new Int32Array(subtasks.length);
  const followers: number[][] = subtasks.map(() => []);
  for (const [first, second] of network.ordering) {
    waits[position.get(second)!]! += 1;
    followers[position.get(first)!]!.push(position.get(second)!);
  }
  const free = createHeap((one, other) => one < other);
  for (let index = 0; index < subtasks.length; index += 1) if (waits[index] === 0) free.push(index);
  const ordering: [string, string][] = [];
  let before: string | undefined;
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    const { id } = subtasks[next]!;
    if (before !== undefined) ordering.push([before, id]);
    before = id;
    for (const each of followers[next]!) if ((waits[each]! -= 1) === 0) free.push(each);
  }
  return { ...network, ordering };
}
