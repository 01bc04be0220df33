// verifyResume: scenarios that resume pass; each kind of broken one is caught and its breach is named.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineTool, type EffectClass, type Tool } from '#src/index.js';
import {
  assertResumes,
  createScriptedTools,
  verifyResume,
  type Moment,
  type ResumeReport,
  type Scenario,
  type Scripted,
  type ScriptedRun,
  type VerifyOptions,
} from '#src/testing.js';

// Some of these make a hundred runs.
vi.setConfig({ testTimeout: 120_000 });

const plan = (tasks: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  version: 1,
  goal: { name: 'Scenario' },
  tasks,
  ...rest,
});
const call = (tool: string, input: object = {}) => ({ action: { tool, input } });

/** A scenario with scripted tools, whose world is the log of their calls. */
const scripted = (
  script: Record<string, Scripted>,
  rest: Omit<Scenario<ScriptedRun[]>, 'setUp' | 'tools'>,
): Scenario<ScriptedRun[]> => ({
  setUp: () => [],
  tools: (runs, { clock }) => createScriptedTools(script, { clock, runs }),
  builtinTools: false,
  ...rest,
});

/** A tool of one's own. */
const own = (name: string, effect: EffectClass, run: Tool['run']): Tool =>
  defineTool({ name, description: name, input: z.any(), output: z.any(), effect, run });

const promises = (report: ResumeReport): string[] => [
  ...new Set(report.problems.map(({ promise }) => promise)),
];

/** Approves, signals and answers whatever waits for a person, who looks into the world. */
async function answerAll({ waiting, goal, world }: Moment<ScriptedRun[]>): Promise<void> {
  for (const { kind, subject, detail } of waiting) {
    if (kind === 'approval') await goal.approve(subject);
    if (kind === 'interrupted') {
      const happened = world.some(
        ({ tool, taskId, outcome }) => tool === 'a.once' && taskId === subject && outcome === 'gave',
      );
      await (happened ? goal.approve(subject) : goal.retry(subject));
    }
    if (kind === 'external' && detail.includes('signal')) await goal.signal('go', { from: 'ann' });
  }
}

describe('a scenario that resumes', () => {
  test('with each effect class, retries, waits, approvals, loops and compensation', async () => {
    const scenario = scripted(
      {
        'a.read': { effect: 'idempotent', does: [{ give: [1, 2] }] },
        'a.key': { effect: 'keyed', does: [{ fail: { message: 'busy' } }, { takesMs: 3_000, give: 'done' }] },
        'a.once': { does: [{ takesMs: 1_000, give: (input) => ({ paid: input }) }] },
        'a.asked': { effect: 'idempotent', does: [{ give: { happened: 'unknown' } }] },
        'a.fails': { effect: 'idempotent', does: [{ fail: { class: 'logic', message: 'never' } }] },
      },
      {
        plan: plan({
          read: call('a.read'),
          each: {
            action: {
              forEach: '{{ tasks.read.output }}',
              as: 'n',
              do: { tool: 'a.key', input: { n: '{{ n }}' } },
            },
            retry: { maxRetries: 1 },
            compensate: { tool: 'a.read' },
          },
          pay: { ...call('a.once'), after: ['read'], approval: 'required', probe: { tool: 'a.asked' } },
          hear: { action: { wait: { signal: 'go' } }, after: ['each'] },
          sleep: { action: { wait: { durationMs: 60_000 } } },
          bad: { ...call('a.fails'), after: ['hear', 'pay'], optional: true },
          last: { ...call('a.read'), after: ['bad', 'sleep'] },
        }),
        during: answerAll,
        check: ({ world, result }) => {
          expect(result.status).toBe('succeeded');
          expect(world.filter(({ tool, outcome }) => tool === 'a.once' && outcome === 'gave')).toHaveLength(
            1,
          );
        },
      },
    );
    const report = await verifyResume(scenario, { twice: 10 });
    expect(String(report)).toMatch(/^scenario: resumes\. \d+ write points, \d+ runs/);
    expect(report.ok).toBe(true);
    expect(report.writePoints).toBeGreaterThan(10);
    expect(report.runs).toBe(2 + 1 + 2 * report.writePoints + 10);
  });
});

describe('a scenario that resumes, with real tools', () => {
  test('files in a folder, commands, built-in tools', async () => {
    const report = await verifyResume<string>({
      name: 'files',
      setUp: () => mkdtemp(join(tmpdir(), 'statewright-verify-')),
      tearDown: (folder) => rm(folder, { recursive: true }),
      tools: (folder) => [
        own('my.write', 'idempotent', async ({ text }: { text: string }) => {
          await writeFile(join(folder, 'mine.txt'), text);
          return text.length;
        }),
      ],
      plan: plan(
        {
          mine: call('my.write', { text: '{{ inputs.text }}' }),
          built: call('fs.write', {
            path: '{{ inputs.folder }}/built.txt',
            text: 'length {{ tasks.mine.output }}',
          }),
          say: {
            after: ['built'],
            effect: 'idempotent',
            action: { command: 'node', args: ['-e', 'process.stdout.write("said")'] },
          },
        },
        { inputs: { folder: { type: 'string' }, text: { type: 'string' } } },
      ),
      inputs: (folder) => ({ folder, text: 'mine' }),
      config: { roots: [tmpdir()] },
      compare: ({ status, tasks }) => [status, tasks['mine']?.output ?? null],
      check: async ({ world, result }) => {
        expect(result.status).toBe('succeeded');
        expect(await readFile(join(world, 'mine.txt'), 'utf8')).toBe('mine');
        expect(await readFile(join(world, 'built.txt'), 'utf8')).toBe('length 4');
      },
    });
    expect(String(report)).toMatch(/^files: resumes\./);
  });
});

describe('a scenario that does not resume is caught:', () => {
  test('a tool that says it is idempotent and is not', async () => {
    const report = await verifyResume({
      setUp: () => ({ stock: 3 }),
      tools: (shop) => [own('shop.take', 'idempotent', () => (shop.stock -= 1))],
      plan: plan({ take: call('shop.take') }),
      check: ({ world }) => {
        if (world.stock !== 2) throw new Error(`the shop has ${world.stock} left instead of 2`);
      },
    });
    expect(promises(report)).toEqual(expect.arrayContaining(['check', 'same-end']));
    const lost = report.problems.find(({ run, promise }) => run === 'killed' && promise === 'check');
    expect(lost?.at).toEqual([{ write: 3, when: 'before' }]);
    expect(lost?.message).toBe('the shop has 1 left instead of 2');
    expect(lost?.trace).toContain('killed before write 3');
    expect(report.problems.some(({ run }) => run === 'repeated')).toBe(true);
  });

  test('a receiver that does not remove doubles by the key', async () => {
    const script: Record<string, Scripted> = { 'mail.send': { effect: 'keyed' } };
    const ofKeys = (runs: ScriptedRun[]): number => new Set(runs.map((run) => run.idempotencyKey)).size;
    const sent = plan({ send: call('mail.send') });
    const good = await verifyResume(
      scripted(script, { plan: sent, check: ({ world }) => expect(ofKeys(world)).toBe(1) }),
    );
    expect(good.ok).toBe(true);
    const bad = await verifyResume(
      scripted(script, { plan: sent, check: ({ world }) => expect(world).toHaveLength(1) }),
    );
    expect(promises(bad)).toEqual(['check']);
  });

  test('a tool that keeps state in memory', async () => {
    const report = await verifyResume({
      tools: () => {
        let total = 0;
        return [own('sum.add', 'idempotent', ({ n }: { n: number }) => (total += n))];
      },
      plan: plan({ one: call('sum.add', { n: 1 }), two: { ...call('sum.add', { n: 2 }), after: ['one'] } }),
    });
    expect(promises(report)).toEqual(['same-end']);
    expect(report.problems.map(({ message }) => message)).toContain('two gave 2, undisturbed 3');
  });

  test('a once task that nobody can say anything about', async () => {
    const report = await verifyResume(
      scripted({ 'a.pay': {} }, { plan: plan({ pay: call('a.pay') }), config: { patienceMs: 60_000 } }),
    );
    expect(promises(report)).toEqual(['answered']);
    expect(report.problems[0]?.message).toContain('pay (once) was interrupted');
    expect(report.problems[0]?.message).toContain('give it a probe');
  });

  test('a probe that does not see what happened', async () => {
    const pay = { ...call('a.pay'), probe: { tool: 'a.blind' } };
    const blind: Scripted = { effect: 'idempotent', does: [{ give: { happened: 'no' } }] };
    const report = await verifyResume(scripted({ 'a.pay': {}, 'a.blind': blind }, { plan: plan({ pay }) }));
    expect(promises(report)).toEqual(['once']);
    expect(report.problems[0]?.message).toContain('its probe does not see that it happened');
  });

  test('a probe that sees it passes, and so does one attempt that an interruption cost', async () => {
    const scenario: Scenario<ScriptedRun[]> = {
      setUp: () => [],
      builtinTools: false,
      tools: (runs, { clock }) => [
        ...createScriptedTools({ 'a.pay': { does: [{ takesMs: 500, give: 'paid' }] } }, { clock, runs }),
        own('a.look', 'idempotent', () => ({
          happened: runs.some(({ outcome }) => outcome === 'gave') ? 'yes' : 'no',
        })),
      ],
      plan: plan({ pay: { ...call('a.pay'), probe: { tool: 'a.look' } } }),
      check: ({ world, result }) => {
        const paid = world.filter(({ outcome }) => outcome === 'gave').length;
        if (result.status === 'succeeded' && paid !== 1) throw new Error(`paid ${paid} times`);
        if (result.status !== 'succeeded' && paid !== 0) throw new Error('paid, and does not know it');
      },
    };
    expect(String(await verifyResume(scenario, { twice: 10 }))).toMatch(/: resumes\./);
  });

  test('a probe that sees it and does not give what the tool would have given', async () => {
    const of = (answer: (parcels: number) => unknown): Scenario<{ parcels: number }> => ({
      setUp: () => ({ parcels: 0 }),
      tools: (shop) => [
        {
          ...own('a.ship', 'once', () => ({ parcel: ++shop.parcels })),
          output: z.object({ parcel: z.number() }),
        },
        own('a.look', 'idempotent', () => answer(shop.parcels)),
      ],
      plan: plan({
        ship: { ...call('a.ship'), probe: { tool: 'a.look' } },
        use: { ...call('a.look'), after: ['ship'], when: 'tasks.ship.output.parcel == 1' },
      }),
    });
    const mute = await verifyResume(of((parcels) => ({ happened: parcels > 0 })));
    expect(promises(mute)).toEqual(['same-end']);
    expect(mute.problems[0]?.message).toContain('ship is failed (schema check');
    const full = await verifyResume(of((parcel) => ({ happened: parcel > 0, output: { parcel } })));
    expect(String(full)).toMatch(/: resumes\./);
  });

  test('a task whose output is another each time, without any kill', async () => {
    let calls = 0;
    const report = await verifyResume({
      tools: () => [own('a.count', 'idempotent', () => ++calls)],
      plan: plan({ count: call('a.count') }),
    });
    expect(report.problems.map(({ run, promise, message }) => [run, promise, message])).toEqual([
      ['undisturbed', 'same-end', 'count gave 2, undisturbed 1'],
    ]);
  });

  test('a goal that does not end, and people who are refused', async () => {
    const waits = plan({ wait: { action: { wait: { signal: 'never' } } } });
    const endless = await verifyResume(
      { plan: waits, during: ({ goal }) => goal.signal('other') },
      { maxSteps: 20 },
    );
    expect(endless.problems.map(({ promise }) => promise)).toEqual(['ends']);
    expect(endless.problems[0]?.message).toContain('It waits for external');
    const refused = await verifyResume({ plan: waits, during: ({ goal }) => goal.approve('wait') });
    expect(refused.problems.map(({ promise }) => promise)).toEqual(['answers']);
    expect(refused.problems[0]?.message).toContain('COMMAND_REFUSED');
  });

  test('a call that goes on after its engine was closed', async () => {
    const deaf = own('a.deaf', 'idempotent', () => new Promise(() => {}));
    const report = await verifyResume(
      {
        tools: () => [deaf],
        plan: plan({ deaf: { ...call('a.deaf'), timeout: '1s', retry: { maxRetries: 0 } } }),
      },
      { patienceMs: 5, repeat: false },
    );
    expect(report.problems.map(({ promise, message }) => [promise, message])).toEqual([
      ['clean', 'left when the engine had been closed: the call of a.deaf for deaf, which goes on'],
    ]);
  });

  test('a plan that is refused', async () => {
    const report = await verifyResume({ plan: plan({ a: call('no.tool') }) });
    expect(report.problems).toMatchObject([{ run: 'undisturbed', promise: 'ends' }]);
    expect(report.problems[0]?.message).toContain("there is no tool 'no.tool'");
  });
});

describe('the report', () => {
  test('groups problems, says where, and shows the trace of the first', async () => {
    const progress: number[] = [];
    const report = await verifyResume(
      scripted(
        { 'a.read': { effect: 'idempotent' } },
        {
          name: 'reading',
          plan: plan({ read: call('a.read') }),
          check: ({ world }) => expect(world).toHaveLength(1),
        },
      ),
      { repeat: false, onProgress: ({ run, of }) => progress.push(run / of) },
    );
    const text = String(report);
    expect(text).toMatch(/^reading: does not resume\. \d+ write points, \d+ runs/);
    expect(text).toContain('- check: ');
    expect(text).toContain('killed before write 3');
    expect(text).toContain('  life 2');
    expect(text).toContain('write 2: goal.submitted');
    expect(progress.at(-1)).toBe(1);
  });

  test('stops after so many runs with problems', async () => {
    const bad: Scenario = {
      tools: () => [own('a.a', 'idempotent', () => 1)],
      plan: plan({ a: call('a.a') }),
      compare: (() => {
        let n = 0;
        return () => (n++ < 4 ? 0 : n);
      })(),
    };
    const report = await verifyResume(bad, { maxProblems: 2 });
    expect(report.problems).toHaveLength(2);
  });

  test('is thrown by assertResumes', async () => {
    const tools = (): Tool[] => [own('a.a', 'idempotent', () => 1)];
    const scenario: Scenario = { tools, plan: plan({ a: call('a.a') }) };
    await expect(assertResumes(scenario)).resolves.toMatchObject({ ok: true });
    const check = (): never => {
      throw new Error('not as it must be');
    };
    await expect(assertResumes({ ...scenario, check })).rejects.toThrow('not as it must be');
  });
});

describe('bad input is refused:', () => {
  test.each([
    [{}, {}, 'scenario.plan expected a plan document'],
    [{ plan: 'x', check: 1 }, {}, 'scenario.check expected a function, got number'],
    [{ plan: 'x', chek: () => {} }, {}, 'scenario.chek is not known'],
    [{ plan: 'x' }, { twice: -1 }, 'options.twice expected a number, 0 or more, got -1'],
    [{ plan: 'x' }, { twise: 1 }, 'options.twise expected one of twice'],
  ])('%j %j', async (scenario, options, message) => {
    await expect(verifyResume(scenario as Scenario, options as VerifyOptions)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message) as string,
    });
  });
});
