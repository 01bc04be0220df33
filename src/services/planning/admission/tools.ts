// Tools: every action, probe, compensation, check and recovery names a tool that exists and gives it an
// input that fits, or starts a program that is allowed.
import type { GoalSpecInput } from '../../../model/goal.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import type { Json } from '../../../model/scalars.js';
import type { TaskInput } from '../../../model/task.js';
import { isTemplate } from '../../expression/template.js';
import { didYouMean } from '../../nearest.js';
import type { ToolRegistry } from '../../tools/registry.js';
import type { Tool } from '../../tools/tool.js';
import type { CriterionInput, StepInput, TaskEntries } from '../graph-references.js';
import type { PlanPath, PlanProblems } from '../plan-problem.js';
import { checkToolInput } from './tool-input.js';

/** The programs that tasks may start; undefined names allow all. */
export interface AllowedCommands {
  readonly allowed: readonly string[];
}

/** What the check of tools works on. */
export interface ToolCheck {
  readonly plan: PlanSpecInput;
  readonly tasks: TaskEntries;
  readonly goal: GoalSpecInput | undefined;
  readonly tools: Pick<ToolRegistry, 'get' | 'nearest'> | undefined;
  readonly commands: AllowedCommands | undefined;
  readonly problems: PlanProblems;
}

/** Checks everything in a plan and its goal that calls a tool or starts a program. */
export function checkTools(check: ToolCheck): void {
  const { plan, goal } = check;
  for (const [id, task] of check.tasks) checkTask(task, ['tasks', id], check);
  plan.contingencies?.forEach((contingency, index) => {
    contingency.actions.forEach((step, position) => {
      if (!('action' in step.do)) return;
      checkStep(step.do.action, ['contingencies', index, 'actions', position, 'do', 'action'], check);
    });
  });
  checkCriteria(plan.planCriteria, ['planCriteria'], check);
  checkCriteria(goal?.successCriteria, ['goal', 'successCriteria'], check);
  goal?.constraints?.resource?.requiredTools?.forEach((name, index) => {
    findTool(name, ['goal', 'constraints', 'resource', 'requiredTools', index], check);
  });
}

function checkTask(task: TaskInput, path: PlanPath, check: ToolCheck): void {
  const { action } = task;
  if (action.kind === 'for_each') checkStep(action.do, [...path, 'action', 'do'], check);
  else if (action.kind !== 'wait') checkStep(action, [...path, 'action'], check);
  if (task.probe !== undefined) checkStep(task.probe, [...path, 'probe'], check);
  if (task.compensate !== undefined) checkStep(task.compensate, [...path, 'compensate'], check);
  checkCriteria(task.successCriteria, [...path, 'successCriteria'], check);
  task.requires?.tools?.forEach((name, index) => {
    findTool(name, [...path, 'requires', 'tools', index], check);
  });
}

function checkStep(step: StepInput, path: PlanPath, check: ToolCheck): void {
  if (step.kind === 'tool_call') {
    checkCall(step.tool, step.input ?? {}, path, check);
    return;
  }
  const { commands, problems } = check;
  if (commands === undefined || isTemplate(step.command) || commands.allowed.includes(step.command)) return;
  problems.add({
    path: [...path, 'command'],
    message: `the program '${step.command}' is not allowed; allowed: ${commands.allowed.join(', ') || 'none'}`,
    hint: () => didYouMean(step.command, commands.allowed),
  });
}

function checkCriteria(
  criteria: readonly CriterionInput[] | undefined,
  path: PlanPath,
  check: ToolCheck,
): void {
  criteria?.forEach((criterion, index) => {
    if (!('tool' in criterion.check)) return;
    checkCall(criterion.check.tool, criterion.check.input ?? {}, [...path, index, 'check'], check);
  });
}

function checkCall(name: string, input: Json, path: PlanPath, check: ToolCheck): void {
  const tool = findTool(name, [...path, 'tool'], check);
  if (tool !== undefined) checkToolInput(tool.input, input, [...path, 'input'], check.problems);
}

function findTool(name: string, path: PlanPath, check: ToolCheck): Tool | undefined {
  const { tools, problems } = check;
  if (tools === undefined) return undefined;
  const tool = tools.get(name);
  if (tool !== undefined) return tool;
  problems.add({
    path,
    message: `there is no tool '${name}'`,
    hint: () => {
      const nearest = tools.nearest(name);
      return nearest === undefined ? 'Register it with the engine.' : `Did you mean '${nearest}'?`;
    },
  });
  return undefined;
}
