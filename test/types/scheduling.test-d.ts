// The types of statewright/scheduling, as a user's code meets them.
import { expectTypeOf, test } from 'vitest';
import {
  explainInfeasible,
  type Infeasibility,
  paretoFront,
  type ParetoFront,
  parseProblemDocument,
  type PriorityRule,
  problemFromPlan,
  readProblem,
  type Relaxation,
  repair,
  type Schedule,
  scheduleByRule,
  type ScheduleProblem,
  type ScheduleProblemInput,
  type ScheduleResult,
  type ScheduleStatus,
  scheduleSvg,
  scheduleText,
  type Shift,
  simulateSchedule,
  type Simulation,
  slackOf,
  solve,
  solveNow,
  type UncertainDuration,
  validateSchedule,
  type Violation,
  worthOf,
} from 'statewright/scheduling';

declare const problem: ScheduleProblem;
declare const schedule: Schedule;

test('a problem may be written short, and is whole once it is read', () => {
  const short = {
    tasks: [{ id: 'dig', modes: [{ duration: 3, uses: [{ resource: 'crew' }] }] }],
    resources: [{ id: 'crew', capacity: 2 }],
  };
  expectTypeOf(short).toExtend<ScheduleProblemInput>();
  expectTypeOf(short).not.toExtend<ScheduleProblem>();
  expectTypeOf(readProblem(short)).toEqualTypeOf<ScheduleProblem>();
  expectTypeOf(parseProblemDocument('', { format: 'yaml' })).toEqualTypeOf<ScheduleProblem>();
  expectTypeOf<ScheduleProblem['tasks'][number]['deadline']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<ScheduleProblem['tasks'][number]['release']>().toEqualTypeOf<number>();
  // @ts-expect-error There is no such format.
  parseProblemDocument('', { format: 'toml' });
});

test('resources and objectives are told apart by their kind', () => {
  const [resource] = problem.resources;
  if (resource?.kind === 'reusable') {
    expectTypeOf(resource.calendar).toEqualTypeOf<{ from: number; to: number; capacity: number }[]>();
    expectTypeOf(resource).not.toHaveProperty('initial');
  } else if (resource !== undefined) expectTypeOf(resource.initial).toEqualTypeOf<number>();
  const { objective } = problem;
  if (objective.kind === 'weighted') {
    // Parts are single objectives: no weighted sum of weighted sums.
    expectTypeOf(objective.parts[0]!.objective.kind).toEqualTypeOf<
      'makespan' | 'cost' | 'tardiness' | 'levelling'
    >();
  }
});

test('only a solved problem has a schedule', () => {
  expectTypeOf(solve(problem)).resolves.toEqualTypeOf<ScheduleResult>();
  const result = solveNow(problem, { scheduleLimit: 100, onImprovement: (found) => found.schedule.tasks });
  expectTypeOf(result.schedule).toEqualTypeOf<Schedule | undefined>();
  expectTypeOf(result.objective).toEqualTypeOf<number | undefined>();
  expectTypeOf(result.status).toEqualTypeOf<ScheduleStatus>();
  // @ts-expect-error There may be none.
  validateSchedule(problem, result.schedule);
  // @ts-expect-error There are no such searches.
  solveNow(problem, { searches: 'magic' });
  // @ts-expect-error There is no such option.
  void solve(problem, { timeLimit: 3 });
  expectTypeOf(validateSchedule(problem, schedule)).toExtend<readonly Violation[]>();
  // @ts-expect-error A schedule is not written to.
  schedule.tasks[0]!.start = 3;
});

test('a pass by a rule takes the rules there are', () => {
  expectTypeOf(scheduleByRule(problem, 'LFT')).toEqualTypeOf<Schedule | undefined>();
  expectTypeOf<'MSLK'>().toExtend<PriorityRule>();
  // @ts-expect-error There is no such rule.
  scheduleByRule(problem, 'FIFO');
});

test('two objectives make a front', () => {
  const front = paretoFront(problem, [{ kind: 'makespan' }, { kind: 'cost', of: 'money' }]);
  expectTypeOf(front).resolves.toEqualTypeOf<ParetoFront>();
  expectTypeOf<ParetoFront['points'][number]['values']>().toEqualTypeOf<readonly [number, number]>();
  // @ts-expect-error One is no trade.
  void paretoFront(problem, [{ kind: 'makespan' }]);
});

test('an explanation tells constraints, and a repair tells shifts', () => {
  expectTypeOf(explainInfeasible(problem, { relax: false })).resolves.toEqualTypeOf<Infeasibility>();
  expectTypeOf<Infeasibility['relaxations']>().toEqualTypeOf<readonly Relaxation[]>();
  expectTypeOf<Relaxation['by']>().toEqualTypeOf<number | undefined>();
  const repaired = repair(problem, schedule, { now: 1, changes: { finished: [{ id: 'dig', end: 4 }] } });
  expectTypeOf(repaired.shifts).toEqualTypeOf<readonly Shift[]>();
  // @ts-expect-error What is now must be told.
  repair(problem, schedule, {});
  expectTypeOf(slackOf(problem, schedule)).toEqualTypeOf<ReadonlyMap<string, number>>();
  expectTypeOf(worthOf(problem, schedule).makespan).toEqualTypeOf<number>();
});

test('uncertain durations are quantiles or a triangle, not a mixture', () => {
  expectTypeOf<{ p50: number; p95: number }>().toExtend<UncertainDuration>();
  expectTypeOf<{ least: number; likely: number; most: number }>().toExtend<UncertainDuration>();
  expectTypeOf<{ p50: number; most: number }>().not.toExtend<UncertainDuration>();
  const simulation = simulateSchedule(problem, schedule, { durations: { dig: { p50: 3, p95: 9 } } });
  expectTypeOf(simulation).resolves.toEqualTypeOf<Simulation>();
});

test('a plan becomes a problem, and a schedule a picture', () => {
  const made = problemFromPlan({ tasks: {} }, { machine: {} });
  expectTypeOf(made).toEqualTypeOf<{ readonly problem: ScheduleProblem; readonly unitMs: number }>();
  expectTypeOf(scheduleSvg(problem, schedule)).toEqualTypeOf<string>();
  expectTypeOf(scheduleText(problem, schedule, { ascii: true })).toEqualTypeOf<string>();
});
