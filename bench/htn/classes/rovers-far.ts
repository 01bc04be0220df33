// Rovers on a map of many waypoints: ways are found by recursion with marks of where they were, so that a wrong turn
// shows late.
import { named, pick, type ProblemClass, problemText, upTo } from './problem-class.js';

const domain = `(define (domain rovers-far)
  (:requirements :negative-preconditions :hierarchy :typing :method-preconditions)
  (:types rover waypoint objective camera mode lander store)
  (:predicates (at ?x - rover ?y - waypoint) (at_lander ?x - lander ?y - waypoint)
    (can_traverse ?r - rover ?x ?y - waypoint) (equipped_soil ?r - rover) (equipped_imaging ?r - rover)
    (empty ?s - store) (full ?s - store) (have_soil ?r - rover ?w - waypoint) (have_image ?r - rover ?o - objective)
    (calibrated ?c - camera ?r - rover) (on_board ?i - camera ?r - rover) (visible ?w ?p - waypoint)
    (at_soil ?w - waypoint) (told_soil ?w - waypoint) (told_image ?o - objective) (visible_from ?o - objective ?w - waypoint)
    (target ?i - camera ?o - objective) (store_of ?s - store ?r - rover) (visited ?w - waypoint))
  (:task do_navigate1 :parameters (?x - rover ?to - waypoint))
  (:task do_navigate2 :parameters (?x - rover ?from ?to - waypoint))
  (:task empty_store :parameters (?s - store ?x - rover))
  (:task get_soil :parameters (?w - waypoint))
  (:task send_soil :parameters (?x - rover ?w - waypoint))
  (:task get_image :parameters (?o - objective))
  (:task send_image :parameters (?x - rover ?o - objective))
  (:task do_calibrate :parameters (?x - rover ?c - camera))
  (:method go :parameters (?x - rover ?from ?to - waypoint) :task (do_navigate1 ?x ?to)
    :precondition (and (at ?x ?from) (not (at ?x ?to)))
    :ordered-subtasks (and (t1 (visit ?from)) (t2 (do_navigate2 ?x ?from ?to)) (t3 (unvisit ?from))))
  (:method stay :parameters (?x - rover ?to - waypoint) :task (do_navigate1 ?x ?to) :precondition (at ?x ?to)
    :ordered-subtasks ())
  (:method straight :parameters (?x - rover ?from ?to - waypoint) :task (do_navigate2 ?x ?from ?to)
    :precondition (can_traverse ?x ?from ?to) :ordered-subtasks (and (t1 (navigate ?x ?from ?to))))
  (:method around :parameters (?x - rover ?from ?mid ?to - waypoint) :task (do_navigate2 ?x ?from ?to)
    :precondition (and (can_traverse ?x ?from ?mid) (not (visited ?mid)) (not (can_traverse ?x ?from ?to)))
    :ordered-subtasks (and (t1 (navigate ?x ?from ?mid)) (t2 (visit ?mid)) (t3 (do_navigate2 ?x ?mid ?to)) (t4 (unvisit ?mid))))
  (:method is_empty :parameters (?s - store ?x - rover) :task (empty_store ?s ?x) :precondition (empty ?s) :ordered-subtasks ())
  (:method drop_it :parameters (?s - store ?x - rover) :task (empty_store ?s ?x) :precondition (not (empty ?s))
    :ordered-subtasks (and (t1 (drop ?x ?s))))
  (:method soil :parameters (?x - rover ?s - store ?w - waypoint) :task (get_soil ?w)
    :precondition (and (equipped_soil ?x) (store_of ?s ?x))
    :ordered-subtasks (and (t1 (do_navigate1 ?x ?w)) (t2 (empty_store ?s ?x)) (t3 (sample_soil ?x ?s ?w)) (t4 (send_soil ?x ?w))))
  (:method tell_soil :parameters (?x - rover ?l - lander ?w ?here ?there - waypoint) :task (send_soil ?x ?w)
    :precondition (and (at_lander ?l ?there) (visible ?here ?there))
    :ordered-subtasks (and (t1 (do_navigate1 ?x ?here)) (t2 (communicate_soil ?x ?l ?w ?here ?there))))
  (:method image :parameters (?x - rover ?c - camera ?w - waypoint ?o - objective) :task (get_image ?o)
    :precondition (and (equipped_imaging ?x) (on_board ?c ?x) (visible_from ?o ?w))
    :ordered-subtasks (and (t1 (do_calibrate ?x ?c)) (t2 (do_navigate1 ?x ?w)) (t3 (take_image ?x ?w ?o ?c)) (t4 (send_image ?x ?o))))
  (:method tell_image :parameters (?x - rover ?l - lander ?o - objective ?here ?there - waypoint) :task (send_image ?x ?o)
    :precondition (and (at_lander ?l ?there) (visible ?here ?there))
    :ordered-subtasks (and (t1 (do_navigate1 ?x ?here)) (t2 (communicate_image ?x ?l ?o ?here ?there))))
  (:method calibrate_there :parameters (?x - rover ?c - camera ?o - objective ?w - waypoint) :task (do_calibrate ?x ?c)
    :precondition (and (target ?c ?o) (visible_from ?o ?w))
    :ordered-subtasks (and (t1 (do_navigate1 ?x ?w)) (t2 (calibrate ?x ?c ?o ?w))))
  (:action navigate :parameters (?x - rover ?y ?z - waypoint)
    :precondition (and (can_traverse ?x ?y ?z) (at ?x ?y) (visible ?y ?z)) :effect (and (not (at ?x ?y)) (at ?x ?z)))
  (:action sample_soil :parameters (?x - rover ?s - store ?p - waypoint)
    :precondition (and (at ?x ?p) (at_soil ?p) (equipped_soil ?x) (store_of ?s ?x) (empty ?s))
    :effect (and (not (empty ?s)) (full ?s) (have_soil ?x ?p) (not (at_soil ?p))))
  (:action drop :parameters (?x - rover ?y - store) :precondition (and (store_of ?y ?x) (full ?y))
    :effect (and (not (full ?y)) (empty ?y)))
  (:action calibrate :parameters (?r - rover ?i - camera ?t - objective ?w - waypoint)
    :precondition (and (equipped_imaging ?r) (target ?i ?t) (at ?r ?w) (visible_from ?t ?w) (on_board ?i ?r))
    :effect (calibrated ?i ?r))
  (:action take_image :parameters (?r - rover ?p - waypoint ?o - objective ?i - camera)
    :precondition (and (calibrated ?i ?r) (on_board ?i ?r) (visible_from ?o ?p) (at ?r ?p))
    :effect (and (have_image ?r ?o) (not (calibrated ?i ?r))))
  (:action communicate_soil :parameters (?r - rover ?l - lander ?p ?x ?y - waypoint)
    :precondition (and (at ?r ?x) (at_lander ?l ?y) (have_soil ?r ?p) (visible ?x ?y)) :effect (told_soil ?p))
  (:action communicate_image :parameters (?r - rover ?l - lander ?o - objective ?x ?y - waypoint)
    :precondition (and (at ?r ?x) (at_lander ?l ?y) (have_image ?r ?o) (visible ?x ?y)) :effect (told_image ?o))
  (:action visit :parameters (?w - waypoint) :precondition () :effect (visited ?w))
  (:action unvisit :parameters (?w - waypoint) :precondition () :effect (not (visited ?w)))
)
`;

export const roversFar: ProblemClass = {
  name: 'rovers-far',
  order: 'total-order',
  sizes: [5, 15, 30, 60, 100],
  domain,
  problem(size, chance) {
    const points = named('waypoint', size);
    const rovers = named('rover', Math.max(1, Math.ceil(size / 8)));
    const objectives = named('objective', Math.max(1, Math.ceil(size / 6)));
    const facts: string[] = [`at_lander general ${points[0]!}`];
    const edges: [string, string][] = points
      .slice(1)
      .map((point, at) => [point, points[upTo(chance, at + 1)]!]);
    for (let extra = 0; extra < size; extra += 1) edges.push([pick(chance, points), pick(chance, points)]);
    const both = edges
      .filter(([one, other]) => one !== other)
      .flatMap(([one, other]) => [
        [one, other],
        [other, one],
      ]);
    const known = [...new Set(both.map((pair) => pair.join(' ')))];
    for (const edge of known) facts.push(`visible ${edge}`);
    rovers.forEach((rover, at) => {
      facts.push(
        `at ${rover} ${pick(chance, points)}`,
        `equipped_soil ${rover}`,
        `equipped_imaging ${rover}`,
      );
      facts.push(
        `store_of store${at + 1} ${rover}`,
        `empty store${at + 1}`,
        `on_board camera${at + 1} ${rover}`,
      );
      facts.push(`target camera${at + 1} ${pick(chance, objectives)}`);
      // A tree of ways that each rover knows, and some more.
      known.forEach((edge, index) => {
        if (index < 2 * (size - 1) || upTo(chance, 2) === 0) facts.push(`can_traverse ${rover} ${edge}`);
      });
    });
    for (const objective of objectives) {
      for (let view = 0; view < 3; view += 1) facts.push(`visible_from ${objective} ${pick(chance, points)}`);
    }
    const soil = points.filter(() => upTo(chance, 3) === 0);
    for (const point of soil) facts.push(`at_soil ${point}`);
    return problemText({
      domain: 'rovers-far',
      objects: {
        rover: rovers,
        waypoint: points,
        objective: objectives,
        camera: named('camera', rovers.length),
        lander: ['general'],
        store: named('store', rovers.length),
      },
      facts: [...new Set(facts)],
      tasks: [...soil.map((point) => `get_soil ${point}`), ...objectives.map((each) => `get_image ${each}`)],
    });
  },
};
