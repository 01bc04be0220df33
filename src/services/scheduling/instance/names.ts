// Names of a problem: from ids to indices, and the findings about ids that are missing or given twice.
import { EngineError, type Problem } from '../../../errors.js';
import { didYouMean } from '../../nearest.js';
import { type Building, inPieces } from './building.js';

/** Ids of one kind with their places, collecting what is wrong. */
export interface Names {
  readonly ids: readonly string[];
  /** Index of an id; −1 (and a finding) when it is not known. */
  index(id: string, path: () => string): number;
}

/** Finds ids given twice. */
export function* findTwins(
  kind: string,
  ids: readonly string[],
  path: string,
  findings: Problem[],
): Building<void> {
  const places = new Map<string, number>();
  yield* inPieces(ids, (id, place) => {
    const before = places.get(id);
    if (before === undefined) places.set(id, place);
    else
      findings.push({
        path: `${path}.${place}.id`,
        message: `Expected each ${kind} once; '${id}' is already ${path}.${before}.`,
        hint: 'Give one of them another id.',
      });
  });
}

/** Ids in the order given. */
export function* createNames(
  kind: string,
  ids: readonly string[],
  path: string,
  findings: Problem[],
): Building<Names> {
  const places = new Map<string, number>();
  yield* inPieces(ids, (id, place) => places.set(id, place));
  return {
    ids,
    index(id, where) {
      const place = places.get(id);
      if (place !== undefined) return place;
      const hint = didYouMean(id, ids) ?? `Declare the ${kind} in ${path}.`;
      findings.push({ path: where(), message: `Expected the id of a ${kind}; got '${id}'.`, hint });
      return -1;
    },
  };
}

/** Throws what was found, if anything. */
export function refuseFindings(findings: readonly Problem[]): void {
  if (findings.length === 0) return;
  const lines = findings
    .slice(0, 10)
    .map(({ path, message, hint }) => `  ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`);
  const more = findings.length > 10 ? [`  and ${findings.length - 10} more`] : [];
  throw new EngineError(
    'INPUT_INVALID',
    ['The scheduling problem is not consistent:', ...lines, ...more].join('\n'),
    {
      problems: findings,
    },
  );
}
