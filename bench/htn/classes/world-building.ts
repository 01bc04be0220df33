// Building in a world of three dimensions: very many objects and static facts, little search; and the same with a
// player who has to walk.
import { type ProblemClass, problemText, upTo } from './problem-class.js';

const domainText = (name: string, hasPlayer: boolean): string => `(define (domain ${name})
  (:requirements :typing :hierarchy :negative-preconditions :method-preconditions)
  (:types int kind - object)
  (:predicates (next ?a ?b - int) (sum ?a ?b ?c - int) (zero ?a - int) (block ?k - kind ?x ?y ?z - int)
    (free ?x ?y ?z - int) (at ?x ?y ?z - int) (been ?x ?y ?z - int))
  (:task build-wall :parameters (?k - kind ?x ?y ?z ?width ?height ?depth - int))
  (:task build-row :parameters (?k - kind ?x ?y ?z ?length - int))
  (:task build-column :parameters (?k - kind ?x ?y ?z ?length - int))
  (:task set-block :parameters (?k - kind ?x ?y ?z - int))
  (:task go-to :parameters (?x ?y ?z - int))
  (:method wall-end :parameters (?k - kind ?x ?y ?z ?width ?height ?depth - int)
    :task (build-wall ?k ?x ?y ?z ?width ?height ?depth) :precondition (zero ?depth) :ordered-subtasks ())
  (:method wall-layer :parameters (?k - kind ?x ?y ?z ?width ?height ?depth ?less ?more ?far - int)
    :task (build-wall ?k ?x ?y ?z ?width ?height ?depth)
    :precondition (and (next ?less ?depth) (next ?z ?more) (sum ?y ?height ?far))
    :ordered-subtasks (and (build-row ?k ?x ?y ?z ?width) (build-column ?k ?x ?y ?z ?height)
      (build-row ?k ?x ?far ?z ?width) (build-wall ?k ?x ?y ?more ?width ?height ?less)))
  (:method row-end :parameters (?k - kind ?x ?y ?z ?length - int) :task (build-row ?k ?x ?y ?z ?length)
    :precondition (zero ?length) :ordered-subtasks ())
  (:method row-next :parameters (?k - kind ?x ?y ?z ?length ?less ?more - int) :task (build-row ?k ?x ?y ?z ?length)
    :precondition (and (next ?less ?length) (next ?x ?more))
    :ordered-subtasks (and (set-block ?k ?x ?y ?z) (build-row ?k ?more ?y ?z ?less)))
  (:method column-end :parameters (?k - kind ?x ?y ?z ?length - int) :task (build-column ?k ?x ?y ?z ?length)
    :precondition (zero ?length) :ordered-subtasks ())
  (:method column-next :parameters (?k - kind ?x ?y ?z ?length ?less ?more - int)
    :task (build-column ?k ?x ?y ?z ?length) :precondition (and (next ?less ?length) (next ?y ?more))
    :ordered-subtasks (and (set-block ?k ?x ?y ?z) (build-column ?k ?x ?more ?z ?less)))
  (:method set-done :parameters (?k - kind ?x ?y ?z - int) :task (set-block ?k ?x ?y ?z)
    :precondition (block ?k ?x ?y ?z) :ordered-subtasks ())
  (:method set-free :parameters (?k - kind ?x ?y ?z - int) :task (set-block ?k ?x ?y ?z)
    :precondition (free ?x ?y ?z)
    :ordered-subtasks (and ${hasPlayer ? '(go-to ?x ?y ?z) ' : ''}(place ?k ?x ?y ?z)))
  (:method set-other :parameters (?k ?old - kind ?x ?y ?z - int) :task (set-block ?k ?x ?y ?z)
    :precondition (and (block ?old ?x ?y ?z) (not (= ?old ?k)))
    :ordered-subtasks (and ${hasPlayer ? '(go-to ?x ?y ?z) ' : ''}(break ?old ?x ?y ?z) (place ?k ?x ?y ?z)))
  (:method there :parameters (?x ?y ?z - int) :task (go-to ?x ?y ?z) :precondition (at ?x ?y ?z) :ordered-subtasks ())
${['x', 'y', 'z'].flatMap((axis) => ['up', 'down'].map((way) => walkText(axis, way === 'up'))).join('\n')}
  (:action walk :parameters (?x ?y ?z ?u ?v ?w - int) :precondition (at ?x ?y ?z)
    :effect (and (not (at ?x ?y ?z)) (at ?u ?v ?w) (been ?x ?y ?z)))
  (:action forget :parameters (?x ?y ?z - int) :precondition () :effect (not (been ?x ?y ?z)))
  (:action place :parameters (?k - kind ?x ?y ?z - int) :precondition (free ?x ?y ?z)
    :effect (and (not (free ?x ?y ?z)) (block ?k ?x ?y ?z)))
  (:action break :parameters (?k - kind ?x ?y ?z - int) :precondition (block ?k ?x ?y ?z)
    :effect (and (free ?x ?y ?z) (not (block ?k ?x ?y ?z))))
)
`;

function walkText(axis: string, isUp: boolean): string {
  const from = ['?a', '?b', '?c'];
  const to = ['x', 'y', 'z'].map((each, index) => (each === axis ? '?m' : from[index]!));
  const moving = from[['x', 'y', 'z'].indexOf(axis)]!;
  return `  (:method walk-${axis}-${isUp ? 'up' : 'down'} :parameters (?x ?y ?z ?a ?b ?c ?m - int) :task (go-to ?x ?y ?z)
    :precondition (and (at ?a ?b ?c) (not (at ?x ?y ?z)) (next ${isUp ? `${moving} ?m` : `?m ${moving}`})
      (not (been ${to.join(' ')})))
    :ordered-subtasks (and (walk ?a ?b ?c ${to.join(' ')}) (go-to ?x ?y ?z) (forget ?a ?b ?c)))`;
}

function worldProblem(name: string, size: number, chance: () => number, hasPlayer: boolean): string {
  const ints = Array.from({ length: size + 1 }, (_, value) => `${value}n`);
  const kinds = ['air', 'stone', 'wood', 'glass'].slice(1);
  const facts = ['zero 0n'];
  const height = Math.max(3, Math.ceil(size / 4));
  for (let value = 1; value <= size; value += 1) facts.push(`next ${value - 1}n ${value}n`);
  for (let one = 0; one <= size; one += 1) {
    for (let other = 0; one + other <= size; other += 1) facts.push(`sum ${one}n ${other}n ${one + other}n`);
  }
  for (let x = 0; x <= size; x += 1) {
    for (let y = 0; y <= height; y += 1) {
      for (let z = 0; z <= size; z += 1) {
        const isTaken = upTo(chance, 12) === 0;
        facts.push(isTaken ? `block ${kinds[upTo(chance, 3)]!} ${x}n ${y}n ${z}n` : `free ${x}n ${y}n ${z}n`);
      }
    }
  }
  const reach = Math.max(1, Math.floor(size / 3));
  const low = Math.max(1, Math.min(height - 1, reach));
  if (hasPlayer) facts.push('at 0n 0n 0n');
  return problemText({
    domain: name,
    objects: { int: ints, kind: kinds },
    facts,
    tasks: [
      `build-wall stone 1n 0n 1n ${reach}n ${low}n ${reach}n`,
      `build-row wood 2n ${low}n 2n ${reach}n`,
      `build-wall glass ${reach}n 0n ${reach}n ${reach}n ${low}n 2n`,
    ],
  });
}

export const worldBuilding: ProblemClass = {
  name: 'world-building',
  order: 'total-order',
  sizes: [5, 10, 20, 40, 60],
  domain: domainText('world-building', false),
  problem: (size, chance) => worldProblem('world-building', size, chance, false),
};

export const worldWalking: ProblemClass = {
  name: 'world-walking',
  order: 'total-order',
  sizes: [3, 5, 8, 12, 20, 40],
  domain: domainText('world-walking', true),
  problem: (size, chance) => worldProblem('world-walking', size, chance, true),
};
