// Measuring explanations: problems that are infeasible, as they are or because everything is to end one unit before the
// best that is possible (where that is known), and what is told of their conflicts in how much time.
import { explainInfeasible } from '#src/services/scheduling/explain/explain-infeasible.js';
import { cpuMs } from '../processor.js';
import type { Instance } from './instances.js';

export interface ExplainLine {
  readonly name: string;
  readonly status: string;
  readonly constraints: number;
  readonly tasks: number;
  readonly isMinimal: boolean;
  readonly relaxations: number;
  readonly questions: number;
  /** Of the processor. */
  readonly seconds: number;
}

/** Explains an instance; undefined when no deadline is known that cannot be met. */
export async function measureExplain(
  { name, best, problem }: Instance,
  seconds: number,
  relax: boolean,
): Promise<ExplainLine | undefined> {
  if (best !== undefined && (best.lb !== best.ub || best.ub === best.cpm)) return undefined;
  const whole = best === undefined ? problem() : { ...problem(), horizon: best.ub - 1 };
  const begin = cpuMs();
  const found = await explainInfeasible(whole, { timeLimitMs: seconds * 1000, now: cpuMs, relax });
  if (found.status === 'feasible' && best !== undefined) throw new Error(`${name}: better than the best`);
  const { constraints, tasks, isMinimal } = found.conflict;
  return {
    name,
    status: found.status,
    constraints: constraints.length,
    tasks: tasks.length,
    isMinimal,
    relaxations: found.relaxations.length,
    questions: found.questions,
    seconds: (cpuMs() - begin) / 1000,
  };
}
