// Goal name: an id for a goal that was given none: one that a person can read and type.
import { randomInt } from 'node:crypto';
import { basename, extname } from 'node:path';
import { EngineError } from '../../errors.js';
import type { GoalHandle, RemoteEngine } from '../../index.js';

const letters = '0123456789abcdefghjkmnpqrstvwxyz';
const nameLength = 24;
const tailLength = 5;

/** `report-7f3kx` for report.yaml; `goal-…` for words. */
export function nameGoal(file: string | undefined): string {
  const stem = file === undefined ? '' : basename(file, extname(file));
  const plain = stem
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  const tail = Array.from({ length: tailLength }, () => letters.charAt(randomInt(letters.length))).join('');
  return `${plain.slice(0, nameLength).replace(/-+$/, '') || 'goal'}-${tail}`;
}

/** A name that no goal of the store has. */
export async function freeName(engine: RemoteEngine, file: string | undefined): Promise<string> {
  for (;;) {
    const name = nameGoal(file);
    if ((await findGoal(engine, name)) === undefined) return name;
  }
}

/** The goal with an id, if there is one. */
export async function findGoal(engine: RemoteEngine, id: string): Promise<GoalHandle | undefined> {
  try {
    return await engine.goal(id);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'GOAL_UNKNOWN') return undefined;
    throw error;
  }
}
