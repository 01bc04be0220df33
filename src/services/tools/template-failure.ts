// Template failure: what goes wrong with a template, as a failure of its tool. Nothing outside was touched.
import { ToolFailure } from './tool.js';

/** Says what is wrong with a template and what to do. */
export function templateFailure(code: string, message: string, cause?: unknown): ToolFailure {
  return new ToolFailure({ code, class: 'logic', message: `${message}.`, effect: 'none', cause });
}
