// Awake: commands to a goal, and turns of it, that find it in memory. A passive goal is woken first; it may have gone
// to rest again before they reach it, and then they are made once more.
import type { CommandAnswer } from '../actors/system-types.js';
import type { TurnContext } from '../actors/turn.js';
import type { Mail } from '../machines/protocol.js';
import type { Runtime } from './runtime-types.js';

export interface Awake {
  /** Wakes the goal. @throws EngineError `COMMAND_REFUSED` when it was set aside by then. */
  wake(): Promise<void>;
  command(to: string, event: Mail): Promise<CommandAnswer>;
  /** Runs something as a turn of the goal; resolves when that is on disk. */
  perform(work: (turn: TurnContext) => void): Promise<void>;
}

export function createAwake(runtime: Runtime, goalId: string, refuseIfSetAside: () => void): Awake {
  const { passivation, system } = runtime;
  const wake = async (): Promise<void> => {
    await passivation.wake(goalId);
    refuseIfSetAside();
  };
  return {
    wake,
    async command(to, event) {
      for (;;) {
        await wake();
        const answer = await system.command(to, event);
        if (answer.accepted || !passivation.isPassive(goalId)) return answer;
      }
    },
    async perform(work) {
      let rests = true;
      while (rests) {
        await wake();
        await system.perform(goalId, (turn) => {
          rests = passivation.isPassive(goalId);
          if (!rests) work(turn);
        });
      }
    },
  };
}
