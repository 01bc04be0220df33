// Mixing drinks with few containers: goals achieved by methods undo each other, and what is clean, empty or held
// decides about all that follows. In a sequence, and with the steps of each drink in partial order.
import { named, pick, type ProblemClass, problemText, upTo } from './problem-class.js';

const domainText = (name: string, isPartial: boolean): string => {
  const network = isPartial ? ':subtasks' : ':ordered-subtasks';
  const some = (parts: string[], order: string): string =>
    isPartial
      ? `${network} (and ${parts.map((part, at) => `(s${at} ${part})`).join(' ')}) :ordering (and ${order})`
      : `${network} (and ${parts.join(' ')})`;
  return `(define (domain ${name})
  (:requirements :typing :hierarchy :negative-preconditions :method-preconditions)
  (:types hand level beverage dispenser container - object ingredient cocktail - beverage
    shot shaker - container)
  (:predicates (ontable ?c - container) (holding ?h - hand ?c - container) (handempty ?h - hand)
    (empty ?c - container) (contains ?c - container ?b - beverage) (clean ?c - container)
    (used ?c - container ?b - beverage) (dispenses ?d - dispenser ?i - ingredient)
    (shaker-level ?s - shaker ?l - level) (next ?l1 ?l2 - level) (empty-level ?s - shaker ?l - level)
    (unshaked ?s - shaker) (shaked ?s - shaker) (part1 ?c - cocktail ?i - ingredient) (part2 ?c - cocktail ?i - ingredient))
  (:task achieve-contains :parameters (?s - shot ?b - beverage))
  (:task achieve-holding :parameters (?h - hand ?c - container))
  (:task achieve-clean-shot :parameters (?s - shot ?h ?o - hand))
  (:task achieve-empty-hand :parameters (?h - hand))
  (:task achieve-clean-shaker :parameters (?s - shaker ?h ?o - hand))
  (:task achieve-in-shaker :parameters (?s - shaker ?i - ingredient ?g - shot))
  (:task achieve-shaked :parameters (?s - shaker ?c - cocktail))
  (:method contains-already :parameters (?s - shot ?b - beverage) :task (achieve-contains ?s ?b)
    :precondition (contains ?s ?b) :ordered-subtasks ())
  (:method contains-ingredient :parameters (?s - shot ?i - ingredient ?d - dispenser ?h ?o - hand)
    :task (achieve-contains ?s ?i) :precondition (and (dispenses ?d ?i) (not (= ?h ?o)))
    ${some(['(achieve-clean-shot ?s ?h ?o)', '(achieve-holding ?h ?s)', '(achieve-empty-hand ?o)', '(fill-shot ?s ?i ?h ?o ?d)'], '(< s0 s1) (< s1 s3) (< s2 s3)')})
  (:method contains-cocktail :parameters (?s ?g - shot ?c - cocktail ?k - shaker ?i1 ?i2 - ingredient ?h ?o - hand ?l1 ?l2 - level)
    :task (achieve-contains ?s ?c)
    :precondition (and (part1 ?c ?i1) (part2 ?c ?i2) (not (= ?h ?o)) (next ?l1 ?l2))
    ${some(['(achieve-clean-shaker ?k ?h ?o)', '(achieve-in-shaker ?k ?i1 ?g)', '(achieve-in-shaker ?k ?i2 ?g)', '(achieve-clean-shot ?s ?h ?o)', '(achieve-shaked ?k ?c)', '(achieve-holding ?h ?k)', '(pour-shaker ?c ?s ?h ?k ?l2 ?l1)'], '(< s0 s1) (< s0 s2) (< s1 s4) (< s2 s4) (< s4 s5) (< s3 s6) (< s5 s6)')})
  (:method holding-already :parameters (?h - hand ?c - container) :task (achieve-holding ?h ?c)
    :precondition (holding ?h ?c) :ordered-subtasks ())
  (:method holding-grasp :parameters (?h - hand ?c - container) :task (achieve-holding ?h ?c)
    :precondition (ontable ?c) :ordered-subtasks (and (achieve-empty-hand ?h) (grasp ?h ?c)))
  (:method holding-other :parameters (?h ?o - hand ?c - container) :task (achieve-holding ?h ?c)
    :precondition (and (holding ?o ?c) (not (= ?o ?h)))
    :ordered-subtasks (and (leave ?o ?c) (achieve-empty-hand ?h) (grasp ?h ?c)))
  (:method hand-empty-already :parameters (?h - hand) :task (achieve-empty-hand ?h)
    :precondition (handempty ?h) :ordered-subtasks ())
  (:method hand-empty-leave :parameters (?h - hand ?c - container) :task (achieve-empty-hand ?h)
    :precondition (holding ?h ?c) :ordered-subtasks (and (leave ?h ?c)))
  (:method clean-already :parameters (?s - shot ?h ?o - hand) :task (achieve-clean-shot ?s ?h ?o)
    :precondition (and (clean ?s) (empty ?s)) :ordered-subtasks ())
  (:method clean-empty :parameters (?s - shot ?b - beverage ?h ?o - hand) :task (achieve-clean-shot ?s ?h ?o)
    :precondition (and (used ?s ?b) (empty ?s))
    :ordered-subtasks (and (achieve-holding ?h ?s) (achieve-empty-hand ?o) (clean-shot ?s ?b ?h ?o)))
  (:method clean-full :parameters (?s - shot ?b - beverage ?h ?o - hand) :task (achieve-clean-shot ?s ?h ?o)
    :precondition (contains ?s ?b)
    :ordered-subtasks (and (achieve-holding ?h ?s) (empty-shot ?h ?s ?b) (achieve-empty-hand ?o) (clean-shot ?s ?b ?h ?o)))
  (:method shaker-already :parameters (?s - shaker ?h ?o - hand) :task (achieve-clean-shaker ?s ?h ?o)
    :precondition (and (clean ?s) (empty ?s)) :ordered-subtasks ())
  (:method shaker-empty :parameters (?s - shaker ?h ?o - hand) :task (achieve-clean-shaker ?s ?h ?o)
    :precondition (empty ?s)
    :ordered-subtasks (and (achieve-holding ?h ?s) (achieve-empty-hand ?o) (clean-shaker ?h ?o ?s)))
  (:method shaker-full :parameters (?s - shaker ?c - cocktail ?h ?o - hand ?l1 ?l2 - level)
    :task (achieve-clean-shaker ?s ?h ?o)
    :precondition (and (contains ?s ?c) (shaked ?s) (shaker-level ?s ?l1) (empty-level ?s ?l2))
    :ordered-subtasks (and (achieve-holding ?h ?s) (empty-shaker ?h ?s ?c ?l1 ?l2) (achieve-empty-hand ?o) (clean-shaker ?h ?o ?s)))
  (:method in-shaker-already :parameters (?s - shaker ?i - ingredient ?g - shot) :task (achieve-in-shaker ?s ?i ?g)
    :precondition (contains ?s ?i) :ordered-subtasks ())
  (:method in-shaker-pour :parameters (?s - shaker ?i - ingredient ?g - shot ?h - hand ?l1 ?l2 - level)
    :task (achieve-in-shaker ?s ?i ?g) :precondition (next ?l1 ?l2)
    :ordered-subtasks (and (achieve-contains ?g ?i) (achieve-holding ?h ?g) (pour-shot ?g ?i ?h ?s ?l1 ?l2)))
  (:method shaked-it :parameters (?s - shaker ?c - cocktail ?i1 ?i2 - ingredient ?h ?o - hand)
    :task (achieve-shaked ?s ?c) :precondition (and (part1 ?c ?i1) (part2 ?c ?i2) (not (= ?h ?o)))
    :ordered-subtasks (and (achieve-holding ?h ?s) (achieve-empty-hand ?o) (shake ?c ?i1 ?i2 ?s ?h ?o)))
  (:action grasp :parameters (?h - hand ?c - container) :precondition (and (ontable ?c) (handempty ?h))
    :effect (and (not (ontable ?c)) (not (handempty ?h)) (holding ?h ?c)))
  (:action leave :parameters (?h - hand ?c - container) :precondition (holding ?h ?c)
    :effect (and (not (holding ?h ?c)) (handempty ?h) (ontable ?c)))
  (:action fill-shot :parameters (?s - shot ?i - ingredient ?h ?o - hand ?d - dispenser)
    :precondition (and (holding ?h ?s) (handempty ?o) (dispenses ?d ?i) (empty ?s) (clean ?s))
    :effect (and (not (empty ?s)) (contains ?s ?i) (not (clean ?s)) (used ?s ?i)))
  (:action empty-shot :parameters (?h - hand ?s - shot ?b - beverage)
    :precondition (and (holding ?h ?s) (contains ?s ?b)) :effect (and (not (contains ?s ?b)) (empty ?s)))
  (:action clean-shot :parameters (?s - shot ?b - beverage ?h ?o - hand)
    :precondition (and (holding ?h ?s) (handempty ?o) (empty ?s) (used ?s ?b)) :effect (and (not (used ?s ?b)) (clean ?s)))
  (:action pour-shot :parameters (?s - shot ?i - ingredient ?h - hand ?k - shaker ?l1 ?l2 - level)
    :precondition (and (holding ?h ?s) (contains ?s ?i) (shaker-level ?k ?l1) (next ?l1 ?l2))
    :effect (and (not (contains ?s ?i)) (empty ?s) (contains ?k ?i) (not (empty ?k)) (not (clean ?k)) (unshaked ?k)
      (not (shaker-level ?k ?l1)) (shaker-level ?k ?l2)))
  (:action empty-shaker :parameters (?h - hand ?s - shaker ?c - cocktail ?l1 ?l2 - level)
    :precondition (and (holding ?h ?s) (contains ?s ?c) (shaked ?s) (shaker-level ?s ?l1) (empty-level ?s ?l2))
    :effect (and (not (shaked ?s)) (not (shaker-level ?s ?l1)) (shaker-level ?s ?l2) (not (contains ?s ?c)) (empty ?s)))
  (:action clean-shaker :parameters (?h ?o - hand ?s - shaker)
    :precondition (and (holding ?h ?s) (handempty ?o) (empty ?s)) :effect (clean ?s))
  (:action shake :parameters (?c - cocktail ?i1 ?i2 - ingredient ?s - shaker ?h ?o - hand)
    :precondition (and (holding ?h ?s) (handempty ?o) (contains ?s ?i1) (contains ?s ?i2) (part1 ?c ?i1) (part2 ?c ?i2) (unshaked ?s))
    :effect (and (not (unshaked ?s)) (not (contains ?s ?i1)) (not (contains ?s ?i2)) (shaked ?s) (contains ?s ?c)))
  (:action pour-shaker :parameters (?b - cocktail ?s - shot ?h - hand ?k - shaker ?l1 ?l2 - level)
    :precondition (and (holding ?h ?k) (shaked ?k) (empty ?s) (clean ?s) (contains ?k ?b) (shaker-level ?k ?l1) (next ?l2 ?l1))
    :effect (and (not (clean ?s)) (not (empty ?s)) (contains ?s ?b) (used ?s ?b) (not (shaker-level ?k ?l1)) (shaker-level ?k ?l2)))
)
`;
};

function barProblem(name: string, size: number, chance: () => number, isPartial: boolean): string {
  const ingredients = named('ingredient', 3 + Math.floor(size / 10));
  const cocktails = named('cocktail', size);
  const shots = named('shot', size + 1);
  const facts = ['ontable shaker1', 'clean shaker1', 'empty shaker1', 'handempty left', 'handempty right'];
  facts.push('shaker-level shaker1 l0', 'empty-level shaker1 l0', 'next l0 l1', 'next l1 l2');
  for (const shot of shots) facts.push(`ontable ${shot}`, `clean ${shot}`, `empty ${shot}`);
  ingredients.forEach((each, at) => facts.push(`dispenses dispenser${at + 1} ${each}`));
  for (const cocktail of cocktails) {
    const one = pick(chance, ingredients);
    const other = pick(
      chance,
      ingredients.filter((each) => each !== one),
    );
    facts.push(`part1 ${cocktail} ${one}`, `part2 ${cocktail} ${other}`);
  }
  const wanted = cocktails.map((cocktail, at) =>
    upTo(chance, 4) === 0 ? pick(chance, ingredients) : cocktails[at]!,
  );
  return problemText({
    domain: name,
    objects: {
      hand: ['left', 'right'],
      level: ['l0', 'l1', 'l2'],
      ingredient: ingredients,
      cocktail: cocktails,
      shot: shots,
      shaker: ['shaker1'],
      dispenser: named('dispenser', ingredients.length),
    },
    facts,
    isPartial,
    tasks: wanted.map((beverage, at) => `achieve-contains ${shots[at]!} ${beverage}`),
    goal: wanted.map((beverage, at) => `contains ${shots[at]!} ${beverage}`),
  });
}

export const barTending: ProblemClass = {
  name: 'bar-tending',
  order: 'total-order',
  sizes: [2, 4, 8, 12, 20],
  domain: domainText('bar-tending', false),
  problem: (size, chance) => barProblem('bar-tending', size, chance, false),
};

export const barTendingPartly: ProblemClass = {
  name: 'bar-tending-partly',
  order: 'partial-order',
  sizes: [1, 2, 3, 5, 8],
  domain: domainText('bar-tending-partly', true),
  problem: (size, chance) => barProblem('bar-tending-partly', size, chance, true),
};
