// Endpoint client: calls an engine in another process over its loopback endpoint.
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { EngineError } from '../../errors.js';
import type { Json } from '../../model/scalars.js';
import { CallReply, fromSent, maxBodyBytes, StreamLine, type EventsQuery } from './protocol.js';

export interface EndpointAddress {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly token: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the other side may be silent, in milliseconds [for ever]. */
  readonly silenceMs?: number;
}

export interface EndpointClient {
  /** @throws EngineError what the engine threw; `ENGINE_CLOSED` when nobody answers or the connection is cut. */
  call(method: string, params: Json, options?: CallOptions): Promise<unknown>;
  /**
   * The values of an event stream, as fast as they are taken.
   *
   * @throws EngineError what the engine threw; `ENGINE_CLOSED` when the engine ended before the stream was over.
   */
  events(query: EventsQuery, options?: CallOptions): AsyncGenerator<unknown>;
}

/** Makes a client. Nothing is sent before the first call. */
export function createEndpointClient(address: EndpointAddress): EndpointClient {
  const headers = { authorization: `Bearer ${address.token}` };

  async function call(method: string, params: Json, options: CallOptions = {}): Promise<unknown> {
    const body = Buffer.from(JSON.stringify({ method, params }));
    if (body.length > maxBodyBytes) {
      const message = `expected at most ${maxBodyBytes} bytes for another process's engine, got ${body.length}`;
      throw new EngineError('INPUT_INVALID', `The call '${method}' is too large: ${message}.`);
    }
    const sent = open(
      'POST',
      '/call',
      {
        ...headers,
        'content-type': 'application/json',
        'content-length': body.length,
      },
      options,
    );
    sent.end(body);
    const response = await responseOf(sent, options.signal);
    const reply = CallReply.safeParse(await jsonOf(response, options.signal));
    if (!reply.success) throw closed('it did not answer as an engine does');
    if (!reply.data.ok) throw fromSent(reply.data.error);
    return reply.data.value;
  }

  async function* events(query: EventsQuery, options: CallOptions = {}): AsyncGenerator<unknown> {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
    const sent = open('GET', `/events?${search.toString()}`, headers, options);
    sent.end();
    try {
      const response = await responseOf(sent, options.signal);
      if (response.statusCode !== 200) {
        const refused = CallReply.safeParse(await jsonOf(response, options.signal));
        throw refused.success && !refused.data.ok
          ? fromSent(refused.data.error)
          : closed('it refused the stream');
      }
      for await (const text of linesOf(response, options.signal)) {
        const line = StreamLine.parse(JSON.parse(text));
        if ('value' in line) yield line.value;
        else if ('error' in line) throw fromSent(line.error);
        else if (line.end === 'closed') throw closed('it was closed');
        else return;
      }
      throw closed('the connection was cut');
    } finally {
      sent.destroy();
    }
  }

  function open(
    method: string,
    path: string,
    sentHeaders: Record<string, string | number>,
    options: CallOptions,
  ): ClientRequest {
    const sent = request(new URL(path, address.url), {
      method,
      headers: sentHeaders,
      // A connection for each call: one that is kept may be closed by the other side just when it is used.
      agent: false,
      ...(options.silenceMs === undefined ? {} : { timeout: options.silenceMs }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    sent.on('timeout', () => sent.destroy(new Error('it is silent')));
    // Once there is a response, its own stream tells of the trouble.
    sent.on('error', () => undefined);
    return sent;
  }

  return { call, events };
}

function closed(reason: string, cause?: unknown): EngineError {
  const message = `The engine in the other process cannot be reached: ${reason}. Run the command again.`;
  return new EngineError('ENGINE_CLOSED', message, { cause });
}

function trouble(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  return error instanceof EngineError
    ? error
    : closed(error instanceof Error ? error.message : String(error), error);
}

function responseOf(sent: ClientRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', (error) => reject(trouble(error, signal) as Error));
  });
}

async function jsonOf(response: IncomingMessage, signal: AbortSignal | undefined): Promise<unknown> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw trouble(error, signal);
  }
}

/** The lines of a response; a last one without its end is dropped. */
async function* linesOf(response: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw trouble(error, signal);
  }
}
