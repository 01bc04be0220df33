// The alphabets of the five statecharts.
import type { ActorKind } from '#src/model/address.js';
import type { Alphabet } from './alphabet.js';
import { contingencyAlphabet } from './contingency.alphabet.js';
import { goalAlphabet } from './goal.alphabet.js';
import { monitorAlphabet } from './monitor.alphabet.js';
import { planAlphabet } from './plan.alphabet.js';
import { taskAlphabet } from './task.alphabet.js';

export const alphabets: Readonly<Record<ActorKind, Alphabet>> = {
  goal: goalAlphabet,
  plan: planAlphabet,
  task: taskAlphabet,
  monitor: monitorAlphabet,
  contingency: contingencyAlphabet,
};
