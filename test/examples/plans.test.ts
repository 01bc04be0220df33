// Every example plan is sound and runs, without a network and without a shell.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine, type Engine, type GoalHandle, type Json } from 'statewright';
import { describe, expect, it } from 'vitest';
import { readTree, temporaryFolder } from './tree.js';

const folder = fileURLToPath(new URL('../../examples/plans/', import.meta.url));

async function submit(engine: Engine, name: string, inputs: Record<string, Json> = {}): Promise<GoalHandle> {
  const file = join(folder, name);
  return engine.submit({ document: await readFile(file, 'utf8') }, { file, inputs });
}

const open = (root: string): Promise<Engine> => createEngine({ store: 'memory', config: { roots: [root] } });

/** Waits until a task waits for somebody. */
async function blocked(goal: GoalHandle, taskId: string): Promise<void> {
  for await (const { type, data } of goal.events()) {
    if (type === 'task.blocked' && data['taskId'] === taskId) return;
  }
  throw new Error(`goal '${goal.id}' ended before ${taskId} waited`);
}

describe('the example plans', () => {
  it('are all sound', async () => {
    await using place = await temporaryFolder();
    await using engine = await open(place.path);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
    expect(names).toEqual(['approval.yaml', 'fan-out.yaml', 'hello.yaml', 'signal.yaml']);
    for (const name of names) {
      const file = join(folder, name);
      const preview = await engine.plan({ document: await readFile(file, 'utf8') }, { file });
      expect(preview.problems, name).toEqual([]);
      expect(preview.levels.length, name).toBeGreaterThan(1);
    }
  });

  it('hello greets and writes it down', async () => {
    await using place = await temporaryFolder();
    await using engine = await open(place.path);
    const goal = await submit(engine, 'hello.yaml', { name: 'Zoë', out: 'out' });
    expect((await goal.result()).status).toBe('succeeded');
    expect(await readFile(join(place.path, 'out', 'hello.txt'), 'utf8')).toBe('Hello, Zoë!\n');
    await (await goal.undo()).result();
    expect((await readTree(place.path)).size).toBe(0);
  });

  it('fan-out tries each item again and brings the results together', async () => {
    await using place = await temporaryFolder();
    await using engine = await open(place.path);
    const goal = await submit(engine, 'fan-out.yaml');
    const { status, tasks } = await goal.result();
    expect(status).toBe('succeeded');
    expect(tasks['sum']?.output).toMatchObject({ stdout: '55\n' });
    const rounds = (await goal.tasks({ rounds: true })).filter(({ id }) => id.startsWith('square['));
    expect(rounds.map(({ attempts }) => attempts)).toEqual([2, 2, 2, 2, 2]);
  });

  it('approval waits for a person, and takes its change back when a later step fails', async () => {
    await using place = await temporaryFolder();
    await using engine = await open(place.path);
    for (const broken of [false, true]) {
      const out = `published ${broken}`;
      const goal = await submit(engine, 'approval.yaml', { out, broken });
      await blocked(goal, 'publish');
      expect([...(await readTree(place.path)).keys()]).not.toContain(`${out}/note.md`);
      await goal.approve('publish');
      expect((await goal.result()).status).toBe(broken ? 'failed' : 'succeeded');
      expect((await readTree(place.path)).has(`${out}/note.md`)).toBe(!broken);
    }
  });

  it('signal waits for what comes from outside', async () => {
    await using place = await temporaryFolder();
    await using engine = await open(place.path);
    const goal = await submit(engine, 'signal.yaml');
    await blocked(goal, 'delivery');
    await goal.signal('delivered', { door: 'green' });
    const { status, tasks } = await goal.result();
    expect(status).toBe('succeeded');
    expect(tasks['thank']?.output).toMatchObject({ stdout: 'It is at the green door.\n' });
  });
});
