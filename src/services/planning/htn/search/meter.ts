// Meter: the limits of a search, looked at now and then, and what it has counted.
import {
  type SearchLimit,
  type SearchOptions,
  type SearchStatistics,
  uncollectedMb,
} from '../search-outcome.js';

const mebibyte = 1024 * 1024;
const defaultMemoryMb = 2048;
/** Of V8's heap: what is left may be needed before the next look. */
const heapShare = 0.9;

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
  /** What of the memory was used up, once it was. */
  private full = '';
  private readonly options: SearchOptions;
  private readonly startedAt: number;
  /** What the process used when the search began, and from which its growth is counted. */
  private readonly usedFirst: number;
  private usedBefore: number;

  constructor(options: SearchOptions) {
    this.options = options;
    this.startedAt = options.now?.() ?? 0;
    this.usedFirst = options.memory?.().used ?? 0;
    this.usedBefore = this.usedFirst;
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

  /** Goes on after a limit of memory: what filled it has been given up, and waits to be collected. */
  startAnew(): void {
    this.limit = null;
    this.usedBefore = this.options.memory?.().used ?? 0;
  }

  /** Whether tables of so many bytes are within the limit of memory. */
  hasRoom(bytes: number): boolean {
    return bytes <= this.memoryBytes;
  }

  /** Whether the search may go on with this many bytes in use. */
  goOn(bytes: number): boolean {
    this.limit ??= this.metLimit(bytes);
    return this.limit === null;
  }

  /** Why the limit was met, in words. */
  reasonFor(limit: SearchLimit): string {
    const { options } = this;
    if (limit === 'nodes') return `${this.nodes} nodes were searched, of ${options.nodes} allowed.`;
    if (limit === 'time') return `The time was over: ${options.timeMs} ms.`;
    if (limit === 'depth') return `All that is left lies deeper than ${options.depth} methods.`;
    if (limit === 'stopped') return 'The search was stopped.';
    return this.full === '' ? 'What the searches may remember is full.' : this.full;
  }

  statistics(strategy: string): SearchStatistics {
    const { nodes, revisits, depth, facts, operators, tasks, methods } = this;
    return { nodes, revisits, depth, facts, operators, tasks, methods, strategy };
  }

  private metLimit(bytes: number): SearchLimit | null {
    const { options } = this;
    if (options.signal?.aborted === true) return 'stopped';
    if (this.isMemoryFull(bytes)) return 'memory';
    if (options.nodes !== undefined && this.nodes >= options.nodes) return 'nodes';
    if (options.timeMs !== undefined && this.elapsedMs >= options.timeMs) return 'time';
    return null;
  }

  private isMemoryFull(bytes: number): boolean {
    const mb = (each: number): number => Math.round(each / mebibyte);
    const most = mb(this.memoryBytes);
    this.full = '';
    if (!this.hasRoom(bytes)) this.full = `The tables of the search need more than ${most} MiB.`;
    const reading = this.options.memory?.();
    if (reading === undefined) return this.full !== '';
    const { used, heapUsed, heapLimit } = reading;
    // What was given up has been collected meanwhile.
    this.usedBefore = Math.max(this.usedFirst, Math.min(this.usedBefore, used));
    const grown = used - this.usedBefore;
    if (grown > this.memoryBytes + uncollectedMb * mebibyte) {
      this.full = `The process has grown by ${mb(grown)} MiB, and is to stay within ${most}.`;
    } else if (heapUsed > heapLimit * heapShare) {
      this.full = `V8's heap is nearly full: ${mb(heapUsed)} of ${mb(heapLimit)} MiB. Start node with a larger --max-old-space-size.`;
    }
    return this.full !== '';
  }
}
