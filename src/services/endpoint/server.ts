// Endpoint: a small HTTP server on the loopback through which other processes of the same user reach an engine.
//
// E1 nothing of a request is read before the gate has let it in.
// E2 a slow reader of a stream holds back that stream only; what it has not taken stays where it is.
// E3 close() answers what is under way, ends every stream with a line that says so, and then hangs up.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { EngineError } from '../../errors.js';
import { secret } from '../ids.js';
import { readBody } from './body.js';
import { createGate, type Refusal } from './gate.js';
import {
  CallRequest,
  EventsQuery,
  maxBodyBytes,
  toSent,
  type CallReply,
  type EndpointHandler,
  type StreamLine,
} from './protocol.js';

export interface EndpointOptions {
  readonly handler: EndpointHandler;
  /** What callers must know [a new secret]. */
  readonly token?: string;
  /** The largest body of a call, in bytes [16 MiB]. */
  readonly maxBodyBytes?: number;
}

export interface Endpoint {
  /** `http://127.0.0.1:<port>`, with a port that the system chose. */
  readonly url: string;
  readonly token: string;
  /** Takes no more calls, aborts the signals of those that run, ends all streams, and resolves when all is closed. */
  close(): Promise<void>;
}

/** How long a connection may do nothing while the endpoint closes, in milliseconds. */
const closingIdleMs = 2_000;

/**
 * Opens an endpoint. By itself it does not keep the process alive.
 *
 * @throws Error of the system when no port of the loopback can be had.
 */
export async function createEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const token = options.token ?? secret();
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  let gate = (_: IncomingMessage): Refusal | undefined => ({
    status: 503,
    message: 'the endpoint is not open yet',
  });

  const server = createServer((request, response) => {
    const refusal = gate(request);
    if (refusal !== undefined) return refuse(response, refusal);
    const exchange = serve(request, response, options, closing.signal).catch(() => void response.destroy());
    running.add(exchange);
    void exchange.finally(() => running.delete(exchange));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server);
  gate = createGate(token, port);
  server.unref();

  return {
    url: `http://127.0.0.1:${port}`,
    token,
    async close() {
      if (closing.signal.aborted) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.setTimeout(closingIdleMs, () => socket.destroy());
      closing.abort(new EngineError('ENGINE_CLOSED', 'The engine has closed. Run the command again.'));
      server.closeIdleConnections();
      await Promise.all(running);
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.maxConnections = 200;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: EndpointOptions,
  closing: AbortSignal,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const gone = new AbortController();
  response.once('close', () => gone.abort(new EngineError('ENGINE_CLOSED', 'The caller has gone.')));
  const signal = AbortSignal.any([closing, gone.signal]);
  const route = `${request.method} ${url.pathname}`;
  if (route === 'POST /call') return answer(request, response, options, signal);
  if (route === 'GET /events') return stream(response, url, options.handler, closing, signal);
  refuse(response, { status: 404, message: `expected POST /call or GET /events, got ${route}` });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: EndpointOptions,
  signal: AbortSignal,
): Promise<void> {
  const body = await readBody(request, options.maxBodyBytes ?? maxBodyBytes);
  if (typeof body !== 'string') return refuse(response, body);
  let call: CallRequest;
  try {
    call = CallRequest.parse(JSON.parse(body));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it has other keys';
    return refuse(response, {
      status: 400,
      message: `expected {"method": …, "params": …}: ${reason}`,
    });
  }
  let reply: CallReply;
  try {
    reply = { ok: true, value: (await options.handler.call(call.method, call.params, signal)) ?? null };
  } catch (error) {
    reply = { ok: false, error: toSent(error) };
  }
  send(response, 200, reply);
}

async function stream(
  response: ServerResponse,
  url: URL,
  handler: EndpointHandler,
  closing: AbortSignal,
  signal: AbortSignal,
): Promise<void> {
  const query = EventsQuery.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) {
    const issue = query.error.issues[0];
    return refuse(response, {
      status: 400,
      message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    });
  }
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  const write = (line: StreamLine): boolean => response.write(`${JSON.stringify(line)}\n`);
  let end: StreamLine;
  try {
    for await (const value of handler.events(query.data, signal)) {
      if (!write({ value })) await drained(response, signal);
      if (signal.aborted) break;
    }
    end = { end: closing.aborted ? 'closed' : 'done' };
  } catch (error) {
    end = closing.aborted ? { end: 'closed' } : { end: 'error', error: toSent(error) };
  }
  // A reader that has stopped taking is not waited for.
  if (closing.aborted && response.writableNeedDrain) return void response.destroy();
  write(end);
  response.end();
}

/** Resolves when there is room again, the reader has gone, or the endpoint closes. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  await once(response, 'drain', { signal }).catch(() => undefined);
}

/** Turns a request away. The connection ends with the answer, so that what is left of the body is not read. */
function refuse(response: ServerResponse, { status, message }: Refusal): void {
  const error = { code: status === 503 ? 'ENGINE_CLOSED' : 'INPUT_INVALID', message, problems: [] };
  response.setHeader('connection', 'close');
  send(response, status, { ok: false, error });
}

function send(response: ServerResponse, status: number, reply: CallReply): void {
  const text = JSON.stringify(reply);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  };
  response.writeHead(status, { ...headers, 'cache-control': 'no-store' });
  response.end(text);
}
