// Fields that several file tools share in their inputs and outputs.
import { z } from 'zod';
import type { ToolCallContext } from '../tool.js';

/** A path as tools take it. */
export const PathField = z
  .string()
  .min(1)
  .max(4096)
  .describe("Absolute, or relative to the first of the engine's roots.");

/** Whether parent folders are made. */
export const ParentsField = z.boolean().default(true).describe('Make missing parent folders of the target.');

/** What the file tools are told about this installation. */
export interface FileToolSettings {
  readonly maxReadBytes: number;
  readonly maxWriteBytes: number;
  /** A name (or relative path) within each root. */
  readonly trashFolder: string;
}

/** Reports copied bytes as a share of what there is to copy. */
export function bytesProgress(context: ToolCallContext, total: number): (bytes: number) => void {
  return (bytes) =>
    context.progress(total === 0 ? 1 : Math.min(1, bytes / total), `${bytes} of ${total} bytes`);
}
