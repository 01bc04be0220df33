// One HTTP request and its response, over node:http so that an agent can refuse addresses.
import http, { type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { networkFailure, tooLarge } from './http-failure.js';

/** What is sent, and within which limits. */
export interface ExchangeRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** An earlier request of the same call was answered: no failure proves any more that nothing happened. */
  readonly mayHaveActed: boolean;
  /** Of a response with a status that is not wanted only the beginning is read. */
  isWanted(status: number): boolean;
}

/** What came back. */
export interface ExchangeReply {
  readonly status: number;
  /** Names in lower case; several of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What is kept of the body of a response that is not wanted. */
const shownBytes = 2048;

/**
 * Sends a request and reads the whole response.
 *
 * @throws ToolFailure with effect `none` when the request was provably never sent.
 */
export async function exchange(request: ExchangeRequest): Promise<ExchangeReply> {
  const progress = { connected: false };
  try {
    const response = await send(request, progress);
    const status = response.statusCode ?? 0;
    const headers = headersOf(response);
    if (request.method === 'HEAD') {
      response.resume();
      return { status, headers, body: Buffer.alloc(0) };
    }
    const isWanted = request.isWanted(status);
    const body = await readBody(request, response, isWanted ? request.maxBytes : shownBytes, isWanted);
    return { status, headers, body };
  } catch (error) {
    throw networkFailure(error, request, progress.connected);
  }
}

function send(request: ExchangeRequest, progress: { connected: boolean }): Promise<IncomingMessage> {
  const { url, method, headers, body, agent, signal } = request;
  const isTls = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = (isTls ? https : http).request(url, { method, headers, agent, signal });
    sent.on('socket', (socket) => {
      // Nothing of the request leaves before this event.
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        progress.connected = true;
      });
    });
    sent.on('error', reject);
    sent.on('response', resolve);
    sent.end(body);
  });
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function readBody(
  request: ExchangeRequest,
  response: IncomingMessage,
  maxBytes: number,
  isWhole: boolean,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of decoded(response) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > maxBytes) {
        if (isWhole) throw tooLarge(request.url, maxBytes);
        break;
      }
    }
  } finally {
    response.destroy();
  }
  return Buffer.concat(pieces).subarray(0, maxBytes);
}

function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase();
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined;
  if (decoder === undefined) return response;
  // The reader of the decoder sees the errors of both.
  return pipeline(response, decoder, () => undefined);
}
