// Progress: what happens now, on one line that is written over in a terminal, else as a line now and then.
import type { Fact, GoalHandle } from 'statewright';

/** Where progress is shown. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
}

export interface Progress {
  note(fact: Fact): void;
  /** Clears the line and draws no more. */
  stop(): void;
}

/** Tasks of the plan by what they are for; the order is that of the work. */
const phases: readonly { readonly title: string; readonly tasks: readonly string[] }[] = [
  { title: 'looking', tasks: ['look', 'scan', 'present', 'guess'] },
  { title: 'reading', tasks: ['hash'] },
  { title: 'deciding', tasks: ['decide', 'preview'] },
  { title: 'making folders', tasks: ['target', 'folders'] },
  { title: 'moving', tasks: ['move'] },
  { title: 'writing the index', tasks: ['describe', 'page', 'write-page', 'write-json'] },
  {
    title: 'verifying',
    tasks: ['scan-again', 'present-again', 'hash-again', 'read-page', 'read-json', 'verify'],
  },
];
const undoing = 'putting back';
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Follows a goal on a screen, from where it is now. */
export async function createProgress(
  handle: GoalHandle,
  screen: Screen,
  startedAt: number,
): Promise<Progress> {
  let phase = '';
  let total = 0;
  let told = -1;
  let frame = 0;
  let isDrawn = false;
  const done = new Set<string>();

  /** Looks at what was done before, and how much there is to do. */
  const count = async (): Promise<void> => {
    const tasks = await handle.tasks({ rounds: true });
    const move = tasks.find(({ id }) => id === 'move');
    if (move === undefined) phase = undoing;
    total = move === undefined ? tasks.length : (move.rounds?.total ?? 0);
    for (const { id, status } of tasks) if (isCountedTask(id) && isOver(status)) done.add(id);
  };
  const isCountedTask = (id: string): boolean => id.startsWith('move[') || phase === undoing;
  await count();

  function draw(): void {
    if (phase === '') return;
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    const isCounted = (phase === 'moving' || phase === undoing) && total > 0;
    const share = isCounted ? ` ${done.size}/${total} ${bar(Math.min(1, done.size / total))}` : '';
    if (screen.isTerminal) {
      frame += 1;
      const line = `${spinner[frame % spinner.length] ?? ''} ${phase}${share}  ${seconds} s`;
      screen.write(`\r\u001b[2K${line.slice(0, Math.max(10, screen.columns - 1))}`);
      isDrawn = true;
      return;
    }
    const tenth = isCounted ? Math.floor((10 * done.size) / total) : 0;
    if (tenth === told) return;
    told = tenth;
    screen.write(isCounted ? `  ${phase} ${done.size}/${total}\n` : `  ${phase}\n`);
  }

  function enter(next: string): void {
    if (next === phase || next === '') return;
    phase = next;
    // A run that is given up puts back what it has moved: nobody knows beforehand how much that is.
    if (next === undoing) total = 0;
    told = -1;
    if (!screen.isTerminal) draw();
  }

  const timer = screen.isTerminal ? setInterval(draw, 100) : undefined;
  timer?.unref();
  const clear = (): void => {
    if (isDrawn) screen.write('\r\u001b[2K');
    isDrawn = false;
  };
  return {
    note(fact) {
      const id = fact.data['taskId'];
      if (fact.goal !== handle.id || typeof id !== 'string') return;
      if (fact.type === 'attempt.started') enter(phaseOf(id));
      if (fact.type === 'attempt.started' && id === 'move') void count().catch(() => undefined);
      if (!isCountedTask(id) || !isOver(fact.type.replace('task.', ''))) return;
      done.add(id);
      if (!screen.isTerminal) draw();
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

const isOver = (status: string): boolean => status === 'succeeded' || status === 'failed';

function phaseOf(taskId: string): string {
  if (taskId.startsWith('undo-') || taskId.endsWith('~undo')) return undoing;
  const plain = taskId.replace(/\[.*$/, '');
  return phases.find(({ tasks }) => tasks.includes(plain))?.title ?? '';
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `▕${'█'.repeat(full)}${'░'.repeat(20 - full)}▏`;
}
