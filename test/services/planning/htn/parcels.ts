// A small domain for tests: parcels that a truck brings along roads, once in total and once in partial order.
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import type { Domain, Problem } from '#src/services/planning/htn/domain.js';

const domainText = `(define (domain parcels)
  (:requirements :typing :hierarchy :method-preconditions :negative-preconditions)
  (:types thing place - object parcel truck - thing)
  (:predicates (at ?t - thing ?p - place) (in ?x - parcel ?t - truck) (road ?a ?b - place))
  (:task deliver :parameters (?x - parcel ?to - place))
  (:task go :parameters (?t - truck ?to - place))
  (:method bring :parameters (?x - parcel ?t - truck ?from ?to - place)
    :task (deliver ?x ?to)
    :precondition (and (at ?x ?from) (not (at ?x ?to)))
    :ordered-subtasks (and (a (go ?t ?from)) (b (load ?x ?t ?from)) (c (go ?t ?to)) (d (unload ?x ?t ?to))))
  (:method leave-it :parameters (?x - parcel ?to - place)
    :task (deliver ?x ?to)
    :precondition (at ?x ?to)
    :ordered-subtasks ())
  (:method stay :parameters (?t - truck ?to - place)
    :task (go ?t ?to)
    :precondition (at ?t ?to)
    :ordered-subtasks ())
  (:method step :parameters (?t - truck ?a ?b ?to - place)
    :task (go ?t ?to)
    :precondition (and (at ?t ?a) (road ?a ?b) (not (at ?t ?to)))
    :ordered-subtasks (and (a (drive ?t ?a ?b)) (b (go ?t ?to)))
    )
  (:action drive :parameters (?t - truck ?a ?b - place)
    :precondition (and (at ?t ?a) (road ?a ?b))
    :effect (and (not (at ?t ?a)) (at ?t ?b)))
  (:action load :parameters (?x - parcel ?t - truck ?p - place)
    :precondition (and (at ?x ?p) (at ?t ?p))
    :effect (and (not (at ?x ?p)) (in ?x ?t)))
  (:action unload :parameters (?x - parcel ?t - truck ?p - place)
    :precondition (and (in ?x ?t) (at ?t ?p))
    :effect (and (not (in ?x ?t)) (at ?x ?p)))
)`;

const problemText = (ordering: string): string => `(define (problem two-parcels)
  (:domain parcels)
  (:objects p q - parcel t u - truck a b c - place)
  (:htn :parameters ()
    :subtasks (and (one (deliver p c)) (two (deliver q b)))
    :ordering (and ${ordering}))
  (:init (at p a) (at q b) (at t b) (at u c) (road a b) (road b a) (road b c) (road c b))
  (:goal (and (at p c) (at q b)))
)`;

/** Two deliveries, the first before the second unless `isPartial`. */
export function parcels(isPartial = false): { domain: Domain; problem: Problem } {
  const reader = readHddl(domainText, 'parcels.hddl');
  return {
    domain: reader.domain,
    problem: reader.problem(problemText(isPartial ? '' : '(< one two)'), 'two.hddl'),
  };
}

/** A plan of the total order, as the competitions write it. */
export const parcelsPlan = `Found a plan
==>
0 drive t b a
1 load p t a
2 drive t a b
3 drive t b c
4 unload p t c
root 10 11
10 deliver p c -> bring 12 1 13 4
12 go t a -> step 0 14
14 go t a -> stay
13 go t c -> step 2 15
15 go t c -> step 3 16
16 go t c -> stay
11 deliver q b -> leave-it
<==
`;
