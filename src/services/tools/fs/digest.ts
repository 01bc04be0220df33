// Digests of files, read in pieces, so that a file's size does not matter.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refuseIfAborted } from '../abort.js';
import { openFile } from './look.js';
import { withFileFailures } from './file-failure.js';

/** The algorithms of digests; md5 and sha1 only for comparing with what others published. */
export const HashAlgorithm = z.enum(['sha256', 'sha512', 'sha1', 'md5']);
export type HashAlgorithm = z.infer<typeof HashAlgorithm>;

/** Bytes read or copied at once. */
export const pieceBytes = 262_144;

/**
 * The digest of a file in lower-case hexadecimal, and the number of bytes that went into it.
 *
 * @throws ToolFailure when the file cannot be read or the signal is aborted.
 */
export async function digestFile(
  path: string,
  algorithm: HashAlgorithm,
  signal: AbortSignal,
): Promise<{ hash: string; bytes: number }> {
  const { handle } = await openFile(path);
  try {
    return await withFileFailures('Could not read', path, async () => {
      const hash = createHash(algorithm);
      const piece = Buffer.allocUnsafe(pieceBytes);
      let bytes = 0;
      for (;;) {
        refuseIfAborted(signal, `Hashing '${path}'`, 'none');
        const { bytesRead } = await handle.read(piece, 0, pieceBytes, bytes);
        if (bytesRead === 0) return { hash: hash.digest('hex'), bytes };
        hash.update(piece.subarray(0, bytesRead));
        bytes += bytesRead;
      }
    });
  } finally {
    await handle.close();
  }
}
