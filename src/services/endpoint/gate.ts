// Gate: who may speak to the endpoint. It listens on the loopback only; the gate keeps out web pages that a
// browser on the same machine shows (by Origin and Host, so that DNS rebinding fails too) and other users (by
// the token, which lies in a file that only the owner can read).
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A request that is turned away. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Makes the check that every request passes before anything of it is read. */
export function createGate(token: string, port: number): (request: IncomingMessage) => Refusal | undefined {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const expected = digest(`Bearer ${token}`);
  return ({ headers }) => {
    if (!hosts.has(headers.host ?? '')) {
      return { status: 403, message: `expected the Host 127.0.0.1:${port}, got '${headers.host ?? ''}'` };
    }
    if (headers.origin !== undefined) {
      return {
        status: 403,
        message: `web pages may not call the engine, got the Origin '${headers.origin}'`,
      };
    }
    // Digests have one length, so that comparing takes the same time whatever was sent.
    if (!timingSafeEqual(digest(headers.authorization ?? ''), expected)) {
      return {
        status: 401,
        message: "expected 'Authorization: Bearer <the token in the store's engine.json>'",
      };
    }
    return undefined;
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
