// Unplayed: the transitions that no run of a real engine has taken, each with the reason. The only list of them.

const steps = 'analysing, admitting and looking back are done at once in this version, and never fail or ask';
const abortedBelow = 'only a goal aborts its plan, and it has left this state when it does';
const atOnce = 'replanning begins and ends in one turn, so that nothing can come between';
const unblockedFirst =
  'a plan says that it is not blocked any more before it says that it has ended or wants a repair';

/** Transition → why it is not taken. */
export const unplayed: Readonly<Record<string, string>> = {
  'goal.executing.analysing · analyse done 2 [isQuestion] → goal.blocked.question': steps,
  'goal.executing.analysing · analyse done 3 → goal.failed': steps,
  'goal.executing.admitting · admit done 2 [isQuestion] → goal.blocked.question': steps,
  'goal.executing.admitting · admit done 3 → goal.failed': steps,
  'goal.executing.reflecting · reflect done 2 [isQuestion] → goal.blocked.question': steps,
  'goal.executing.reflecting · reflect done 3 → goal.failed': steps,
  'goal.executing.running · plan.ended 1 [planWasAborted] → goal.aborted': abortedBelow,
  'goal.blocked.paused · plan.ended 1 [planWasAborted] → goal.aborted': abortedBelow,
  'goal.blocked.waiting · plan.ended 1 [planWasAborted] → goal.aborted': abortedBelow,
  'goal.blocked.budget · plan.ended 1 [planWasAborted] → goal.aborted': abortedBelow,
  'goal.recovering.replanning · plan.ended 1 [planWasAborted] → goal.aborted': abortedBelow,
  'goal.recovering.replanning · plan.ended 2 → goal.executing.reflecting': atOnce,
  'goal.recovering · goal.abort 1 [isUndoAsked] → goal.recovering.undoing': atOnce,
  'goal.recovering · goal.abort 2 → goal.aborted': `${atOnce}; while undoing, the state has its own`,
  'goal.blocked.waiting · plan.ended 2 → goal.executing.reflecting': unblockedFirst,
  'goal.blocked.waiting · plan.repairWanted → goal.recovering': unblockedFirst,
  'goal.recovering.undoing · goal.abort 1 [isUndoAsked] → itself':
    'it refuses: the actor system asks the chart first and sends no command that it does not take',
  'task.ready · task.skip → task.skipped': 'a task leaves `ready` in the turn in which it enters it',
  'contingency · contingency.abort → contingency.aborted':
    'nobody sends it: a contingency ends with its task or by itself',
};
