// Methods and axioms of a domain document.
import type { Json } from '../../../../model/scalars.js';
import { got } from '../../schema-problem.js';
import { readCall } from './condition-text.js';
import { checkName, readFormula, readParameters } from './document-declarations.js';
import { readNetwork } from './document-network.js';
import type { DocumentReader } from './document-reader.js';
import type { Axiom, Method, Signature } from '../domain.js';
import type { TypedName } from '../formula.js';

const methodKeys = [
  'description',
  'for',
  'achieves',
  'parameters',
  'preconditions',
  'subtasks',
  'order',
  'constraints',
];

/** What a method is read with. */
export interface MethodReading {
  readonly reader: DocumentReader;
  readonly tasks: readonly Signature[];
  readonly predicates: readonly Signature[];
}

/** Reads one method. */
export function readMethod(name: string, value: Json, { reader, tasks, predicates }: MethodReading): Method {
  const path = ['methods', name];
  checkName(name, path, reader);
  const map = reader.map(value, path, 'a map');
  reader.keys(map, methodKeys, path);
  const isGoal = map['achieves'] !== undefined;
  if (isGoal === (map['for'] !== undefined)) {
    const message = `expected 'for' with a task, or 'achieves' with a fact, got ${isGoal ? 'both' : 'neither'}`;
    reader.report(path, message, { at: 'key' });
  }
  const key = isGoal ? 'achieves' : 'for';
  const call = map[key] === undefined ? undefined : reader.text(map[key], [...path, key], 'a task', readCall);
  const target = {
    kind: isGoal ? ('goal' as const) : ('task' as const),
    name: call?.name ?? '',
    terms: call?.terms ?? [],
  };
  const declared = readParameters(map['parameters'], [...path, 'parameters'], reader);
  const signature = (isGoal ? predicates : tasks).find((one) => one.name === target.name);
  const { description } = map;
  return {
    name,
    target: { ...target, position: reader.place([...path, key]) },
    parameters: [...fromTarget(target.terms, signature, declared), ...declared],
    precondition: readFormula(map['preconditions'], [...path, 'preconditions'], reader),
    ...readNetwork(map, 'subtasks', path, reader),
    ...(typeof description === 'string' ? { description } : {}),
    position: reader.place(path, 'key'),
  };
}

/** Variables of a target that are not declared are of the types that the task or predicate asks for. */
function fromTarget(
  terms: readonly string[],
  signature: Signature | undefined,
  declared: readonly TypedName[],
): TypedName[] {
  const known = new Set(declared.map(({ name }) => name));
  const own: TypedName[] = [];
  terms.forEach((term, at) => {
    if (!term.startsWith('?') || known.has(term)) return;
    known.add(term);
    own.push({ name: term, types: signature?.parameters[at]?.types ?? [] });
  });
  return own;
}

/** `axioms: [{ fact: reachable(?a, ?b), if: road(?a, ?b) }]` */
export function readAxioms(
  value: Json | undefined,
  predicates: readonly Signature[],
  reader: DocumentReader,
): Axiom[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    reader.report(['axioms'], `expected a list of axioms, ${got(value)}`);
    return [];
  }
  return value.flatMap((one, at): Axiom[] => {
    const path = ['axioms', at];
    const map = reader.map(one, path, 'a map with fact and if');
    reader.keys(map, ['fact', 'if', 'parameters'], path);
    const call = reader.text(map['fact'], [...path, 'fact'], 'a fact', readCall);
    if (call === undefined) return [];
    const declared = readParameters(map['parameters'], [...path, 'parameters'], reader);
    const signature = predicates.find(({ name }) => name === call.name);
    const types = new Map(
      [...fromTarget(call.terms, signature, declared), ...declared].map((each) => [each.name, each]),
    );
    if (new Set(call.terms).size < call.terms.length || call.terms.some((term) => !term.startsWith('?')))
      reader.report([...path, 'fact'], 'expected different variables as terms of the fact', {
        hint: 'Say in `if` what is equal: ?x = home.',
      });
    return [
      {
        predicate: call.name,
        parameters: call.terms.map((term) => types.get(term) ?? { name: term, types: [] }),
        condition: readFormula(map['if'], [...path, 'if'], reader),
        position: reader.place(path),
      },
    ];
  });
}
