// Generated paths reach every state and take every transition of the task's chart.
import { describe } from 'vitest';
import { taskAlphabet } from './task.alphabet.js';
import { pathsCoverTheChart } from './path-suite.js';

describe('generated paths over the task', () => pathsCoverTheChart(taskAlphabet));
