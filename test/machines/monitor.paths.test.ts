// Generated paths reach every state and take every transition of the monitor's chart.
import { describe } from 'vitest';
import { monitorAlphabet } from './monitor.alphabet.js';
import { pathsCoverTheChart } from './path-suite.js';

describe('generated paths over the monitor', () => pathsCoverTheChart(monitorAlphabet));
