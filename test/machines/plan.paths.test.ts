// Generated paths reach every state and take every transition of the plan's chart.
import { describe } from 'vitest';
import { planAlphabet } from './plan.alphabet.js';
import { pathsCoverTheChart } from './path-suite.js';

describe('generated paths over the plan', () => pathsCoverTheChart(planAlphabet));
