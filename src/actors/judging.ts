// Judging: how a plan or a goal is judged when its work is over.
import type { Finding } from '../model/criterion.js';
import type { PortLogic } from '../machines/ports.js';
import type { JudgeOutcome } from '../machines/protocol.js';
import { keys } from '../persistence/keys.js';
import type { Ledger } from '../persistence/ledger.js';
import { Mark } from './order.js';
import { stepPort, type GoalKey } from './goal-steps.js';
import { checkCriteria, type VerificationOptions } from './verification.js';

type Judgement = Omit<JudgeOutcome, 'at' | 'random'>;
type PlanKey = { goalId: string; version: number };

const failedJudgement = (error: unknown): Judgement => ({
  status: 'failed',
  reason: `it could not be judged: ${error instanceof Error ? error.message : String(error)}`,
  findings: [],
});

/** The port that judges a plan by its tasks, then by its own criteria. */
export function createPlanJudge(options: VerificationOptions): PortLogic<PlanKey, JudgeOutcome> {
  function byTasks(goalId: string): Judgement {
    const frontier = options.frontier(goalId);
    const { graph } = frontier.reader;
    const failed: string[] = [];
    let unreached = 0;
    for (const [index, id] of graph.ids.entries()) {
      const mark = frontier.mark(index);
      if (mark === Mark.failed && !frontier.isTolerated(index)) failed.push(id);
      else if (mark === Mark.aborted) failed.push(id);
      else if (mark === Mark.unreachable || mark === Mark.waiting || mark === Mark.offered) unreached += 1;
    }
    if (failed.length === 0 && unreached === 0)
      return { status: 'succeeded', reason: 'every task has ended well', findings: [] };
    const first = failed[0];
    const why =
      first === undefined ? '' : (options.book.record(goalId, first)?.failure?.message ?? 'aborted');
    const named =
      failed.length === 0 ? [] : [`${failed.length} of ${graph.ids.length} tasks failed (${first}: ${why})`];
    const rest = unreached === 0 ? [] : [`${unreached} could not run`];
    const status =
      frontier.survey().criticalFailed || frontier.survey().succeeded === 0 ? 'failed' : 'partial';
    return { status, reason: [...named, ...rest].join('; '), findings: [] };
  }

  return stepPort<PlanKey, Judgement, JudgeOutcome>(
    options.system,
    ({ goalId }, turn, signal) => {
      const judgement = byTasks(goalId);
      const criteria = options.frontier(goalId).reader.plan.planCriteria;
      if (judgement.status === 'failed' || criteria.length === 0) return judgement;
      return checkCriteria(options, { goalId, criteria, signal, turn }).then(
        (findings) => () => combine(judgement, findings),
      );
    },
    failedJudgement,
  );
}

/** The port that judges a goal by its success criteria and failure conditions. */
export function createGoalJudge(
  options: VerificationOptions & { ledger: Ledger },
): PortLogic<GoalKey, JudgeOutcome> {
  const { ledger } = options;
  return stepPort<GoalKey, Judgement, JudgeOutcome>(
    options.system,
    async ({ goalId }, asking, signal) => {
      const record = ledger.read('goal', keys.goal(goalId));
      if (record === undefined) return () => failedJudgement('its record is gone');
      const { plan } = options.frontier(goalId).reader;
      const before = options.system().snapshot(`goal/${goalId}`)?.context as Partial<Judgement> & {
        ending?: string;
      };
      const held = record.spec.failureConditions.find(({ expression }) =>
        options.scopes.holds(plan, expression),
      );
      const findings = await checkCriteria(options, {
        goalId,
        criteria: record.spec.successCriteria,
        signal,
        turn: asking,
      });
      const first: Judgement =
        held === undefined
          ? {
              status: before.ending === 'partial' ? 'partial' : 'succeeded',
              reason: before.reason ?? '',
              findings: [],
            }
          : {
              status: 'failed',
              reason: `its failure condition '${held.id}' holds: ${held.expression}`,
              findings: [],
            };
      return (turn) => {
        const judgement = combine(first, findings);
        const now = ledger.read('goal', keys.goal(goalId)) ?? record;
        turn.changes.put('goal', keys.goal(goalId), { ...now, findings: judgement.findings });
        return judgement;
      };
    },
    failedJudgement,
  );
}

/** Required criteria that do not hold make a success partial. */
export function combine(judgement: Judgement, findings: Finding[]): Judgement {
  const wrong = findings.filter(({ passed, required }) => required && !passed);
  if (judgement.status === 'failed' || wrong.length === 0) return { ...judgement, findings };
  const reason = wrong
    .map(({ id, message }) => `criterion '${id}' does not hold${message ? `: ${message}` : ''}`)
    .join('; ');
  return { status: 'partial', reason, findings };
}
