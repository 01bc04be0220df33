// Memory of the process the planner runs in, as V8 tells it: cheap enough to be asked every few milliseconds.
import { getHeapStatistics } from 'node:v8';
import type { MemoryReading } from './search-outcome.js';

/** What the process uses at this moment. Buffers lie outside V8's heap. */
export function readProcessMemory(): MemoryReading {
  const { used_heap_size, external_memory, heap_size_limit } = getHeapStatistics();
  return { used: used_heap_size + external_memory, heapUsed: used_heap_size, heapLimit: heap_size_limit };
}
