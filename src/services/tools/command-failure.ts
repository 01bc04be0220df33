// Says in words and classes how a command failed.
import { ToolFailure } from './tool.js';
import type { CommandOutput, CommandRequest } from './command-request.js';

/** The program is not on the allow-list. */
export function notAllowed(command: string, allow: readonly string[]): ToolFailure {
  const known =
    allow.length === 0 ? 'none is allowed' : `allowed are ${allow.map((name) => `'${name}'`).join(', ')}`;
  return new ToolFailure({
    code: 'command-refused',
    class: 'logic',
    message: `Command '${command}' may not be started: ${known}. Use one of these exactly as written, or add it to commands.allow.`,
    effect: 'none',
    details: { command },
  });
}

/** Codes of a machine that has no room for another process. */
const noRoom = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);

/** The program never ran. */
export function couldNotStart(command: string, error: unknown, why?: string): ToolFailure {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const hasNoRoom = noRoom.has(code);
  return new ToolFailure({
    code: 'could-not-start',
    class: hasNoRoom ? 'resource' : 'external',
    message: `Command '${command}' could not be started: ${why ?? reasonOf(command, code, error)}.`,
    retryable: hasNoRoom,
    effect: 'none',
    details: { command, ...(code === '' ? {} : { systemCode: code }) },
    cause: error,
  });
}

function reasonOf(command: string, code: string, error: unknown): string {
  const isPath = /[\\/]/.test(command);
  switch (code) {
    case 'ENOENT':
      return isPath
        ? 'there is no program at this path. Check the path'
        : 'no program of this name was found on the PATH. Install it, or give its full path';
    case 'EACCES':
    case 'EPERM':
      return isPath
        ? 'the operating system does not allow it. Make it executable for the engine’s user'
        : 'what was found on the PATH may not be executed. Make it executable, or give the full path of another';
    case 'ENOEXEC':
      return 'it is not a program for this machine (a script needs a first line such as #!/bin/sh)';
    case 'E2BIG':
      return 'its arguments and environment are too long. Hand large values over by stdin or a file';
    case 'EINVAL':
      return 'the operating system does not take it (on Windows: name the interpreter of a .bat or .cmd file)';
    default:
      return noRoom.has(code)
        ? 'the machine has no room for another process. Run fewer tasks at once'
        : `${error instanceof Error ? error.message : String(error)}. Check the command and its arguments`;
  }
}

/** The program ended with a code that does not count as success, or by a signal. */
export function endedBadly(
  command: CommandRequest,
  output: CommandOutput,
  tails: { stdout: string; stderr: string },
): ToolFailure {
  const { exitCode, signal } = output;
  const bySignal = exitCode === null;
  const how = bySignal ? `was ended by ${signal}` : `exited with ${exitCode}`;
  const said = lastLines(tails.stderr) || lastLines(tails.stdout);
  return new ToolFailure({
    code: bySignal ? 'exit-signal' : 'exit-code',
    class: bySignal ? 'external' : 'logic',
    message: `Command '${command.command}' ${how}, expected exit code ${command.expectExit.join(' or ')}. ${
      said === '' ? 'It wrote nothing; run it by hand to see why.' : `It last wrote:\n${said}`
    }`,
    // Whether a repetition is allowed is for the effect class to say.
    retryable: true,
    effect: 'unknown',
    details: { command: command.command, exitCode, signal, stdout: tails.stdout, stderr: tails.stderr },
  });
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-5).join('\n').slice(-500);
