// All classes of problems.
import { assignmentCounting } from './assignment-counting.js';
import { barTending, barTendingPartly } from './bar-tending.js';
import { flightProcedures } from './flight-procedures.js';
import { freeCells } from './free-cells.js';
import { jobRecognition } from './job-recognition.js';
import { lampsOut } from './lamps-out.js';
import { markedBlocks } from './marked-blocks.js';
import { multiarmBlocks } from './multiarm-blocks.js';
import type { ProblemClass } from './problem-class.js';
import { roversFar } from './rovers-far.js';
import { worldBuilding, worldWalking } from './world-building.js';

export const problemClasses: readonly ProblemClass[] = [
  multiarmBlocks,
  markedBlocks,
  freeCells,
  worldBuilding,
  worldWalking,
  lampsOut,
  barTending,
  roversFar,
  jobRecognition,
  assignmentCounting,
  barTendingPartly,
  flightProcedures,
];
