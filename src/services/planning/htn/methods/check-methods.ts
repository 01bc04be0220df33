// Method check: methods that come from elsewhere (a model, a user, a file) are looked at before a planner uses
// them: names, arities and types; preconditions that something can make true; recursion that ends; operators
// that have tools.
import { EngineError } from '../../../../errors.js';
import type { Problem as Finding } from '../../../../errors.js';
import { didYouMean } from '../../../nearest.js';
import { checkMethod } from '../language/domain-check.js';
import type { Domain, Method, Problem } from '../domain.js';
import type { Formula, SourcePosition } from '../formula.js';
import { createNameCheck } from '../language/name-check.js';
import type { Report } from '../language/name-check.js';
import { reachableFacts, scopeOfTypes } from './reachable-facts.js';
import type { ReachableFacts } from './reachable-facts.js';
import { checkRecursion } from './recursion-check.js';
import { showFormula } from '../language/show.js';

/** What a method breaks. */
export type MethodRule = 'name' | 'unreachable' | 'recursion' | 'tool' | 'unused';

/** A finding about a method: where, why, and what to do. */
export interface MethodFinding extends Finding {
  readonly rule: MethodRule;
  /** An `error` keeps the method from being used; a `warning` says that it hardly means what it says. */
  readonly severity: 'error' | 'warning';
  /** The method, or the task when it is about all of its methods. */
  readonly subject: string;
}

export interface MethodCheckOptions {
  /** Without a problem, preconditions are not checked for whether anything can make them true. */
  readonly problem?: Problem;
  /** Tools that there are: each operator must be bound to one of them. `required`: to any [not checked]. */
  readonly tools?: ReadonlySet<string> | 'required';
}

/**
 * Checks methods together with those that the domain has.
 *
 * @param methods - The new ones; findings are about them, and about what their tasks become by them.
 */
export function checkMethods(
  domain: Domain,
  methods: readonly Method[],
  options: MethodCheckOptions = {},
): MethodFinding[] {
  const findings: MethodFinding[] = [];
  const whole: Domain = { ...domain, methods: [...domain.methods, ...methods] };
  const add = (
    rule: MethodRule,
    method: { readonly name: string; readonly position?: SourcePosition | undefined },
    message: string,
    more: { readonly hint?: string | undefined; readonly path?: string; readonly isWarning?: boolean } = {},
  ): void => {
    const { hint, path = `methods.${method.name}`, isWarning = false } = more;
    const base = {
      rule,
      severity: isWarning ? 'warning' : 'error',
      subject: method.name,
      path,
      message,
    } as const;
    findings.push({ ...base, ...method.position, ...(hint === undefined ? {} : { hint }) });
  };
  const adding: Adding = { add, whole, options };
  const sound = methods.filter((method) => checkNames(domain, method, adding));
  // What has wrong names cannot be judged further.
  const reach = options.problem === undefined ? undefined : reachableFacts(whole, options.problem);
  for (const method of sound) {
    checkUnused(method, adding);
    if (reach !== undefined) checkReachable(method, reach, adding);
    if (options.tools !== undefined) checkTools(method, adding);
  }
  if (sound.length === methods.length) checkEnds(methods, adding);
  return findings;
}

/**
 * A domain with methods from elsewhere.
 *
 * @throws EngineError `INPUT_INVALID` when a check has an error; its problems are the findings.
 */
export function withMethods(
  domain: Domain,
  methods: readonly Method[],
  options: MethodCheckOptions = {},
): Domain {
  const errors = checkMethods(domain, methods, options).filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return { ...domain, methods: [...domain.methods, ...methods] };
  const message = `These methods cannot be used: ${first.path}: ${first.message}.${first.hint === undefined ? '' : ` ${first.hint}`}`;
  throw new EngineError('INPUT_INVALID', message, { problems: errors });
}

type Add = (
  rule: MethodRule,
  method: { readonly name: string; readonly position?: SourcePosition | undefined },
  message: string,
  more?: { readonly hint?: string | undefined; readonly path?: string; readonly isWarning?: boolean },
) => void;

interface Adding {
  readonly add: Add;
  readonly whole: Domain;
  readonly options: MethodCheckOptions;
}

function checkNames(domain: Domain, method: Method, { add, whole, options }: Adding): boolean {
  let isSound = true;
  const report: Report = ({ path, message, hint, position }) => {
    isSound = false;
    add('name', { name: method.name, position }, message, { path, hint });
  };
  checkMethod(method, createNameCheck(whole, options.problem, report), report);
  if (whole.methods.filter(({ name }) => name === method.name).length > 1) {
    const known = domain.methods.map(({ name }) => name);
    isSound = false;
    const hint = known.includes(method.name)
      ? 'Give it a name that the domain does not have.'
      : 'Give one of them another name.';
    add('name', method, `there is another method '${method.name}'`, { hint });
  }
  if (method.target.kind === 'task' && whole.operators.some(({ name }) => name === method.target.name)) {
    isSound = false;
    const message = `'${method.target.name}' is an operator, which needs no method`;
    add('name', method, message, {
      hint: didYouMean(
        method.target.name,
        whole.tasks.map(({ name }) => name),
      ),
    });
  }
  return isSound;
}

function checkUnused(method: Method, { add }: Adding): void {
  const { parameters, target, subtasks, precondition, constraints } = method;
  const used = new Set([...target.terms, ...subtasks.flatMap(({ terms }) => terms)]);
  const text = [precondition, ...constraints].map((one) => showFormula(one)).join(' ');
  const words = new Set(text.match(/\?[A-Za-z_][A-Za-z0-9_-]*/g) ?? []);
  for (const { name } of parameters) {
    if (used.has(name) || words.has(name)) continue;
    const hint = 'Use it in a precondition or a subtask, or remove it.';
    add('unused', method, `the parameter ${name} is not used, so any object will do`, {
      hint,
      isWarning: true,
    });
  }
}

function checkReachable(method: Method, reach: ReachableFacts, { add, whole }: Adding): void {
  const scope = scopeOfTypes(method.parameters);
  const part = reach.unreachablePart(method.precondition, scope);
  if (part !== undefined) {
    const hint = 'Name a fact that holds at the beginning or that some operator adds.';
    const message = `nothing can make ${showFormula(part)} true, which it needs`;
    add('unreachable', method, message, { hint, path: `methods.${method.name}.preconditions` });
  }
  for (const subtask of method.subtasks) {
    const path = `methods.${method.name}.subtasks.${subtask.id}`;
    const own = { name: method.name, position: subtask.position ?? method.position };
    const operator = whole.operators.find(({ name }) => name === subtask.name);
    if (subtask.kind === 'goal') continue;
    if (operator === undefined) {
      if (whole.methods.some(({ target }) => target.kind === 'task' && target.name === subtask.name))
        continue;
      const hint = `Add a method for ${subtask.name}, or use another task.`;
      add('unreachable', own, `no method does '${subtask.name}'`, { hint, path });
    } else if (!reach.operators.has(operator.name)) {
      const needed = reach.unreachablePart(operator.precondition, scopeOfTypes(operator.parameters));
      const what = needed === undefined ? 'its precondition' : showFormula(needed);
      const hint = 'Check the facts at the beginning, or add an operator that makes it true.';
      add('unreachable', own, `'${operator.name}' can never be done: nothing makes ${what} true`, {
        hint,
        path,
      });
    }
  }
}

function checkTools(method: Method, { add, whole, options }: Adding): void {
  for (const subtask of method.subtasks) {
    const operator = whole.operators.find(({ name }) => name === subtask.name);
    if (operator === undefined || subtask.kind === 'goal') continue;
    const own = { name: method.name, position: subtask.position ?? method.position };
    const path = `methods.${method.name}.subtasks.${subtask.id}`;
    const tool = operator.tool?.tool;
    if (tool === undefined) {
      const hint = `Add \`tool:\` to the operator ${operator.name}.`;
      add('tool', own, `the operator '${operator.name}' has no tool, so nothing can carry it out`, {
        hint,
        path,
      });
    } else if (options.tools !== 'required' && options.tools?.has(tool) === false)
      add('tool', own, `there is no tool '${tool}', to which '${operator.name}' is bound`, {
        hint: didYouMean(tool, options.tools),
        path,
      });
  }
}

function checkEnds(methods: readonly Method[], { add, whole }: Adding): void {
  const tasks = new Set(methods.map(({ target }) => target.name));
  const own = new Set(methods);
  const { endless, idle } = checkRecursion(whole);
  for (const [task, circle] of endless) {
    if (!tasks.has(task)) continue;
    const method = methods.find(({ target }) => target.name === task);
    const hint = `Add a method for ${task} that does not lead back to it.`;
    const message = `every method of '${task}' leads back to it: ${circle.join(' → ')}`;
    add('recursion', { name: task, position: method?.position }, message, { hint, path: `tasks.${task}` });
  }
  for (const circle of idle) {
    const method = circle.methods.find((one) => own.has(one));
    if (method === undefined || endless.has(circle.tasks[0] ?? '')) continue;
    const by = circle.methods.map(({ name }) => name).join(', ');
    const message = `it leads back to the same task for the same objects before any step: ${circle.tasks.join(' → ')} (by ${by})`;
    const hint = 'Put a step before the recursion, or ask for other objects, such as the next one.';
    // Preconditions may exclude each other in one state; what has none goes round for certain.
    const isWarning = circle.methods.some(({ precondition }) => !isTrue(precondition));
    add('recursion', method, message, { hint, isWarning });
  }
}

const isTrue = (formula: Formula): boolean => formula.kind === 'and' && formula.parts.every(isTrue);
