// Holder: keeps hold of a store for a command that lasts, also when the process that had it ends.
import { EngineError } from '../../errors.js';
import type { RemoteEngine } from '../../index.js';
import { type Access, openAccess } from './access.js';
import type { Settings } from './settings.js';

export interface Holder {
  engine(): RemoteEngine;
  /** Whether the engine runs in this process. */
  isOwn(): boolean;
  /** Does something with the engine, and again with the next one when the engine's process ends meanwhile. */
  steadily<T>(work: (engine: RemoteEngine) => Promise<T>): Promise<T>;
  /** Gets at the store anew, after the engine's process has ended. Callers at the same time share it. */
  reopen(): Promise<void>;
  /** Progress of a goal's attempts; nothing while another process has the engine. */
  onProgress(
    goal: string,
    listener: (taskId: string, share: number, message: string | undefined) => void,
  ): () => void;
  /** Told when the store cannot be written, and with undefined when it can be again; of an engine in this process. */
  onTrouble(listener: (message: string | undefined) => void): () => void;
  close(graceMs?: number): Promise<void>;
}

/** Whether the process that had the engine has ended. */
export const isLost = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'ENGINE_CLOSED';

/** Gets at a store and holds it. @throws as `openAccess` */
export async function holdStore(settings: Settings): Promise<Holder> {
  let access: Access = await openAccess(settings, { carriesOn: true });
  let reopening: Promise<void> | undefined;
  const isOwn = (): boolean => access.own !== undefined;
  function reopen(): Promise<void> {
    reopening ??= openAccess(settings, { carriesOn: true })
      .then((next) => {
        access = next;
      })
      .finally(() => {
        reopening = undefined;
      });
    return reopening;
  }

  return {
    engine: () => access.engine,
    isOwn,
    reopen,
    async steadily(work) {
      for (;;) {
        try {
          return await work(access.engine);
        } catch (error) {
          if (!isLost(error) || isOwn()) throw error;
          await reopen();
        }
      }
    },
    onProgress(goal, listener) {
      const subscription = access.own?.telemetry$.subscribe((one) => {
        if (one.kind === 'progress' && one.goal === goal) listener(one.taskId, one.share, one.message);
      });
      return () => subscription?.unsubscribe();
    },
    onTrouble(listener) {
      let isTroubled = false;
      const subscription = access.own?.telemetry$.subscribe((one) => {
        if (one.kind !== 'store' || isTroubled === (one.trouble !== undefined)) return;
        isTroubled = one.trouble !== undefined;
        listener(one.trouble?.message);
      });
      return () => subscription?.unsubscribe();
    },
    close: (graceMs) => access.close(graceMs),
  };
}
