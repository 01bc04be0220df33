// Operators of a domain document: what they need, what they change, what they cost, and the tool they are bound to.
import type { Json } from '../../../../model/scalars.js';
import { parseDuration } from '../../document/durations.js';
import { got } from '../../schema-problem.js';
import { readQuantity } from './condition-text.js';
import { checkName, readFormula, readParameters, readPostconditions } from './document-declarations.js';
import type { DocumentReader, JsonMap } from './document-reader.js';
import type { Operator, ToolBinding } from '../domain.js';
import type { Quantity } from '../formula.js';

const operatorKeys = [
  'description',
  'parameters',
  'preconditions',
  'postconditions',
  'cost',
  'duration',
  'tool',
  'input',
  'task',
];
/** Reads one operator. */
export function readOperator(name: string, value: Json, reader: DocumentReader): Operator {
  const path = ['operators', name];
  checkName(name, path, reader);
  const map = reader.map(value, path, 'a map');
  reader.keys(map, operatorKeys, path);
  const { description } = map;
  const cost = readAmount(map['cost'], [...path, 'cost'], reader);
  const durationMs = readDuration(map['duration'], [...path, 'duration'], reader);
  const tool = readTool(map, path, reader);
  return {
    name,
    parameters: readParameters(map['parameters'], [...path, 'parameters'], reader),
    precondition: readFormula(map['preconditions'], [...path, 'preconditions'], reader),
    postcondition: readPostconditions(map['postconditions'], [...path, 'postconditions'], reader),
    ...(cost === undefined ? {} : { cost }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(tool === undefined ? {} : { tool }),
    ...(typeof description === 'string' ? { description } : {}),
    position: reader.place(path, 'key'),
  };
}

function readAmount(
  value: Json | undefined,
  path: readonly string[],
  reader: DocumentReader,
): Quantity | undefined {
  if (value === undefined) return undefined;
  return reader.text(value, path, 'a quantity', readQuantity);
}

function readDuration(
  value: Json | undefined,
  path: readonly string[],
  reader: DocumentReader,
): Quantity | undefined {
  if (value === undefined) return undefined;
  const fixed = parseDuration(value);
  return fixed === undefined ? readAmount(value, path, reader) : { kind: 'number', value: fixed };
}

function readTool(map: JsonMap, path: readonly string[], reader: DocumentReader): ToolBinding | undefined {
  const { tool, input, task } = map;
  if (tool === undefined) {
    for (const key of ['input', 'task'])
      if (map[key] !== undefined)
        reader.report([...path, key], `'${key}' is for a tool, but there is none`, {
          at: 'key',
          hint: 'Add `tool:`.',
        });
    return undefined;
  }
  if (typeof tool !== 'string') {
    reader.report([...path, 'tool'], `expected the name of a tool, ${got(tool)}`);
    return undefined;
  }
  return {
    tool,
    ...(input === undefined ? {} : { input }),
    ...(task === undefined ? {} : { task: reader.map(task, [...path, 'task'], 'a map of fields of a task') }),
  };
}
