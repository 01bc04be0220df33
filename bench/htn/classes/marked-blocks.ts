// Blocks whose methods go through all of them with marks: long sequences, each choice among all blocks, a check of
// everything at the end of each round.
import { named, type ProblemClass, problemText, shuffled } from './problem-class.js';
import { towers } from './multiarm-blocks.js';

const domain = `(define (domain marked-blocks)
  (:requirements :typing :hierarchy :negative-preconditions :universal-preconditions)
  (:types BLOCK - object)
  (:predicates (on ?x ?y - BLOCK) (ontable ?x - BLOCK) (clear ?x - BLOCK) (hand-empty) (holding ?x - BLOCK)
    (goal-on ?x ?y - BLOCK) (goal-ontable ?x - BLOCK) (done ?x - BLOCK) (looked ?x - BLOCK))
  (:task Arrange :parameters ())
  (:task set-done :parameters ())
  (:task move-one :parameters (?x - BLOCK))
  (:task free :parameters (?x - BLOCK))
  (:method Arrange-next :parameters (?x - BLOCK) :task (Arrange)
    :precondition (and (clear ?x) (not (done ?x)) (exists (?y - BLOCK) (and (goal-on ?x ?y) (done ?y) (clear ?y))))
    :ordered-subtasks (and (move-one ?x) (set-done) (Arrange)))
  (:method Arrange-away :parameters (?x ?y - BLOCK) :task (Arrange)
    :precondition (and (clear ?x) (not (done ?x)) (on ?x ?y))
    :ordered-subtasks (and (unstack ?x ?y) (put-down ?x) (set-done) (Arrange)))
  (:method Arrange-end :parameters () :task (Arrange)
    :precondition (forall (?x - BLOCK) (done ?x)) :ordered-subtasks ())
  (:method set-done-table :parameters (?x - BLOCK) :task (set-done)
    :precondition (and (not (done ?x)) (ontable ?x) (goal-ontable ?x))
    :ordered-subtasks (and (!mark ?x) (set-done)))
  (:method set-done-on :parameters (?x ?y - BLOCK) :task (set-done)
    :precondition (and (not (done ?x)) (on ?x ?y) (goal-on ?x ?y) (done ?y))
    :ordered-subtasks (and (!mark ?x) (set-done)))
  (:method set-done-end :parameters () :task (set-done)
    :precondition () :ordered-subtasks ())
  (:method from-table :parameters (?x ?y - BLOCK) :task (move-one ?x)
    :precondition (and (ontable ?x) (goal-on ?x ?y)) :ordered-subtasks (and (pick-up ?x) (stack ?x ?y)))
  (:method from-block :parameters (?x ?y ?z - BLOCK) :task (move-one ?x)
    :precondition (and (on ?x ?z) (goal-on ?x ?y)) :ordered-subtasks (and (unstack ?x ?z) (stack ?x ?y)))
  (:action !mark :parameters (?x - BLOCK) :precondition () :effect (done ?x))
  (:action pick-up :parameters (?x - BLOCK) :precondition (and (clear ?x) (ontable ?x) (hand-empty))
    :effect (and (not (ontable ?x)) (not (clear ?x)) (not (hand-empty)) (holding ?x)))
  (:action put-down :parameters (?x - BLOCK) :precondition (holding ?x)
    :effect (and (not (holding ?x)) (clear ?x) (hand-empty) (ontable ?x)))
  (:action stack :parameters (?x ?y - BLOCK) :precondition (and (holding ?x) (clear ?y))
    :effect (and (not (holding ?x)) (not (clear ?y)) (clear ?x) (hand-empty) (on ?x ?y)))
  (:action unstack :parameters (?x ?y - BLOCK) :precondition (and (on ?x ?y) (clear ?x) (hand-empty))
    :effect (and (holding ?x) (clear ?y) (not (clear ?x)) (not (hand-empty)) (not (on ?x ?y))))
)
`;

export const markedBlocks: ProblemClass = {
  name: 'marked-blocks',
  order: 'total-order',
  sizes: [10, 50, 100, 200, 400],
  domain,
  problem(size, chance) {
    const all = named('b', size);
    const wanted = towers(shuffled(chance, all), chance).filter((fact) => !fact.startsWith('clear'));
    return problemText({
      domain: 'marked-blocks',
      objects: { BLOCK: all },
      facts: [
        'hand-empty',
        ...towers(shuffled(chance, all), chance),
        ...wanted.map((fact) => `goal-${fact}`),
      ],
      tasks: ['set-done', 'Arrange'],
      goal: wanted,
    });
  },
};
