// The first half of the seeds that are played with every change; see driver.ts for the faults and checker.ts for the
// promises. The other half is a file of its own, so that two workers share them.
import { testSeeds } from './seeds.js';

testSeeds(1, 1_000);
