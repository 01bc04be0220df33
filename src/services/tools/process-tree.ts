// Starts a program at the head of a process group of its own and ends the whole group. A process that has
// left the group (setsid) is beyond reach.
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';

const isWindows = process.platform === 'win32';

/** Starts a program without a shell, at the head of its own group (on Windows: with its tree). */
export function spawnGroup(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, args, { ...options, shell: false, detached: !isWindows, windowsHide: true });
}

/**
 * Sends a signal to all processes of the group. On Windows the tree is ended at once, whatever the signal.
 * Does nothing when none is left.
 */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (isWindows) {
    const killer = spawn('taskkill', ['/PID', String(child.pid), '/T', '/F'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    // Without taskkill there is still the program itself.
    killer.on('error', () => child.kill());
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || (error.code !== 'ESRCH' && error.code !== 'EPERM'))
      throw error;
    // ESRCH: none is left. EPERM (macOS): only zombies are left, or the group has changed its user.
  }
}
