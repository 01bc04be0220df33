// Nearest name: the known name that a mistyped one most likely means, for hints in messages.
import { distance } from 'fastest-levenshtein';

/** Names compared at most; beyond it a hint is not worth the time. */
const maxCompared = 2000;

/**
 * The known name most like a mistyped one: about a third of its letters may differ, or it is
 * the same but for capitals, hyphens, dots and underscores.
 *
 * @returns undefined when no name is alike.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const plain = fold(name);
  let best: string | undefined;
  let bestDistance = (name.length < 3 ? 0 : Math.ceil(name.length / 3)) + 1;
  let compared = 0;
  for (const candidate of known) {
    compared += 1;
    if (compared > maxCompared) break;
    if (fold(candidate) === plain) return candidate;
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const apart = distance(name, candidate);
    if (apart < bestDistance) {
      best = candidate;
      bestDistance = apart;
    }
  }
  return best;
}

const fold = (name: string): string => name.toLowerCase().replace(/[-_.]/g, '');

/** A hint that names the nearest known name; nothing when none is alike. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const nearest = nearestName(name, known);
  return nearest === undefined ? undefined : `Did you mean '${nearest}'?`;
}
