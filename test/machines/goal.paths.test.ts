// Generated paths reach every state and take every transition of the goal's chart.
import { describe } from 'vitest';
import { goalAlphabet } from './goal.alphabet.js';
import { pathsCoverTheChart } from './path-suite.js';

describe('generated paths over the goal', () => pathsCoverTheChart(goalAlphabet));
