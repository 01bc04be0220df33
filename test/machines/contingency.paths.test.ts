// Generated paths reach every state and take every transition of the contingency's chart.
import { describe } from 'vitest';
import { contingencyAlphabet } from './contingency.alphabet.js';
import { pathsCoverTheChart } from './path-suite.js';

describe('generated paths over the contingency', () => pathsCoverTheChart(contingencyAlphabet));
