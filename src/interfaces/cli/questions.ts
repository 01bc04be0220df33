// Questions: asks a person at the terminal about what a goal waits for, one question at a time.
import { createInterface } from 'node:readline/promises';
import pc from 'picocolors';
import { EngineError } from '../../errors.js';
import type { GoalHandle, Json } from '../../index.js';
import { waitWords } from './attention.js';
import { clean } from './display.js';
import type { Interrupts } from './interrupts.js';
import type { Wait } from './live/task-tree.js';
import { readValue } from './plan-file.js';
import { whoever } from './session.js';

type Act = (handle: GoalHandle, subject: string | undefined, wait: Wait) => Promise<void>;

interface Choice {
  readonly key: string;
  readonly word: string;
  readonly act: Act | undefined;
}

const by = { by: whoever() };
/** Whoever answers has seen what the question was about, and nothing else. */
const seen = ({ approval }: Wait) => (approval === undefined ? by : { ...by, digest: approval.digest });
const later: Choice = { key: 'l', word: 'later', act: undefined };
const yes: Choice = {
  key: 'y',
  word: 'yes',
  act: (handle, subject, wait) => handle.approve(subject, seen(wait)),
};
const no: Choice = {
  key: 'n',
  word: 'no',
  act: (handle, subject, wait) => handle.reject(subject, seen(wait)),
};
const again = (word: string): Choice => ({
  key: 'a',
  word,
  act: (handle, subject) => handle.retry(subject ?? '', by),
});

const choices: Readonly<Record<string, readonly Choice[]>> = {
  approval: [yes, no, later],
  interrupted: [
    { ...yes, word: 'yes, it happened' },
    again('again: run it once more'),
    { ...no, key: 'g', word: 'give it up' },
    later,
  ],
  error: [
    again('try again'),
    { key: 's', word: 'skip it', act: (handle, subject) => handle.skip(subject ?? '', by) },
    { ...no, key: 'g', word: 'give it up' },
    later,
  ],
};

/** Whether a wait can be asked about. */
export const canBeAsked = ({ kind }: Wait): boolean => kind === 'ambiguity' || Object.hasOwn(choices, kind);

const answering = (key: string, value: Json): Choice => ({
  key,
  word: typeof value === 'string' ? value : JSON.stringify(value),
  act: (handle, subject) => handle.answer(subject ?? '', value, by),
});

/** What can be chosen: what a question allows, or what can be done about a wait of this kind. */
function offeredFor({ kind, question }: Wait): readonly Choice[] {
  if (kind !== 'ambiguity') return choices[kind] ?? [later];
  return [...(question?.choices ?? []).map((value, i) => answering(String(i + 1), value)), later];
}

/** An answer to a question that allows more than some choices: JSON, or else text. */
function freely({ kind, question }: Wait, typed: string): Choice | undefined {
  if (kind !== 'ambiguity' || question?.choices !== undefined || typed === '') return undefined;
  return answering('', readValue(typed));
}

/**
 * Asks about a wait and does what is answered. It ends without an answer when the signal is aborted because
 * the wait was over before, and when the person chooses to decide later.
 */
export async function ask(
  handle: GoalHandle,
  wait: Wait,
  interrupts: Interrupts,
  signal: AbortSignal,
): Promise<void> {
  const offered = offeredFor(wait);
  const out = process.stdout.isTTY ? process.stdout : process.stderr;
  const subject = wait.subject === '' ? undefined : wait.subject;
  const about = `${pc.magenta('?')} ${pc.bold(clean(subject ?? handle.id))} ${clean(waitWords(wait))}`;
  const keys = offered.map(({ key, word }) => `[${key}] ${word}`).join('  ');
  const lines = createInterface({ input: process.stdin, output: out });
  // A terminal in raw mode sends Ctrl-C as a key.
  lines.on('SIGINT', () => {
    interrupts.interrupt();
    lines.close();
  });
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    for (;;) {
      const asked = lines.question(`${about}\n  ${keys} › `, { signal });
      const answer = await Promise.race([asked, closed]).catch(() => undefined);
      if (answer === undefined) return;
      const typed = answer.trim().toLowerCase();
      const choice =
        offered.find(({ key, word }) => typed === key || (typed.length > 1 && word.startsWith(typed))) ??
        freely(wait, answer.trim());
      if (choice === undefined) {
        out.write(`Expected one of ${offered.map(({ key }) => key).join(', ')}, got '${clean(answer)}'.\n`);
        continue;
      }
      await choice.act?.(handle, subject, wait);
      return;
    }
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'COMMAND_REFUSED') throw error;
    out.write(`${error.message}\n`);
  } finally {
    lines.close();
    process.stdin.pause();
  }
}
