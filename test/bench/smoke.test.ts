// The benchmarks still run: all workloads in their smallest form, each in its own process. No figure is judged.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/bench/run.js', import.meta.url));

test('the smoke run measures every workload and reports it', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench '));
  try {
    const results = join(folder, 'results');
    const ran = spawnSync(process.execPath, [program, '--smoke', '--folder', folder, '--results', results], {
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    const written = (kind: string): string => {
      const found = readdirSync(results).filter((name) => name.endsWith(kind));
      expect(found).toHaveLength(1);
      return readFileSync(join(results, found[0] ?? ''), 'utf8');
    };
    const lines = written('.jsonl').trimEnd().split('\n');
    const measured = lines.map(
      (line) => JSON.parse(line) as { workload: string; figures: Record<string, number> },
    );
    const figures = new Map(measured.map((one) => [one.workload, one.figures]));
    expect([...figures.keys()]).toEqual([
      'xstate 50 lives',
      'chain of 20',
      '3 layers of 5',
      'fan of 20',
      '4 goals of 3',
      'snapshot at 40',
      'resume in 400',
      'resume in 40 beside 80 ended',
      '20 waiting goals',
    ]);
    for (const all of figures.values())
      for (const figure of Object.values(all)) expect(figure).toBeTypeOf('number');
    // A chain is a batch for each task: this is no speed, it follows from what a turn is.
    expect(figures.get('chain of 20')?.['batches']).toBeGreaterThanOrEqual(20);
    expect(ran.stdout).toContain('× LevelDB');
    expect(ran.stdout).toContain('Not measured:');
    expect(ran.stdout).toContain(written('.txt'));
    expect(written('.svg')).toContain('chain of 20: tasks/s');
    expect(readdirSync(folder)).toEqual(['results']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
