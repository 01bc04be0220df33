// Short forms of actions: `{ tool, input }`, `{ command, args }`, `{ wait }`, `{ request }`, `{ forEach, do }`.
// What has a `kind` is in the long form already.
import { ForEach, SystemCommand, ToolCall, Wait } from '../../../model/action.js';
import type { Json } from '../../../model/scalars.js';
import { didYouMean } from '../../nearest.js';
import { got } from '../schema-problem.js';
import {
  createExpander,
  expandDuration,
  expandInstant,
  isMap,
  mapExpander,
  report,
  within,
} from './expansion.js';
import type { Expander, JsonMap, Walk } from './expansion.js';

type ActionKind = 'tool_call' | 'system_cmd' | 'wait' | 'for_each';

const stepKeys = ['tool', 'command', 'request'] as const;
const actionKeys = [...stepKeys, 'wait', 'forEach'] as const;
/** Actions of the plan language that this version does not have, by short key and by kind. */
const laterKeys: ReadonlySet<string> = new Set(['prompt', 'if', 'repeat', 'plan', 'work']);
const laterKinds: ReadonlySet<string> = new Set([
  'llm_prompt',
  'api_call',
  'conditional',
  'loop',
  'sub_plan',
]);
const kinds: readonly ActionKind[] = ['tool_call', 'system_cmd', 'wait', 'for_each'];

const keep: Expander = (value) => value;
const none = new Map<never, never>();
const expandCallLong = createExpander(ToolCall, none);
const expandWaitLong = createExpander(
  Wait,
  new Map([[Wait.shape.for, (value, walk) => expandWaitFor(value, walk)]]),
);
const expandCommandLong = mapExpander(
  new Map<string, Expander>([
    ...Object.keys(SystemCommand.shape).map((key): [string, Expander] => [key, keep]),
    ['env', (value) => (isMap(value) ? mapValues(value, asString) : value)],
    ['expectExit', (value) => (typeof value === 'number' ? [value] : value)],
  ]),
);
const expandLoopLong = mapExpander(
  new Map<string, Expander>([
    ...Object.keys(ForEach.shape).map((key): [string, Expander] => [key, keep]),
    ['items', (value) => (typeof value === 'string' ? bareExpression(value) : value)],
    ['do', (value, walk) => expandStep(value, walk)],
  ]),
);

/** Expands a task's action. */
export const expandAction: Expander = (value, walk) => expandOf(value, walk, actionKeys, kinds);

/** Expands what may be done in a loop, as a probe, as a compensation or in a contingency. */
export const expandStep: Expander = (value, walk) =>
  expandOf(value, walk, stepKeys, ['tool_call', 'system_cmd']);

/** Removes the braces around an expression where one is expected anyway: `{{ tasks.a.output }}`. */
export function bareExpression(text: string): string {
  const inner = /^\s*\{\{((?:[^{}]|\{[^{}]*\})*)\}\}\s*$/.exec(text)?.[1];
  return inner === undefined ? text : inner.trim();
}

function expandOf(value: Json, walk: Walk, keys: readonly string[], allowed: readonly ActionKind[]): Json {
  const form = `an action with one of the keys ${keys.join(', ')}`;
  if (!isMap(value)) {
    report(walk, { message: `expected ${form}, ${got(value)}` });
    return placeholder();
  }
  if (typeof value['kind'] === 'string') return expandKind(value['kind'], value, walk, allowed);
  const given = Object.keys(value);
  const later = given.find((key) => laterKeys.has(key));
  if (later !== undefined) {
    report(
      walk,
      {
        at: 'key',
        message: `this version does not have the action '${later}' yet`,
        hint: `It has ${keys.join(', ')}.`,
      },
      later,
    );
    return placeholder();
  }
  const found = keys.filter((key) => Object.hasOwn(value, key));
  const [key] = found;
  if (key === undefined || found.length > 1) {
    reportChoice(value, found, keys, walk);
    return placeholder();
  }
  return expandShort(key, value, walk);
}

/** Stands where an action could not be understood, so that the rest can be checked; it is never run. */
const placeholder = (): Json => ({ kind: 'system_cmd', command: '{{ "" }}' });

function reportChoice(value: JsonMap, found: readonly string[], keys: readonly string[], walk: Walk): void {
  const form = `an action with one of the keys ${keys.join(', ')}`;
  const given = Object.keys(value);
  if (found.length > 1) {
    report(walk, { message: `expected ${form}, got ${found.join(' and ')}`, hint: 'Make two tasks of it.' });
    return;
  }
  const wanted = given.filter((key) => !['args', 'input', 'as', 'width', 'timeout'].includes(key));
  const [first] = wanted;
  const message = `expected ${form}, got ${given.length === 0 ? 'an empty map' : given.join(', ')}`;
  if (first === undefined) report(walk, { message });
  else {
    const isTasksOnly = (actionKeys as readonly string[]).includes(first);
    const hint = isTasksOnly ? 'Only a task itself can wait or loop.' : didYouMean(first, keys);
    report(walk, { message, hint, at: 'key' }, first);
  }
}

function expandKind(kind: string, value: JsonMap, walk: Walk, allowed: readonly ActionKind[]): Json {
  if (!(allowed as readonly string[]).includes(kind)) {
    const later = laterKinds.has(kind) ? `this version does not have the action '${kind}' yet` : undefined;
    const here = later ?? `expected one of ${allowed.join(', ')}, got '${kind}'`;
    report(walk, { message: here, hint: didYouMean(kind, allowed) }, 'kind');
    return placeholder();
  }
  if (kind === 'tool_call') return expandCallLong(value, walk);
  if (kind === 'system_cmd') return expandCommandLong(value, walk);
  return kind === 'wait' ? expandWaitLong(value, walk) : expandLoopLong(value, walk);
}

function expandShort(key: string, value: JsonMap, walk: Walk): Json {
  switch (key) {
    case 'tool':
      return { kind: 'tool_call', ...asMap(expandCallLong(value, walk)) };
    case 'command':
      return { kind: 'system_cmd', ...asMap(expandCommandLong(value, walk)) };
    case 'request':
      return expandRequest(value, walk);
    case 'wait':
      return expandWait(value, walk);
    default:
      return expandLoop(value, walk);
  }
}

function expandRequest(value: JsonMap, walk: Walk): Json {
  refuseOthers(value, ['request'], walk);
  const input = within(walk, 'request', 'input', () => {
    const request = value['request'] ?? null;
    if (!isMap(request)) {
      report(walk, { message: `expected { method, url, headers?, body?, expect? }, ${got(request)}` });
      return {};
    }
    const result: JsonMap = {};
    for (const [key, one] of Object.entries(request)) {
      const { name, value: given } = requestMember(key, one);
      result[name] = within(walk, key, name, () => given);
    }
    return result;
  });
  return { kind: 'tool_call', tool: 'http.request', input };
}

/** `expect: 200` is the tool's `expectStatus`; a body that is not text is sent as JSON. */
function requestMember(key: string, value: Json): { name: string; value: Json } {
  if (key === 'expect') return { name: 'expectStatus', value: typeof value === 'number' ? [value] : value };
  if (key === 'body' && typeof value !== 'string') return { name: 'json', value };
  return { name: key, value };
}

const waitKeys = ['wait', 'timeout', 'timeoutMs'] as const;

function expandWait(value: JsonMap, walk: Walk): Json {
  refuseOthers(value, waitKeys, walk);
  const given = value['wait'] ?? null;
  const inner = isMap(given) ? given : {};
  const waited = within(walk, 'wait', 'for', () =>
    expandWaitFor(isMap(given) ? without(given, 'timeout', 'timeoutMs') : given, walk),
  );
  for (const [holder, below] of [
    [value, []],
    [inner, ['wait']],
  ] as const) {
    for (const key of ['timeout', 'timeoutMs']) {
      const timeout = Object.hasOwn(holder, key) ? holder[key] : undefined;
      if (timeout === undefined) continue;
      walk.from.push(...below);
      const timeoutMs = within(walk, key, 'timeoutMs', () => expandDuration(timeout, walk));
      walk.from.length -= below.length;
      return { kind: 'wait', for: waited, timeoutMs };
    }
  }
  return { kind: 'wait', for: waited };
}

const waitForKeys = ['until', 'signal', 'approval', 'question', 'duration'] as const;
/** What is asked of people, and what can be said beside it. */
const askingKeys: Readonly<Record<string, readonly string[]>> = {
  approval: ['quorum', 'approvers'],
  question: ['choices', 'schema'],
};

function expandAsking(main: string, value: JsonMap, walk: Walk): Json {
  const known = [main, ...(askingKeys[main] ?? [])];
  refuseOthers(value, known, walk);
  return without(value, ...Object.keys(value).filter((key) => !known.includes(key)));
}

function expandWaitFor(value: Json, walk: Walk): Json {
  if (!isMap(value)) return { durationMs: expandDuration(value, walk) };
  const keys = Object.keys(value);
  const main = keys.find((one) => Object.hasOwn(askingKeys, one));
  if (main !== undefined) return expandAsking(main, value, walk);
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    report(walk, { message: `expected a duration or one of ${waitForKeys.join(', ')}, ${got(value)}` });
    return { durationMs: 0 };
  }
  const given = value[key] ?? null;
  if (key === 'duration' || key === 'durationMs') {
    return { durationMs: within(walk, key, 'durationMs', () => expandDuration(given, walk)) };
  }
  if (key === 'until') return { until: within(walk, key, key, () => expandInstant(given, walk)) };
  if (key === 'signal') return { signal: given };
  report(
    walk,
    { at: 'key', message: `the key '${key}' is not known here`, hint: didYouMean(key, waitForKeys) },
    key,
  );
  return { durationMs: 0 };
}

function expandLoop(value: JsonMap, walk: Walk): Json {
  const { forEach = null, ...rest } = value;
  if (Object.hasOwn(rest, 'items'))
    report(walk, { at: 'key', message: '`items` is written as `forEach` here' }, 'items');
  const items = within(walk, 'forEach', 'items', () =>
    typeof forEach === 'string' ? bareExpression(forEach) : forEach,
  );
  return { kind: 'for_each', ...asMap(expandLoopLong(without(rest, 'items'), walk)), items };
}

function refuseOthers(value: JsonMap, known: readonly string[], walk: Walk): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    report(
      walk,
      { at: 'key', message: `the key '${key}' is not known here`, hint: didYouMean(key, known) },
      key,
    );
  }
}

/** A map without some of its keys. */
function without(map: JsonMap, ...keys: readonly string[]): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** The expanders of maps give maps. */
function asMap(value: Json): JsonMap {
  return isMap(value) ? value : {};
}

function mapValues(map: JsonMap, change: (value: Json) => Json): JsonMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

/** The environment of a program is text: `PORT: 8080` means the text `8080`. */
const asString = (value: Json): Json =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
