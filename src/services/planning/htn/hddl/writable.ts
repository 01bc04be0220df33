// Names and numbers that HDDL text can hold: whatever would be read back as something else is refused.
import { EngineError } from '../../../../errors.js';

/** Words that HDDL reads as something of its own where a name could stand. */
const reserved = new Set(
  'and or not imply forall exists when either preference sortof sort-of notsortof - + * / < <= > >='.split(
    ' ',
  ),
);

/** @throws EngineError `INPUT_INVALID` for a name with blanks, brackets or semicolons, and for a word of HDDL's own. */
export function writableName(name: string): string {
  if (/^[^\s();:][^\s();]*$/.test(name) && !reserved.has(name.toLowerCase())) return name;
  const message = `the name '${name}' cannot be written as HDDL, which would read it as something else.`;
  const hint = 'Take a name without blanks, brackets and semicolons that is no word of HDDL.';
  throw new EngineError('INPUT_INVALID', `${message} ${hint}`, {
    problems: [{ path: name, message, hint }],
  });
}

/** @throws EngineError `INPUT_INVALID` for infinity, and for what is no number. */
export function writableNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  const message = `expected a finite number, got ${value}.`;
  throw new EngineError('INPUT_INVALID', message, { problems: [{ path: 'number', message }] });
}
