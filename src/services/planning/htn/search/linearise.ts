// Linearisation: partly ordered networks made sequences. Plans of the sequences are plans of the networks, not the
// other way round: where no plan is found, the search goes on with the networks as they are (Wu, Lin, Behnke and
// Bercher, 2022).
import type { Domain, Problem, TaskNetwork } from '../domain.js';

/** Which of the subtasks that may come next does come next: gives an index in `free`. */
export type Preference = (network: TaskNetwork, free: readonly number[], done: readonly number[]) => number;

/** The subtask that is written first. */
export const asWritten: Preference = () => 0;

/** The domain with its networks in a sequence each, the problem's too. */
export function linearise(
  domain: Domain,
  problem: Problem,
  prefer: Preference,
): { readonly domain: Domain; readonly problem: Problem } {
  return {
    domain: { ...domain, methods: domain.methods.map((method) => inSequence(method, prefer)) },
    problem: { ...problem, network: inSequence(problem.network, prefer) },
  };
}

function inSequence<N extends TaskNetwork>(network: N, prefer: Preference): N {
  const { subtasks } = network;
  const position = new Map(subtasks.map((subtask, index) => [subtask.id, index]));
  const waits = new Int32Array(subtasks.length);
  const followers: number[][] = subtasks.map(() => []);
  for (const [first, second] of network.ordering) {
    waits[position.get(second)!]! += 1;
    followers[position.get(first)!]!.push(position.get(second)!);
  }
  const free = [...waits.keys()].filter((index) => waits[index] === 0);
  const done: number[] = [];
  while (free.length > 0) {
    free.sort((one, other) => one - other);
    const [next] = free.splice(prefer(network, free, done), 1) as [number];
    done.push(next);
    for (const each of followers[next]!) if ((waits[each]! -= 1) === 0) free.push(each);
  }
  const ordering = done.slice(1).map((index, before): [string, string] => {
    return [subtasks[done[before]!]!.id, subtasks[index]!.id];
  });
  return { ...network, ordering };
}
