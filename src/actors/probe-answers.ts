// Probe answers: how a probe is asked, and what its output says about an interrupted effect.
import type { StepAction } from '../model/action.js';
import type { Json } from '../model/scalars.js';

/** The output of an effect that a probe has seen: what the probe gives as `output`, else its answer as `probed`. */
export function probedOutput(answer: Json): Json {
  const told =
    typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer['output'] : undefined;
  return told ?? { probed: answer };
}

/** A probe's command says no with exit code 1, which is an answer and no failure. */
export function asProbe(probe: StepAction): Json {
  return (probe.kind === 'system_cmd'
    ? { ...probe, expectExit: [...Array(256).keys()] }
    : probe) as unknown as Json;
}

/** Reads a probe's answer: an exit code, a truth value, or the field `happened` or `exists`. */
export function happenedBy(output: Json): 'yes' | 'no' | 'unknown' {
  if (typeof output === 'object' && output !== null && !Array.isArray(output)) {
    const { exitCode, happened, exists } = output;
    if (typeof exitCode === 'number') return exitCode === 0 ? 'yes' : exitCode === 1 ? 'no' : 'unknown';
    return answer(happened ?? exists ?? null);
  }
  return answer(output);
}

function answer(value: Json): 'yes' | 'no' | 'unknown' {
  if (value === true || value === 'yes') return 'yes';
  return value === false || value === 'no' ? 'no' : 'unknown';
}
