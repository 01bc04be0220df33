// The second half of the seeds that are played with every change.
import { testSeeds } from './seeds.js';

testSeeds(1_001, 1_000);
