// The types of statewright/testing, as a user's code meets them.
import { expectTypeOf, test } from 'vitest';
import type { Database, Fact, GoalHandle, Result, Tool } from 'statewright';
import {
  assertResumes,
  createManualClock,
  createScriptedTools,
  createSeededIds,
  createTestLevel,
  verifyResume,
  type ResumePromise,
  type ResumeReport,
  type Scenario,
  type ScriptedRun,
} from 'statewright/testing';

test('the world of a scenario is what setUp makes', () => {
  const plan = { version: 1, goal: 'x', tasks: {} };
  const report = verifyResume({
    setUp: async () => new Map<string, number>(),
    tearDown: (world) => {
      expectTypeOf(world).toEqualTypeOf<Map<string, number>>();
    },
    tools: (world): Tool[] => {
      expectTypeOf(world).toEqualTypeOf<Map<string, number>>();
      return [];
    },
    plan: (world) => ({ ...plan, goal: String(world.size) }),
    during: ({ world, goal, waiting }) => {
      expectTypeOf(world).toEqualTypeOf<Map<string, number>>();
      expectTypeOf(goal).toEqualTypeOf<GoalHandle>();
      expectTypeOf(waiting[0]?.subject).toEqualTypeOf<string | undefined>();
    },
    check: ({ result, facts }) => {
      expectTypeOf(result).toEqualTypeOf<Result>();
      expectTypeOf(facts).toEqualTypeOf<readonly Fact[]>();
    },
  });
  expectTypeOf(report).resolves.toEqualTypeOf<ResumeReport>();
  expectTypeOf(assertResumes({ plan })).resolves.toEqualTypeOf<ResumeReport>();
  expectTypeOf<{ plan: string }>().toExtend<Scenario>();
  // @ts-expect-error A scenario has a plan.
  void verifyResume({});
  // @ts-expect-error There is no such option.
  void verifyResume({ plan }, { twise: 1 });
});

test('a report names its promises', () => {
  expectTypeOf<ResumeReport['problems'][number]['promise']>().toEqualTypeOf<ResumePromise>();
  expectTypeOf<'once'>().toExtend<ResumePromise>();
});

test('clock, ids, level and tools fit the options of an engine', () => {
  const clock = createManualClock();
  const runs: ScriptedRun[] = [];
  expectTypeOf(createScriptedTools({ 'a.b': { does: [{ give: 1 }] } }, { clock, runs })).toExtend<Tool[]>();
  expectTypeOf(createTestLevel({ clock }).open).returns.resolves.toEqualTypeOf<Database>();
  expectTypeOf(createSeededIds(1).next()).toEqualTypeOf<string>();
  // @ts-expect-error An attempt has no such behaviour.
  createScriptedTools({ 'a.b': { does: [{ gives: 1 }] } }, { clock });
});
