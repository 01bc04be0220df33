// Doctor: examines an open store and says what cannot be trusted, what is missing, and what was set aside.
import { miscounted } from '../persistence/blobs.js';
import { examineStore } from '../persistence/examination.js';
import { storeFormat } from '../persistence/store.js';
import type { Diagnosis } from './api.js';
import type { Runtime } from './runtime-types.js';

/** Checks checksum and shape of every record, and what they say of each other. Writes nothing. */
export async function diagnose(runtime: Runtime, folder: string): Promise<Diagnosis> {
  const { ledger } = runtime.options;
  await ledger.quiet();
  const { wrongs, goals } = await ledger.disk.reading(examineStore);
  const findings: Diagnosis['findings'][number][] = wrongs.map(({ severity, message, goal }) => ({
    severity,
    message,
    ...(goal === undefined ? {} : { goal }),
  }));
  const trouble = ledger.broken() ?? ledger.disk.trouble();
  if (trouble !== undefined) findings.push({ severity: 'error', message: trouble.message });
  for (const message of await ledger.disk.reading(miscounted))
    findings.push({ severity: 'warning', message });
  for (const [goal, message] of runtime.faults) {
    if (!findings.some((one) => one.goal === goal)) findings.push({ severity: 'error', goal, message });
  }
  return {
    healthy: findings.every(({ severity }) => severity !== 'error'),
    store: { folder, format: storeFormat, commits: ledger.commits(), facts: ledger.lastSeq() },
    goals,
    findings,
  };
}
