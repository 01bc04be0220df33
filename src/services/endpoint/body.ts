// Body: reads the JSON of a request, up to a size.
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './gate.js';

/** The text of a request's body, or why it is not taken. Rejects when the sender goes away in the middle. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | Refusal> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    return { status: 415, message: `expected the Content-Type application/json, got '${type ?? ''}'` };
  }
  const patience = maxBytes * 4;
  if (Number(request.headers['content-length'] ?? 0) > patience) return tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  // A sender that is still sending does not see the answer: what is too much is taken and thrown away first.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > patience) break;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size > maxBytes ? tooLarge(maxBytes) : Buffer.concat(chunks).toString('utf8');
}

const tooLarge = (maxBytes: number): Refusal => ({
  status: 413,
  message: `expected a body of at most ${maxBytes} bytes, got more; split the plan, or pass large values as files`,
});
