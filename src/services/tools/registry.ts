// Tool registry: the tools of one engine by name. Plans are checked against it when they are admitted.
import { closest, distance } from 'fastest-levenshtein';
import { EngineError, type Problem } from '../../errors.js';
import { type EffectClass, ToolName } from '../../model/action.js';
import type { Tool } from './tool.js';

/** The tools of an engine. */
export interface ToolRegistry {
  /**
   * Adds a tool.
   *
   * @throws EngineError `INPUT_INVALID` when the name is not of the form `domain.tool`, is taken, or a part is missing.
   */
  register(tool: Tool): void;
  get(name: string): Tool | undefined;
  has(name: string): boolean;
  /** All tools, sorted by name. */
  list(): readonly Tool[];
  /**
   * How a call of a tool may be repeated: what the tool declares; `once` when it declares nothing, when there is
   * no such tool, or when its answer depends on an input that its schema does not take.
   */
  effectOf(name: string, input: unknown): EffectClass;
  /** The known name most like a mistyped one; nothing when none is alike. */
  nearest(name: string): string | undefined;
}

/** Makes a registry with the tools given. Throws as {@link ToolRegistry.register} does. */
export function createToolRegistry(tools: Iterable<Tool> = []): ToolRegistry {
  const byName = new Map<string, Tool>();
  const register = (tool: Tool): void => {
    const problems = problemsOf(tool, byName);
    if (problems.length > 0) {
      const reasons = problems.map((problem) => problem.message).join('; ');
      throw new EngineError('INPUT_INVALID', `Tool '${tool.name}' cannot be registered: ${reasons}.`, {
        problems,
      });
    }
    byName.set(tool.name, tool);
  };
  for (const tool of tools) register(tool);
  return {
    register,
    get: (name) => byName.get(name),
    has: (name) => byName.has(name),
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    effectOf: (name, input) => effectOf(byName.get(name), input),
    nearest: (name) => nearestOf(name, [...byName.keys()]),
  };
}

/** Defaults decide too, so a function is asked with the parsed input. */
function effectOf(tool: Tool | undefined, input: unknown): EffectClass {
  const declared = tool?.effect ?? 'once';
  if (typeof declared !== 'function') return declared;
  const parsed = tool?.input.safeParse(input);
  return parsed?.success === true ? declared(parsed.data) : 'once';
}

function problemsOf(tool: Tool, known: ReadonlyMap<string, Tool>): Problem[] {
  const problems: Problem[] = [];
  const at = (key: string): string => `tools.${tool.name}${key}`;
  if (!ToolName.safeParse(tool.name).success) {
    problems.push({
      path: at(''),
      message: `expected a name of the form domain.tool, such as 'mail.send', got '${tool.name}'`,
      hint: 'begin with a lower-case letter and put at least one dot between letters, digits, - and _',
    });
  }
  if (known.has(tool.name)) {
    problems.push({
      path: at(''),
      message: 'a tool of this name is already registered',
      hint: 'give it another name, or register only one of the two',
    });
  }
  // Hosts in plain JavaScript are not held by the types.
  for (const key of ['input', 'output'] as const) {
    if (typeof tool[key]?.safeParse !== 'function') {
      problems.push({
        path: at(`.${key}`),
        message: `expected a zod schema as ${key}, got ${typeof tool[key]}`,
      });
    }
  }
  if (typeof tool.run !== 'function') {
    problems.push({ path: at('.run'), message: `expected a function as run, got ${typeof tool.run}` });
  }
  return problems;
}

function nearestOf(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(name, known);
  return distance(name, candidate) <= Math.max(2, Math.floor(name.length * 0.4)) ? candidate : undefined;
}
