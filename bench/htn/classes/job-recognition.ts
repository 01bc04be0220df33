// Recognition of what somebody is about: one of many jobs was begun, some of its steps were seen, in their order, and
// steps between them were not. Each level of the tasks has several methods with variables that nothing binds early.
import { createChance } from '#src/services/planning/htn/search/chance.js';
import { named, pick, type ProblemClass, problemText, upTo } from './problem-class.js';

const levels = 4;
const tasksOfLevel = 10;
const methodsOfTask = 3;
const operators = 24;
const mostSeen = 60;

interface Call {
  readonly name: string;
  /** Which of the method's variables are given: the task's own are 0 and 1. */
  readonly terms: readonly number[];
}

/** By task: its methods, each with its calls. */
type Tree = ReadonlyMap<string, readonly (readonly Call[])[]>;

function tree(): Tree {
  const chance = createChance(7);
  const methods = new Map<string, Call[][]>();
  for (let level = 0; level < levels; level += 1) {
    for (const name of named(`task-${level}-`, tasksOfLevel)) {
      const list = Array.from({ length: methodsOfTask }, () =>
        Array.from({ length: 2 + upTo(chance, 3) }, (): Call => {
          const isStep = level === levels - 1 || upTo(chance, 5) === 0;
          const below = `task-${level + 1}-${1 + upTo(chance, tasksOfLevel)}`;
          const terms = [upTo(chance, 3), upTo(chance, 4)];
          return { name: isStep ? `act${1 + upTo(chance, operators)}` : below, terms };
        }),
      );
      methods.set(name, list);
    }
  }
  return methods;
}

const jobs = tree();
const variables = ['?a', '?b', '?c', '?d'];

const text = (call: Call): string => `(${call.name} ${call.terms.map((term) => variables[term]!).join(' ')})`;
const acts = named('act', operators);

const domain = `(define (domain job-recognition)
  (:requirements :typing :hierarchy :negative-preconditions :equality)
  (:types thing step - object)
  (:predicates (next ?s ?t - step) (now ?s - step) (hidden-left ?s - step) (linked ?a ?b - thing)
    ${acts.map((act) => `(saw-${act} ?s - step ?a ?b - thing)`).join(' ')}
    ${acts.map((act) => `(done-${act} ?a ?b - thing)`).join(' ')})
  (:task job :parameters ())
  ${[...jobs.keys()].map((task) => `(:task ${task} :parameters (?a ?b - thing))`).join('\n  ')}
  ${acts.map((act) => `(:task ${act} :parameters (?a ?b - thing))`).join('\n  ')}
  ${named('task-0-', tasksOfLevel)
    .map(
      (task) =>
        `(:method job-${task} :parameters (?a ?b - thing) :task (job) :ordered-subtasks (${task} ?a ?b))`,
    )
    .join('\n  ')}
${[...jobs]
  .flatMap(([task, methods]) =>
    methods.map(
      (calls, index) => `  (:method ${task}-${index} :parameters (?a ?b ?c ?d - thing) :task (${task} ?a ?b)
    :precondition (and (linked ?a ?c)) :ordered-subtasks (and ${calls.map(text).join(' ')}))`,
    ),
  )
  .join('\n')}
${acts
  .map(
    (act) => `  (:method ${act}-seen :parameters (?a ?b - thing ?s ?t - step) :task (${act} ?a ?b)
    :precondition (and (now ?s) (saw-${act} ?s ?a ?b)) :ordered-subtasks (see-${act} ?a ?b ?s ?t))
  (:method ${act}-unseen :parameters (?a ?b - thing ?s ?t - step) :task (${act} ?a ?b)
    :precondition (hidden-left ?s) :ordered-subtasks (hide-${act} ?a ?b ?s ?t))
  (:action see-${act} :parameters (?a ?b - thing ?s ?t - step)
    :precondition (and (now ?s) (next ?s ?t) (saw-${act} ?s ?a ?b)) :effect (and (not (now ?s)) (now ?t) (done-${act} ?a ?b)))
  (:action hide-${act} :parameters (?a ?b - thing ?s ?t - step)
    :precondition (and (hidden-left ?s) (next ?t ?s)) :effect (and (not (hidden-left ?s)) (hidden-left ?t) (done-${act} ?a ?b)))`,
  )
  .join('\n')}
)
`;

interface Seen {
  readonly act: string;
  readonly one: string;
  readonly other: string;
}

/** The steps of one way to do a job. */
function carriedOut(
  chance: () => number,
  things: readonly string[],
  links: ReadonlyMap<string, string>,
): Seen[] {
  const steps: Seen[] = [];
  const open: { name: string; one: string; other: string }[] = [
    {
      name: `task-0-${1 + upTo(chance, tasksOfLevel)}`,
      one: pick(chance, things),
      other: pick(chance, things),
    },
  ];
  for (let next = open.pop(); next !== undefined && steps.length < mostSeen * 4; next = open.pop()) {
    const { name, one, other } = next;
    const methods = jobs.get(name);
    if (methods === undefined) {
      steps.push({ act: name, one, other });
      continue;
    }
    const bound = [one, other, links.get(one)!, pick(chance, things)];
    for (const call of [...pick(chance, methods)].reverse()) {
      open.push({ name: call.name, one: bound[call.terms[0]!]!, other: bound[call.terms[1]!]! });
    }
  }
  return steps;
}

export const jobRecognition: ProblemClass = {
  name: 'job-recognition',
  order: 'total-order',
  sizes: [4, 8, 16, 32],
  domain,
  problem(size, chance) {
    const things = named('thing', size);
    const links = new Map(things.map((thing) => [thing, pick(chance, things)]));
    const all = carriedOut(chance, things, links);
    const seen = all.filter(() => upTo(chance, 3) > 0).slice(0, mostSeen);
    const hidden = all.length - seen.length;
    const steps = Array.from({ length: Math.max(seen.length, hidden) + 1 }, (_, at) => `s${at}`);
    return problemText({
      domain: 'job-recognition',
      objects: { thing: things, step: steps },
      facts: [
        'now s0',
        `hidden-left s${hidden}`,
        ...steps.slice(1).map((step, at) => `next ${steps[at]!} ${step}`),
        ...[...links].map(([one, other]) => `linked ${one} ${other}`),
        ...things.map(() => `linked ${pick(chance, things)} ${pick(chance, things)}`),
        ...seen.map(({ act, one, other }, at) => `saw-${act} s${at} ${one} ${other}`),
      ],
      tasks: ['job'],
      goal: [`now s${seen.length}`],
    });
  },
};
