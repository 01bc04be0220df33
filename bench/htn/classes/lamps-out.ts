// Lamps on a grid: pressing one turns it and those beside it, by tasks that choose what is the case. Which are pressed
// shows only later to have been wrong.
import { pick, type ProblemClass, problemText } from './problem-class.js';

const domain = `(define (domain lamps-out)
  (:requirements :typing :hierarchy :negative-preconditions :equality)
  (:types lamp - object)
  (:predicates (lit ?l - lamp) (beside ?l ?o - lamp) (first ?l - lamp) (after ?l ?o - lamp) (last ?l - lamp)
    (touched ?o - lamp))
  (:task all-out :parameters ())
  (:task decide :parameters (?l - lamp))
  (:task go-on :parameters (?l - lamp))
  (:task press :parameters (?l - lamp))
  (:task press-beside :parameters (?l - lamp))
  (:task wipe :parameters ())
  (:task turn :parameters (?l - lamp))
  (:method begin :parameters (?l - lamp) :task (all-out) :precondition (first ?l) :ordered-subtasks (decide ?l))
  (:method leave-it :parameters (?l - lamp) :task (decide ?l) :ordered-subtasks (go-on ?l))
  (:method press-it :parameters (?l - lamp) :task (decide ?l) :ordered-subtasks (and (press ?l) (go-on ?l)))
  (:method further :parameters (?l ?o - lamp) :task (go-on ?l) :precondition (after ?l ?o)
    :ordered-subtasks (decide ?o))
  (:method the-end :parameters (?l - lamp) :task (go-on ?l) :precondition (last ?l) :ordered-subtasks ())
  (:method press-all :parameters (?l - lamp) :task (press ?l)
    :ordered-subtasks (and (turn ?l) (press-beside ?l) (wipe)))
  (:method one-beside :parameters (?l ?o - lamp) :task (press-beside ?l)
    :precondition (and (beside ?l ?o) (not (touched ?o)))
    :ordered-subtasks (and (touch ?o) (turn ?o) (press-beside ?l)))
  (:method none-beside :parameters (?l - lamp) :task (press-beside ?l)
    :precondition (forall (?o - lamp) (or (not (beside ?l ?o)) (touched ?o))) :ordered-subtasks ())
  (:method wipe-one :parameters (?o - lamp) :task (wipe) :precondition (touched ?o)
    :ordered-subtasks (and (untouch ?o) (wipe)))
  (:method wiped :parameters () :task (wipe) :precondition (not (exists (?o - lamp) (touched ?o))) :ordered-subtasks ())
  (:method turn-off :parameters (?l - lamp) :task (turn ?l) :precondition (lit ?l) :ordered-subtasks (off ?l))
  (:method turn-on :parameters (?l - lamp) :task (turn ?l) :precondition (not (lit ?l)) :ordered-subtasks (on ?l))
  (:action touch :parameters (?l - lamp) :precondition () :effect (touched ?l))
  (:action untouch :parameters (?l - lamp) :precondition () :effect (not (touched ?l)))
  (:action off :parameters (?l - lamp) :precondition (lit ?l) :effect (not (lit ?l)))
  (:action on :parameters (?l - lamp) :precondition (not (lit ?l)) :effect (lit ?l))
)
`;

export const lampsOut: ProblemClass = {
  name: 'lamps-out',
  order: 'total-order',
  sizes: [2, 3, 4, 5, 6, 8],
  domain,
  problem(size, chance) {
    const name = (row: number, column: number): string => `l-${row}-${column}`;
    const cells = Array.from({ length: size * size }, (_, at) => [Math.floor(at / size), at % size] as const);
    const beside = ([row, column]: readonly [number, number]): string[] =>
      [
        [row - 1, column],
        [row + 1, column],
        [row, column - 1],
        [row, column + 1],
      ]
        .filter((each) => each.every((value) => value >= 0 && value < size))
        .map(([one, other]) => name(one!, other!));
    const lit = new Set<string>();
    const turn = (lamp: string): void => {
      if (!lit.delete(lamp)) lit.add(lamp);
    };
    for (let press = 0; press < size * 2; press += 1) {
      const cell = pick(chance, cells);
      [name(...cell), ...beside(cell)].forEach(turn);
    }
    const names = cells.map((cell) => name(...cell));
    return problemText({
      domain: 'lamps-out',
      objects: { lamp: names },
      facts: [
        ...[...lit].map((lamp) => `lit ${lamp}`),
        ...cells.flatMap((cell) => beside(cell).map((other) => `beside ${name(...cell)} ${other}`)),
        `first ${names[0]!}`,
        `last ${names.at(-1)!}`,
        ...names.slice(1).map((lamp, at) => `after ${names[at]!} ${lamp}`),
      ],
      tasks: ['all-out'],
      goal: names.map((lamp) => `not (lit ${lamp})`),
    });
  },
};
