// Procedures of a flight deck: a dozen long chains at once, in partial order, which share hands, displays and states of
// the aircraft, and some of which must wait for each other.
import { named, type ProblemClass, problemText, upTo } from './problem-class.js';

const domain = `(define (domain flight-procedures)
  (:requirements :typing :hierarchy :negative-preconditions :method-preconditions)
  (:types procedure item hand display phase - object)
  (:predicates (first ?p - procedure ?i - item) (follows ?i ?j - item) (last ?i - item) (free ?h - hand)
    (shown ?d - display ?p - procedure) (blank ?d - display) (needs-phase ?i - item ?f - phase) (phase ?f - phase)
    (next-phase ?f ?g - phase) (checked ?i - item) (waits-for ?i ?j - item) (holds ?h - hand ?i - item) (of ?i - item ?p - procedure)
    (finished ?p - procedure))
  (:task run :parameters (?p - procedure))
  (:task from :parameters (?p - procedure ?i - item ?d - display))
  (:task do-item :parameters (?i - item))
  (:task fly :parameters (?f - phase))
  (:method open-and-run :parameters (?p - procedure ?i - item ?d - display) :task (run ?p) :precondition (first ?p ?i)
    :ordered-subtasks (and (show ?d ?p) (from ?p ?i ?d) (close ?d ?p)))
  (:method item-and-on :parameters (?p - procedure ?i ?j - item ?d - display) :task (from ?p ?i ?d) :precondition (follows ?i ?j)
    :subtasks (and (a (do-item ?i)) (b (from ?p ?j ?d))) :ordering (and (< a b)))
  (:method item-last :parameters (?p - procedure ?i - item ?d - display) :task (from ?p ?i ?d) :precondition (last ?i)
    :subtasks (and (do-item ?i)))
  (:method by-hand :parameters (?i - item ?h - hand ?f - phase) :task (do-item ?i)
    :precondition (needs-phase ?i ?f)
    :ordered-subtasks (and (reach ?h ?i) (switch ?h ?i ?f) (release ?h ?i)))
  (:method waiting :parameters (?i ?j - item ?h - hand) :task (do-item ?i) :precondition (waits-for ?i ?j)
    :ordered-subtasks (and (reach ?h ?i) (switch-after ?h ?i ?j) (release ?h ?i)))
  (:method fly-on :parameters (?f ?g - phase) :task (fly ?f) :precondition (next-phase ?f ?g)
    :ordered-subtasks (and (advance ?f ?g) (fly ?g)))
  (:method landed :parameters (?f - phase) :task (fly ?f) :subtasks ())
  (:action show :parameters (?d - display ?p - procedure) :precondition (blank ?d) :effect (and (not (blank ?d)) (shown ?d ?p)))
  (:action close :parameters (?d - display ?p - procedure) :precondition (shown ?d ?p)
    :effect (and (blank ?d) (not (shown ?d ?p)) (finished ?p)))
  (:action reach :parameters (?h - hand ?i - item) :precondition (free ?h) :effect (and (not (free ?h)) (holds ?h ?i)))
  (:action release :parameters (?h - hand ?i - item) :precondition (holds ?h ?i) :effect (and (free ?h) (not (holds ?h ?i))))
  (:action switch :parameters (?h - hand ?i - item ?f - phase) :precondition (and (holds ?h ?i) (phase ?f)) :effect (checked ?i))
  (:action switch-after :parameters (?h - hand ?i ?j - item) :precondition (and (holds ?h ?i) (checked ?j)) :effect (checked ?i))
  (:action advance :parameters (?f ?g - phase) :precondition (phase ?f) :effect (and (not (phase ?f)) (phase ?g)))
)
`;

export const flightProcedures: ProblemClass = {
  name: 'flight-procedures',
  order: 'partial-order',
  sizes: [2, 4, 8, 12, 20],
  domain,
  problem(size, chance) {
    const procedures = named('proc', size);
    const phases = named('phase', 4);
    // One for each: with fewer, whether there is a plan at all would be by chance.
    const displays = named('d', size);
    const facts = ['free left', 'free right', 'phase phase1', ...displays.map((each) => `blank ${each}`)];
    phases.slice(1).forEach((phase, at) => facts.push(`next-phase ${phases[at]!} ${phase}`));
    const items: string[] = [];
    // By row: the phase each item is done in at the soonest. Who waits is in no earlier phase, so that there is a plan.
    const phaseOf: number[][] = [];
    procedures.forEach((procedure, row) => {
      const length = 4 + upTo(chance, size);
      const own: number[] = [];
      phaseOf.push(own);
      let phase = 0;
      for (let at = 0; at < length; at += 1) {
        const item = `item-${row}-${at}`;
        items.push(item);
        facts.push(at === 0 ? `first ${procedure} ${item}` : `follows item-${row}-${at - 1} ${item}`);
        if (at === length - 1) facts.push(`last ${item}`);
        phase = Math.min(3, phase + (upTo(chance, length) === 0 ? 1 : 0));
        if (row > 0 && upTo(chance, 5) === 0) {
          const other = Math.min(at, 3);
          facts.push(`waits-for ${item} item-${row - 1}-${other}`);
          phase = Math.max(phase, phaseOf[row - 1]![other]!);
        } else facts.push(`needs-phase ${item} ${phases[phase]!}`);
        own.push(phase);
      }
    });
    return problemText({
      domain: 'flight-procedures',
      objects: {
        procedure: procedures,
        item: items,
        hand: ['left', 'right'],
        display: displays,
        phase: phases,
      },
      facts,
      isPartial: true,
      tasks: [...procedures.map((procedure) => `run ${procedure}`), 'fly phase1'],
      goal: items.map((item) => `checked ${item}`),
    });
  },
};
