// Body: reads the JSON of a request, up to a size.
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './gate.js';

/** The text of a request's body, or why it is not taken. Rejects when the sender goes away in the middle. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | Refusal> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    return { status: 415, message: `expected the Content-Type application/json, got '${type ?? ''}'` };
  }
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) return tooLarge(maxBytes, `${declared}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return tooLarge(maxBytes, 'more');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const tooLarge = (maxBytes: number, got: string): Refusal => ({
  status: 413,
  message: `expected a body of at most ${maxBytes} bytes, got ${got}; split the plan, or pass large values as files`,
});
