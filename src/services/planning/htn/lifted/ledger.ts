// Ledger of the lifted search: the steps done so far, by their nodes, and what they cost.
import { enlarged } from './tuples.js';

export interface Ledger {
  count: number;
  nodes: Int32Array;
  /** Cost of all steps before each. */
  before: Float64Array;
  /** Cost of all steps so far. */
  cost: number;
}

export function createLedger(): Ledger {
  return { count: 0, nodes: new Int32Array(64), before: new Float64Array(64), cost: 0 };
}

/** Notes that a node has become the next step. */
export function recordStep(ledger: Ledger, node: number, cost: number): void {
  const { count } = ledger;
  if (count === ledger.nodes.length) {
    ledger.nodes = enlarged(ledger.nodes, count + 1);
    const before = new Float64Array(ledger.nodes.length);
    before.set(ledger.before);
    ledger.before = before;
  }
  ledger.nodes[count] = node;
  ledger.before[count] = ledger.cost;
  ledger.cost += cost;
  ledger.count = count + 1;
}

/** Forgets all steps but the first so many. */
export function rewindSteps(ledger: Ledger, count: number): void {
  if (count >= ledger.count) return;
  ledger.cost = ledger.before[count]!;
  ledger.count = count;
}
