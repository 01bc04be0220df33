// Walks: random sequences of events through a chart, for properties that hold on all of them.
//
// A walk plays any letter at any time, whether it fits or not, lets time pass between, and now and then stops the
// actor and goes on with one that is restored from what would be on disk.
import fc from 'fast-check';
import { type Alphabet, type Letter, lettersOf, openPortsOf, spell, stamp } from './alphabet.js';
import { createCoverage, type Coverage } from './coverage.js';
import { createStage, type Stage, type Step } from './stage.js';

export interface Walk {
  readonly input: Readonly<Record<string, unknown>>;
  /** From the start of the actor on. A restart is a step without a letter that is not the first. */
  readonly steps: readonly Step[];
  readonly coverage: Coverage;
  /** Where the actor stands at the end. */
  readonly stage: Stage;
}

/** One random choice: what to do among what can be done, and when. */
interface Choice {
  readonly pick: number;
  /** Among the outcomes of open ports only, so that walks get far. */
  readonly inside: boolean;
  readonly waitMs: number;
  readonly random: number;
  readonly restart: boolean;
}

/** How many walks a property tries; `WALKS` sets it. */
export const walkCount = Number(process.env['WALKS'] ?? 300);

const choice: fc.Arbitrary<Choice> = fc.record({
  pick: fc.nat(10_000),
  inside: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
  waitMs: fc.nat(200_000),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  restart: fc.integer({ min: 0, max: 7 }).map((n) => n === 7),
});

/** Checks a property on random walks over a chart. It fails with the letters of the shortest walk that breaks it. */
export function onWalks(alphabet: Alphabet, property: (walk: Walk) => void): void {
  const inputs = Object.keys(alphabet.inputs);
  const plan = fc.record({
    input: fc.constantFrom(...inputs),
    choices: fc.array(choice, { minLength: 1, maxLength: 40, size: 'max' }),
  });
  fc.assert(
    fc.property(plan, ({ input, choices }) => {
      const walk = takeWalk(alphabet, input, choices);
      try {
        property(walk);
      } catch (error) {
        throw new Error(`${(error as Error).message}\nin the walk: ${tell(input, walk)}`, { cause: error });
      }
    }),
    { numRuns: walkCount },
  );
}

function takeWalk(alphabet: Alphabet, inputName: string, choices: readonly Choice[]): Walk {
  const { machine } = alphabet;
  const coverage = createCoverage();
  const input = alphabet.inputs[inputName] ?? {};
  let stage = createStage({ machine, input, stamp, inspect: coverage.inspect });
  const steps: Step[] = [stage.first];
  let at: number = stamp.at;
  for (const one of choices) {
    if (steps.at(-1)?.after.status !== 'active') break;
    at += one.waitMs;
    if (one.restart) {
      const snapshot = stage.persisted();
      stage = createStage({
        machine,
        snapshot,
        stamp: { at, random: one.random },
        inspect: coverage.inspect,
      });
      steps.push(stage.first);
    }
    const letter = choose(alphabet, stage, one);
    at = Math.max(at, dueAt(stage, letter));
    steps.push(stage.play(letter, { at, random: one.random }));
  }
  return { input, steps, coverage, stage };
}

function choose(alphabet: Alphabet, stage: Stage, { pick, inside }: Choice): Letter {
  const snapshot = stage.actor.getSnapshot() as Step['after'];
  const open = openPortsOf(alphabet, snapshot);
  const letters = inside && open.length > 0 ? open : lettersOf(alphabet, snapshot);
  const letter = letters[pick % letters.length];
  if (letter === undefined) throw new Error(`The ${alphabet.kind} has no letters.`);
  return letter;
}

/** A deadline does not come before its instant. */
function dueAt(stage: Stage, letter: Letter): number {
  if (!('port' in letter)) return 0;
  const at = stage.open.get(letter.port)?.input['at'];
  return (letter.port === 'wake' || letter.port === 'limit') && typeof at === 'number' ? at : 0;
}

function tell(input: string, { steps }: Walk): string {
  const lines = steps.map(({ letter, from, to }, i) => {
    const what = letter === undefined ? (i === 0 ? `made as '${input}'` : 'restarted') : spell(letter);
    return `  ${what}: ${from} → ${to}`;
  });
  return `\n${lines.join('\n')}`;
}

/** The mail of one type that a step sent. */
export function mailed(step: Step, type: string): readonly { to: string; event: Record<string, unknown> }[] {
  return step.said.flatMap((one) =>
    one.type === 'mail' && one.event.type === type ? [{ to: one.to, event: one.event }] : [],
  );
}

/** The facts of one type that a step stated. */
export function stated(step: Step, fact: string): readonly Record<string, unknown>[] {
  return step.said.flatMap((one) => (one.type === 'fact' && one.fact === fact ? [one.data] : []));
}

/** Whether a step played this mail and the chart took it. */
export function took(step: Step, mail: string): boolean {
  return step.letter !== undefined && 'mail' in step.letter && step.letter.mail === mail && moved(step);
}

/** Whether a step played the outcome of this port. */
export function settled(step: Step, port: string): Readonly<Record<string, unknown>> | undefined {
  return step.letter !== undefined && 'port' in step.letter && step.letter.port === port
    ? step.letter.outcome
    : undefined;
}

/** Whether a step led to another state. */
export const moved = (step: Step): boolean => step.from !== step.to;
