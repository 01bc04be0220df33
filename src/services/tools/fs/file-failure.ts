// Says in words and classes what the operating system said in codes.
import { ToolFailure } from '../tool.js';
import type { FailureClass } from '../../../model/failure.js';

/** The system's code of an error, such as `ENOENT`. */
export function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the error says that nothing is there. */
export function saysMissing(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

interface Meaning {
  readonly code: string;
  readonly class: FailureClass;
  readonly retryable?: boolean;
  readonly words: string;
}

const denied: Meaning = {
  code: 'access-denied',
  class: 'external',
  words:
    'the operating system does not allow it. Give the engine’s user the right to it, or choose another path.',
};
const full: Meaning = {
  code: 'disk-full',
  class: 'resource',
  retryable: true,
  words: 'there is no space left (or a quota is used up). Free some space and try again.',
};
const handles: Meaning = {
  code: 'out-of-handles',
  class: 'resource',
  retryable: true,
  words:
    'the process or machine has no free file handles or memory. Run fewer tasks at once, or raise the limit.',
};
const busy: Meaning = {
  code: 'busy',
  class: 'transient',
  words: 'it is in use by another process. Try again when that has finished.',
};

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: {
    code: 'not-found',
    class: 'external',
    words: 'there is nothing at this path. Check its spelling, or make it first.',
  },
  ENOTDIR: {
    code: 'not-a-folder',
    class: 'logic',
    words: 'a part of the path is a file where a folder is needed. Check the path.',
  },
  EISDIR: {
    code: 'is-a-folder',
    class: 'logic',
    words: 'it is a folder; a file was expected. Name a file in it.',
  },
  ENOTEMPTY: {
    code: 'not-empty',
    class: 'logic',
    words: 'the folder is not empty. Empty it, or name another.',
  },
  EEXIST: {
    code: 'target-exists',
    class: 'logic',
    words: 'something is already there. Choose another name.',
  },
  ELOOP: {
    code: 'link-loop',
    class: 'logic',
    words: 'its symbolic links lead in a circle. Name the real path.',
  },
  ENAMETOOLONG: {
    code: 'name-too-long',
    class: 'logic',
    words: 'the name is longer than the file system allows.',
  },
  EINVAL: {
    code: 'bad-path',
    class: 'logic',
    words: 'the file system does not take this name or this change.',
  },
  EROFS: { code: 'read-only', class: 'external', words: 'the file system is mounted read-only.' },
  EIO: { code: 'disk-error', class: 'external', words: 'the disk reported an error. Check the disk.' },
  EFBIG: { code: 'too-large', class: 'resource', words: 'the file is larger than the file system allows.' },
  EACCES: denied,
  EPERM: denied,
  ENOSPC: full,
  EDQUOT: full,
  EMFILE: handles,
  ENFILE: handles,
  ENOMEM: handles,
  EBUSY: busy,
  EAGAIN: busy,
  ETXTBSY: busy,
};

/**
 * A tool's failure from an error of node:fs. A {@link ToolFailure} is given back as it is, and so is an
 * error without a system code: that one is a bug and must not look like trouble with a file.
 *
 * @param doing - Begins the message: `Could not read`.
 * @param effect - `none` when nothing was changed, or all that was changed has been undone.
 */
export function fileFailure(
  error: unknown,
  doing: string,
  path: string,
  effect: 'none' | 'unknown' = 'none',
): unknown {
  if (error instanceof ToolFailure) return error;
  const system = systemCodeOf(error);
  if (system === undefined || !(error instanceof Error)) return error;
  const meaning = meanings[system] ?? {
    code: 'file-error',
    class: 'external' as const,
    words: `the operating system answered ${system}.`,
  };
  return new ToolFailure({
    code: meaning.code,
    class: meaning.class,
    message: `${doing} '${path}': ${meaning.words}`,
    ...(meaning.retryable === undefined ? {} : { retryable: meaning.retryable }),
    effect,
    details: { path, systemCode: system },
    cause: error,
  });
}

/** The failure when nothing is at a path, where the system was not asked or did not say so. */
export function notFound(doing: string, path: string): ToolFailure {
  return new ToolFailure({
    code: 'not-found',
    class: 'external',
    message: `${doing} '${path}': ${meanings['ENOENT']?.words ?? ''}`,
    effect: 'none',
    details: { path },
  });
}

/** Runs some work on a path and gives its errors the shape of {@link fileFailure}. */
export async function withFileFailures<Result>(
  doing: string,
  path: string,
  work: () => Promise<Result>,
  effect: 'none' | 'unknown' = 'none',
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error, doing, path, effect);
  }
}
