// Time of the processor: what benchmarks count on a machine with other work.

/** Milliseconds that this process has had, on all its threads, garbage collection and compilation included. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
