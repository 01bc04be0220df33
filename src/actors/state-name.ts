// State names: a state value as a path, such as `blocked.approval`.
import type { StateValue } from 'xstate';

/** The path of the active state; the regions of a parallel state are joined by `+`. */
export function stateName(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.entries(value as Record<string, StateValue>)
    .map(([name, inner]) => (inner === undefined || isEmpty(inner) ? name : `${name}.${stateName(inner)}`))
    .join('+');
}

const isEmpty = (value: StateValue): boolean => typeof value !== 'string' && Object.keys(value).length === 0;
