// Runs a program for a task: without a shell, in a process group of its own, with its output captured.
//
//   K1 when the promise has settled, the program and what it left in its group have been ended
//   K2 a failure with effect `none` means that the program was never started
//
// A program may tell how far it is: lines `::progress 0.4 words` on standard output are reported as progress
// and taken out of the captured output.
import type { ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../errors.js';
import { type Clock, createSystemClock } from '../clock.js';
import { abortedFailure, refuseIfAborted } from './abort.js';
import { couldNotStart, endedBadly, notAllowed } from './command-failure.js';
import {
  type CommandOptions,
  type CommandOutput,
  type CommandRequest,
  CommandSettings,
} from './command-request.js';
import { createCapture, createProgressLines } from './command-output.js';
import { signalGroup, spawnGroup } from './process-tree.js';
import type { ToolCallContext } from './tool.js';

/** Runs a command for a task. */
export type RunCommand = (command: CommandRequest, context: ToolCallContext) => Promise<CommandOutput>;

/**
 * Makes the runner of `system_cmd`. The environment is the engine's without variables whose names look like
 * secrets, then the command's `env`, then `STATEWRIGHT_IDEMPOTENCY_KEY`, `_GOAL_ID`, `_TASK_ID`, `_ATTEMPT`.
 *
 * The runner throws a ToolFailure: `command-refused`, `could-not-start` (effect `none`), `exit-code`,
 * `exit-signal`, `aborted`.
 *
 * @throws EngineError `INPUT_INVALID` when an option is wrong.
 */
export function createCommandRunner(options: CommandOptions = {}): RunCommand {
  const { clock = createSystemClock(), ...rest } = options;
  const parsed = CommandSettings.safeParse(rest);
  if (!parsed.success) {
    throw new EngineError(
      'INPUT_INVALID',
      `The command options are wrong:\n${z.prettifyError(parsed.error)}`,
    );
  }
  const settings = parsed.data;
  return async (command, context) => {
    if (settings.allow?.includes(command.command) === false)
      throw notAllowed(command.command, settings.allow);
    refuseIfAborted(context.signal, `Command '${command.command}'`, 'none');
    const cwd = resolve(settings.cwd ?? process.cwd(), command.cwd ?? '.');
    await refuseUnlessFolder(command.command, cwd);
    return start(command, cwd, context, { clock, graceMs: settings.graceMs });
  };
}

async function refuseUnlessFolder(command: string, cwd: string): Promise<void> {
  // Spawning in a folder that is missing reports the program as missing.
  const stats = await stat(cwd).catch((error: unknown) => {
    throw couldNotStart(
      command,
      error,
      `its working directory '${cwd}' cannot be entered. Make it, or name another cwd`,
    );
  });
  if (stats.isDirectory()) return;
  throw couldNotStart(command, undefined, `its working directory '${cwd}' is not a folder. Name another cwd`);
}

const looksSecret = /(KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL)/i;

function environmentOf(
  command: CommandRequest,
  context: ToolCallContext,
): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !looksSecret.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...command.env,
    STATEWRIGHT_IDEMPOTENCY_KEY: context.idempotencyKey,
    STATEWRIGHT_GOAL_ID: context.goalId,
    STATEWRIGHT_TASK_ID: context.taskId,
    STATEWRIGHT_ATTEMPT: String(context.attempt),
  };
}

interface Ending {
  readonly clock: Clock;
  readonly graceMs: number;
}

async function start(
  command: CommandRequest,
  cwd: string,
  context: ToolCallContext,
  ending: Ending,
): Promise<CommandOutput> {
  let child: ChildProcess;
  try {
    child = spawnGroup(command.command, command.args.map(String), {
      cwd,
      env: environmentOf(command, context),
      stdio: [command.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw couldNotStart(command.command, error);
  }
  const stdout = createCapture(command.maxOutputBytes);
  const stderr = createCapture(command.maxOutputBytes);
  const lines = createProgressLines((share, message) => context.progress(share, message));
  child.stdout?.on('data', (piece: Buffer) => stdout.add(lines.filter(piece)));
  child.stderr?.on('data', (piece: Buffer) => stderr.add(piece));
  feed(child, command, context);
  const { exitCode, signal } = await ended(child, command.command, context, ending);
  stdout.add(lines.end());
  if (context.signal.aborted) throw abortedFailure(`Command '${command.command}'`);
  const output: CommandOutput = {
    exitCode,
    signal,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.truncated() || stderr.truncated(),
  };
  if (exitCode === null || !command.expectExit.includes(exitCode)) {
    throw endedBadly(command, output, { stdout: stdout.tail(), stderr: stderr.tail() });
  }
  return output;
}

function feed(child: ChildProcess, command: CommandRequest, context: ToolCallContext): void {
  if (child.stdin === null || command.stdin === undefined) return;
  child.stdin.on('error', (error) => {
    // A program need not read its input to the end. Its exit code says whether that was right.
    context.log('the command did not read all of its standard input', { reason: error.message });
  });
  child.stdin.end(command.stdin);
}

/**
 * Waits until the program has ended and its output is read. On abort the group is told to end, then made to.
 * After the program's own end what it left in its group is ended (K1); a process that has fled the group and
 * keeps the output open is waited for no longer than the grace.
 */
function ended(
  child: ChildProcess,
  command: string,
  context: ToolCallContext,
  { clock, graceMs }: Ending,
): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolveEnd, reject) => {
    const timers: (() => void)[] = [];
    const afterGrace = (work: () => void): void => {
      timers.push(clock.at(clock.now() + graceMs, work));
    };
    const onAbort = (): void => {
      signalGroup(child, 'SIGTERM');
      afterGrace(() => signalGroup(child, 'SIGKILL'));
    };
    const settle = (): void => {
      context.signal.removeEventListener('abort', onAbort);
      for (const callOff of timers) callOff();
    };
    child.once('error', (error) => {
      // Started programs report other errors too (a signal that could not be sent): their end is awaited.
      if (child.pid !== undefined) return;
      settle();
      reject(couldNotStart(command, error));
    });
    child.once('exit', () => {
      signalGroup(child, 'SIGKILL');
      afterGrace(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      });
    });
    child.once('close', (exitCode, signal) => {
      settle();
      resolveEnd({ exitCode, signal });
    });
    context.signal.addEventListener('abort', onAbort, { once: true });
    if (context.signal.aborted) onAbort();
  });
}
