// Meter: the limits of a search, looked at now and then, and what it has counted.
import type { SearchLimit, SearchOptions, SearchStatistics } from '../search-outcome.js';

const mebibyte = 1024 * 1024;
const defaultMemoryMb = 2048;

export class Meter {
  nodes = 0;
  revisits = 0;
  depth = 0;
  facts = 0;
  operators = 0;
  tasks = 0;
  methods = 0;
  /** Something was left out because it lay too deep. */
  isCut = false;
  /** A search gave up for want of memory of its own. */
  isFull = false;
  /** The first limit that was met. */
  limit: SearchLimit | null = null;
  private readonly options: SearchOptions;
  private readonly startedAt: number;

  constructor(options: SearchOptions) {
    this.options = options;
    this.startedAt = options.now?.() ?? 0;
  }

  get maxDepth(): number {
    return this.options.depth ?? Infinity;
  }

  get memoryBytes(): number {
    return (this.options.memoryMb ?? defaultMemoryMb) * mebibyte;
  }

  /** Milliseconds since the search began; 0 without a clock. */
  get elapsedMs(): number {
    return (this.options.now?.() ?? 0) - this.startedAt;
  }

  /** Whether the search may go on with this many bytes in use. */
  goOn(bytes: number): boolean {
    this.limit ??= this.metLimit(bytes);
    return this.limit === null;
  }

  statistics(strategy: string): SearchStatistics {
    const { nodes, revisits, depth, facts, operators, tasks, methods } = this;
    return { nodes, revisits, depth, facts, operators, tasks, methods, strategy };
  }

  private metLimit(bytes: number): SearchLimit | null {
    const { options } = this;
    if (options.signal?.aborted === true) return 'stopped';
    if (bytes > this.memoryBytes) return 'memory';
    if (options.nodes !== undefined && this.nodes >= options.nodes) return 'nodes';
    if (options.timeMs !== undefined && this.elapsedMs >= options.timeMs) return 'time';
    return null;
  }
}
