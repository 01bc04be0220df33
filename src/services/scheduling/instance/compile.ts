// Compiling a scheduling problem into the typed arrays that all searches read.
import type { Problem } from '../../../errors.js';
import { largestNumber, type ScheduleProblem } from '../problem.js';
import type { Violation } from '../schedule.js';
import { type Building, built } from './building.js';
import { graphSteps } from './graph.js';
import type { Instance, ModeTables, ResourceTables, TaskTables } from './instance.js';
import { refuseFindings } from './names.js';
import { compileResources, modeSteps } from './resource-tables.js';
import { arcSteps, compileSetups, nameSteps, taskSteps } from './tables.js';

/**
 * Compiles a problem (already parsed by its schema).
 *
 * What no schedule can satisfy by the lags, windows and capacities alone is told in `impossible`: a proof, not an error.
 *
 * @throws EngineError `INPUT_INVALID` for unknown ids, ids given twice, a fixed mode that does not exist.
 */
export function compileProblem(problem: ScheduleProblem): Instance {
  return built(compileSteps(problem));
}

/** Compiles a problem as {@link compileProblem} does, in pieces. */
export function* compileSteps(problem: ScheduleProblem): Building<Instance> {
  const findings: Problem[] = [];
  const names = yield* nameSteps(problem, findings);
  const { lockCapacity, ...modes } = yield* modeSteps(problem, names);
  const arcs = yield* arcSteps(problem, names);
  const tasks = yield* taskSteps(problem, names, modes.modeFirst, findings);
  const setups = compileSetups(problem, names);
  refuseFindings(findings);
  const resources = compileResources(problem, names, lockCapacity);
  const size = problem.tasks.length;
  const tables = { ...modes, ...resources, ...arcs, ...tasks };
  const graph = yield* graphSteps(size, tables, (task) => problem.tasks[task]?.id ?? String(task));
  return {
    problem,
    size,
    setups,
    horizon: Math.min(problem.horizon ?? largestNumber, largestNumber),
    ...tables,
    ...graph,
    impossible: graph.impossible ?? capacityViolation(problem, tables),
  };
}

/** A task that is always done but needs more, in each of its modes, than there ever is. */
function capacityViolation(
  problem: ScheduleProblem,
  tables: ModeTables & ResourceTables & TaskTables,
): Violation | undefined {
  for (let task = 0; task < tables.optional.length; task++) {
    if (tables.optional[task] === 1) continue;
    const first = tables.modeFirst[task] ?? 0;
    const isFixed = (tables.fixedStart[task] ?? -1) >= 0;
    const last = isFixed ? first : (tables.modeFirst[task + 1] ?? 0) - 1;
    let found: Violation | undefined;
    for (let mode = first; mode <= last; mode++) {
      found = modeViolation(
        tables,
        () => problem.tasks[task]?.id ?? '',
        isFixed ? (tables.fixedMode[task] ?? 0) : mode,
      );
      if (found === undefined) break;
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

function modeViolation(
  tables: ModeTables & ResourceTables,
  idOf: () => string,
  mode: number,
): Violation | undefined {
  if (tables.durations[mode] === 0) return undefined;
  for (let use = tables.useFirst[mode] ?? 0; use < (tables.useFirst[mode + 1] ?? 0); use++) {
    const resource = tables.useResource[use] ?? 0;
    const [amount, peak] = [tables.useAmount[use] ?? 0, tables.peak[resource] ?? 0];
    if (amount <= peak) continue;
    const [id, name] = [idOf(), tables.resourceIds[resource] ?? ''];
    return {
      kind: 'capacity',
      path: `resources.${name}`,
      message: `Expected that '${id}' needs at most the ${peak} there are of '${name}'; it needs ${amount}. Raise the capacity or lower what the task holds.`,
      tasks: [id],
    };
  }
  return undefined;
}
