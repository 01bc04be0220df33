// Doctor: reads every record of a store and says what cannot be trusted.
import { EngineError } from '../errors.js';
import type { TaskRecord } from '../model/task.js';
import { miscounted } from '../persistence/blobs.js';
import { contentHash, damaged, decodeRecord } from '../persistence/codec.js';
import { describeHole, findGaps } from '../persistence/gaps.js';
import { goalIdOfKey, keys } from '../persistence/keys.js';
import { kindOfKey, parseRecord } from '../persistence/records.js';
import { storeFormat } from '../persistence/store.js';
import type { Diagnosis } from './api.js';
import type { Runtime } from './runtime-types.js';

const blobPrefix = keys.blob('');

/** A large output lies apart: is it there? Its content is looked at by itself. */
function checkOutput({ options }: Runtime, key: string, { output }: TaskRecord): void {
  if (output === undefined || !('blob' in output)) return;
  if (options.ledger.readText(keys.blob(output.blob)) === undefined)
    throw damaged(key, `its output ${output.blob} is missing`);
}

/** Checks checksum and shape of every record, and the journal for gaps. Writes nothing. */
export async function diagnose(runtime: Runtime, folder: string): Promise<Diagnosis> {
  const { ledger } = runtime.options;
  await ledger.quiet();
  const db = ledger.disk.db();
  const findings: Diagnosis['findings'][number][] = [];
  const goals: Record<string, number> = {};
  for await (const [key, value] of db.iterator()) {
    const kind = kindOfKey(key);
    if (key.startsWith(blobPrefix) && contentHash(value) !== key.slice(blobPrefix.length))
      findings.push({
        severity: 'error',
        message: damaged(key, 'its content does not fit its hash').message,
      });
    if (kind === undefined) continue;
    try {
      const record = parseRecord(kind, key, decodeRecord(key, value));
      if (kind === 'task') checkOutput(runtime, key, record as TaskRecord);
      if (kind !== 'goal') continue;
      const { id, status, fault } = record as { id: string; status: string; fault?: { message: string } };
      goals[status] = (goals[status] ?? 0) + 1;
      if (fault !== undefined)
        findings.push({ severity: 'error', goal: id, message: `set aside: ${fault.message}` });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const goal = goalIdOfKey(key);
      findings.push({ severity: 'error', message: error.message, ...(goal === undefined ? {} : { goal }) });
    }
  }
  const trouble = ledger.broken() ?? ledger.disk.trouble();
  if (trouble !== undefined) findings.push({ severity: 'error', message: trouble.message });
  for (const gap of await findGaps(db, Number.MAX_SAFE_INTEGER)) {
    findings.push({ severity: 'error', message: `journal: ${describeHole(gap)}` });
  }
  for (const message of await miscounted(db)) findings.push({ severity: 'warning', message });
  for (const [goal, message] of runtime.faults) {
    if (!findings.some((one) => one.goal === goal)) findings.push({ severity: 'error', goal, message });
  }
  const facts = ledger.lastSeq();
  return {
    healthy: findings.every(({ severity }) => severity !== 'error'),
    store: { folder, format: storeFormat, commits: ledger.commits(), facts },
    goals,
    findings,
  };
}
