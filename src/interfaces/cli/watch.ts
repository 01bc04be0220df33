// Watch: looks at what a followed goal waits for: approves, asks, pauses, and says when it stands still.
import { EngineError } from '../../errors.js';
import type { Explanation, Fact, GoalHandle } from '../../index.js';
import { approveAll, contingencyThatAsks, needsSomebody, standsStill, waitKey } from './attention.js';
import { firstTasks, type FollowOptions, type Outcome } from './following.js';
import type { TaskTree, Wait } from './live/task-tree.js';
import { ask, canBeAsked } from './questions.js';

export interface Watch {
  /** Looks soon at what the goal waits for, when the fact may have changed it. */
  look(fact: Fact | undefined): void;
  /** Asks for a pause. */
  pause(): void;
  /** Settles when the goal is to be left as it is; rejects when it cannot be watched. */
  readonly stopped: Promise<Outcome>;
  /** Resolves when no question is open. */
  idle(): Promise<void>;
}

/** What a watch looks at, and until when. */
export interface Watched {
  readonly handle: GoalHandle;
  readonly tree: TaskTree;
  readonly signal: AbortSignal;
}

/** How long after a fact the goal is asked what it waits for; facts in between share the question. */
const lookMs = 60;

/** Facts after which a goal may stand still or want an answer. */
const isTelling = ({ type }: Fact): boolean => /^(goal|plan)\.|\.(blocked|unblocked|interrupted)$/.test(type);
/** Facts after which a wait may be over. */
const mayRelease = ({ type }: Fact): boolean => type.startsWith('task.') || type === 'attempt.started';
const isRefusal = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'COMMAND_REFUSED';

/** Makes a watch. Its first look has to be asked for. */
export function createWatch(options: FollowOptions, { handle, tree, signal }: Watched): Watch {
  const { view } = options;
  let settle: (outcome: Outcome) => void;
  let fail: (error: unknown) => void;
  const stopped = new Promise<Outcome>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  const dealtWith = new Set<string>();
  /** What was answered or called off meanwhile is no trouble; the rest ends the watch. */
  const judge = (error: unknown): void => {
    if (!signal.aborted && !isRefusal(error)) fail(error);
  };
  const asker = createAsker(options, { handle, tree, signal }, dealtWith, { judge, after: schedule });
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isPausing = false;
  let isWaiting = false;
  let restedBefore = false;

  async function lookNow(): Promise<void> {
    const explanation = await handle.explain();
    if (signal.aborted) return;
    if (tree.wantsRounds) await refreshRounds();
    const { waits } = explanation;
    isWaiting = waits.length > 0;
    view.waits(waits);
    asker.withdraw(waits);
    if (options.yes) await approveAll(handle, waits, dealtWith, isRefusal);
    const rests = standsStill(explanation) && tree.active === 0 && (isPausing || isToBeLeft(waits));
    // What was answered a moment ago may still be listed: it stands still when it does so twice.
    if (rests && restedBefore) return stopAt(explanation);
    restedBefore = rests;
    if (rests) schedule();
    else if (options.canAsk && !options.yes && !isPausing) asker.askNext(waits);
  }

  /** Without somebody at the terminal nobody will answer here. */
  const isToBeLeft = (waits: readonly Wait[]): boolean =>
    !options.canAsk && !options.wait && waits.some((wait) => !dealtWith.has(waitKey(wait)));

  async function stopAt(explanation: Explanation): Promise<void> {
    settle({ kind: 'stopped', explanation, result: await handle.snapshot() });
  }

  async function refreshRounds(): Promise<void> {
    const tasks = await handle.tasks({ limit: firstTasks });
    tree.refreshRounds(tasks);
    view.refresh(tasks);
  }

  function schedule(): void {
    if (signal.aborted) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      looking = lookNow().catch(judge);
    }, lookMs);
  }

  async function pause(): Promise<void> {
    isPausing = true;
    asker.withdraw([]);
    view.notice('Pausing: nothing new starts, what runs may end. Ctrl-C again stops it at once.');
    try {
      await handle.pause({ by: 'interrupt' });
    } catch (error) {
      // What cannot be paused now waits for somebody anyway, or is about to end.
      judge(error);
      if (isRefusal(error))
        view.notice(`It goes on to its end: ${(error as Error).message} Ctrl-C again stops it at once.`);
    }
    schedule();
  }

  function look(fact: Fact | undefined): void {
    // What a goal waits for does not list contingencies: they ask while their task recovers.
    const contingency = options.yes && fact !== undefined ? contingencyThatAsks(fact) : undefined;
    if (contingency !== undefined) void handle.approve(contingency, { by: '--yes' }).catch(judge);
    const isToBeSeen = fact === undefined || isPausing || tree.wantsRounds || isTelling(fact);
    if (isToBeSeen || (isWaiting && mayRelease(fact))) schedule();
  }

  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return {
    look,
    pause: () => void pause(),
    stopped,
    idle: async () => {
      await Promise.all([looking, asker.idle()]);
    },
  };
}

interface Asker {
  /** Asks about the first wait that was not asked about before, when no question is open. */
  askNext(waits: readonly Wait[]): void;
  /** Takes the open question back when what it is about is not waited for any more. */
  withdraw(waits: readonly Wait[]): void;
  idle(): Promise<void>;
}

/** Asks the person at the terminal, one question at a time, with the view out of the way. */
function createAsker(
  { view, interrupts }: FollowOptions,
  { handle, signal }: Watched,
  dealtWith: Set<string>,
  on: { judge: (error: unknown) => void; after: () => void },
): Asker {
  let open: { key: string; controller: AbortController; over: Promise<void> } | undefined;
  return {
    askNext(waits) {
      const wait = waits.find((one) => needsSomebody(one) && canBeAsked(one) && !dealtWith.has(waitKey(one)));
      if (wait === undefined || open !== undefined) return;
      const key = waitKey(wait);
      dealtWith.add(key);
      const controller = new AbortController();
      view.suspend();
      const over = ask(handle, wait, interrupts, AbortSignal.any([signal, controller.signal]))
        .catch(on.judge)
        .finally(() => {
          open = undefined;
          if (signal.aborted) return;
          view.resume();
          on.after();
        });
      open = { key, controller, over };
    },
    withdraw(waits) {
      if (open !== undefined && !waits.some((wait) => waitKey(wait) === open?.key)) open.controller.abort();
    },
    idle: () => open?.over ?? Promise.resolve(),
  };
}
