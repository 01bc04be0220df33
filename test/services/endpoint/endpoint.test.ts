// The endpoint over real sockets: who is let in, what is taken, and how it ends.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import { createEndpointClient } from '#src/services/endpoint/client.js';
import type { EndpointHandler, EventsQuery } from '#src/services/endpoint/protocol.js';
import { createEndpoint, type Endpoint } from '#src/services/endpoint/server.js';
import { ask } from './requests.js';

const token = 'the-token';
const json = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
const call = JSON.stringify({ method: 'echo', params: { a: 1 } });

let endpoint: Endpoint;
let taken: number;
let calls: string[];
let aborted: Promise<void>;
let abort: () => void;

/** Echoes, refuses, waits for ever; its events are 1, 2, 3 … up to `from`, or without end. */
const handler: EndpointHandler = {
  call(method, params, signal) {
    calls.push(method);
    if (method === 'refuse') {
      const problems = [{ path: 'a.b', message: 'no', line: 3, column: 7 }];
      throw new EngineError('PLAN_REFUSED', 'It was refused.', { problems });
    }
    if (method === 'bug') throw new TypeError('x is not a function');
    if (method !== 'wait') return Promise.resolve(params);
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        abort();
        reject(signal.reason as Error);
      }),
    );
  },
  events: (query, signal) => numbers(query, signal),
};

async function* numbers(query: EventsQuery, signal: AbortSignal): AsyncGenerator<unknown> {
  const big = 'x'.repeat(query.goal === 'big' ? 10_000 : 1);
  for (let n = query.from ?? 1; query.follow !== false || n <= 3; n++) {
    if (signal.aborted) return;
    taken = n;
    yield { n, big };
    if (query.goal === 'quiet') await once(signal, 'abort');
    else await new Promise((resolve) => setImmediate(resolve));
  }
  if (query.goal === 'broken') throw new EngineError('STORE_DAMAGED', 'A record is damaged.');
}

beforeEach(async () => {
  taken = 0;
  calls = [];
  aborted = new Promise((resolve) => {
    abort = resolve;
  });
  endpoint = await createEndpoint({ handler, token, maxBodyBytes: 1000 });
});
afterEach(() => endpoint.close());

const client = () => createEndpointClient(endpoint);
const portOf = ({ url }: Endpoint): number => Number(new URL(url).port);

describe('who is let in', () => {
  test('listens on the loopback only, and makes a token of its own', async () => {
    const own = await createEndpoint({ handler });
    expect(own.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(own.token).toMatch(/^[\w-]{43}$/);
    await own.close();
  });

  test.each([
    ['no token', { 'content-type': 'application/json' }],
    ['a wrong token', { ...json, authorization: 'Bearer the-tokeN' }],
    ['a token that begins well', { ...json, authorization: `Bearer ${token}x` }],
    ['a token in another scheme', { ...json, authorization: `Basic ${token}` }],
  ])('refuses %s', async (_, headers) => {
    const answer = await ask({ url: endpoint.url, headers, body: call });
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain(token);
    expect(calls).toEqual([]);
  });

  test.each(['evil.example', `evil.example:80`, '127.0.0.1', '127.0.0.1:1'])(
    'refuses the Host %j, as after DNS rebinding',
    async (host) => {
      const answer = await ask({ url: endpoint.url, headers: { ...json, host }, body: call });
      expect(answer.status).toBe(403);
      expect(calls).toEqual([]);
    },
  );

  test('takes localhost with the port as Host', async () => {
    const headers = { ...json, host: `localhost:${portOf(endpoint)}` };
    expect(await ask({ url: endpoint.url, headers, body: call })).toMatchObject({ status: 200 });
  });

  test.each(['http://evil.example', 'null', 'http://127.0.0.1'])('refuses any Origin: %s', async (origin) => {
    const answer = await ask({ url: endpoint.url, headers: { ...json, origin }, body: call });
    expect(answer.status).toBe(403);
    expect(calls).toEqual([]);
  });
});

describe('what is taken', () => {
  test('a call is answered', async () => {
    const answer = await ask({ url: endpoint.url, headers: json, body: call });
    expect(answer).toEqual({ status: 200, body: '{"ok":true,"value":{"a":1}}' });
  });

  test('only JSON', async () => {
    const headers = { ...json, 'content-type': 'text/plain' };
    expect(await ask({ url: endpoint.url, headers, body: call })).toMatchObject({ status: 415 });
  });

  test.each(['{', '[]', '{"method":1}', '{"method":"echo","more":1}', ''])(
    'no other shape: %j',
    async (body) => {
      expect(await ask({ url: endpoint.url, headers: json, body })).toMatchObject({ status: 400 });
      expect(calls).toEqual([]);
    },
  );

  test('no other place', async () => {
    expect(await ask({ url: endpoint.url, headers: json, path: '/', body: call })).toMatchObject({
      status: 404,
    });
    expect(await ask({ url: endpoint.url, headers: json, method: 'GET' })).toMatchObject({ status: 404 });
  });

  test('no body over the limit, whether it says so or not', async () => {
    const body = JSON.stringify({ method: 'echo', params: 'x'.repeat(1000) });
    const said = await ask({ url: endpoint.url, headers: json, body });
    expect(said).toMatchObject({ status: 413 });
    expect(said.body).toContain('at most 1000 bytes');
    const chunked = { ...json, 'transfer-encoding': 'chunked' };
    expect(await ask({ url: endpoint.url, headers: chunked, body })).toMatchObject({ status: 413 });
    const large = JSON.stringify({ method: 'echo', params: 'x'.repeat(3_900) });
    expect(await ask({ url: endpoint.url, headers: chunked, body: large })).toMatchObject({ status: 413 });
    expect(calls).toEqual([]);
  });

  test('a large body that is refused is read first, so that its sender sees the answer', async () => {
    const roomy = await createEndpoint({ handler, token, maxBodyBytes: 1_000_000 });
    const body = Buffer.alloc(3_900_000, 'x');
    expect(await ask({ url: roomy.url, headers: json, body })).toMatchObject({ status: 413 });
    await roomy.close();
  });

  test('an error of the engine arrives as it was thrown, with its places', async () => {
    const error = await client()
      .call('refuse', {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({
      code: 'PLAN_REFUSED',
      message: 'It was refused.',
      problems: [{ path: 'a.b', message: 'no', line: 3, column: 7 }],
    });
  });

  test('a bug arrives as one', async () => {
    await expect(client().call('bug', {})).rejects.toMatchObject({
      code: 'ENGINE_INVARIANT',
      message: 'x is not a function',
    });
  });

  test('a caller who goes away aborts the call', async () => {
    const gone = new AbortController();
    const waiting = client().call('wait', {}, { signal: gone.signal });
    waiting.catch(() => undefined);
    await until(() => calls.includes('wait'));
    gone.abort(new Error('not any more'));
    await expect(waiting).rejects.toThrow('not any more');
    await aborted;
  });
});

describe('events', () => {
  test('come one a line and end', async () => {
    const { status, body } = await ask({
      url: endpoint.url,
      path: '/events?from=2&follow=false',
      method: 'GET',
      headers: json,
    });
    expect(status).toBe(200);
    expect(
      body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ value: { n: 2, big: 'x' } }, { value: { n: 3, big: 'x' } }, { end: 'done' }]);
  });

  test('refuse a query that is not understood', async () => {
    for (const path of ['/events?from=0', '/events?from=x', '/events?form=1', '/events?until=never']) {
      expect(await ask({ url: endpoint.url, path, method: 'GET', headers: json })).toMatchObject({
        status: 400,
      });
    }
  });

  test('an error in the middle arrives after what came before it', async () => {
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const value of client().events({ goal: 'broken', follow: false })) seen.push(value);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    expect(seen).toHaveLength(3);
  });

  test('E2 a reader that does not read holds back the source, and close() does not wait for it', async () => {
    const socket = await openStream('big');
    socket.pause();
    await until(() => taken > 0);
    let before = -1;
    await until(() => {
      const stands = before === taken;
      before = taken;
      return stands;
    }, 50);
    // 10 KB a value: far fewer than would have been taken by now without back-pressure.
    expect(taken).toBeLessThan(2000);
    // Others are not held back.
    expect(await client().call('echo', 1)).toBe(1);
    await endpoint.close();
    socket.destroy();
  });

  test('a reader that leaves ends its source', async () => {
    const reading = client().events({ goal: 'big' });
    await reading.next();
    await reading.return(undefined);
    let before = -1;
    await until(() => {
      const stands = before === taken;
      before = taken;
      return stands;
    }, 50);
  });
});

describe('E3 close', () => {
  test('ends streams with a line that says so', async () => {
    const reading = client().events({ goal: 'quiet' });
    expect(await reading.next()).toMatchObject({ value: { n: 1 } });
    const next = reading.next();
    next.catch(() => undefined);
    await endpoint.close();
    await expect(next).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  });

  test('aborts and answers the calls that run, and takes no more', async () => {
    const waiting = client().call('wait', {});
    waiting.catch(() => undefined);
    await until(() => calls.includes('wait'));
    await endpoint.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    await expect(client().call('echo', 1)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  });

  test('does not wait for a request that never comes to its end', async () => {
    const socket = createConnection(portOf(endpoint), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST /call HTTP/1.1\r\nHost: 127.0.0.1:${portOf(endpoint)}\r\nAuthorization: Bearer ${token}\r\n`,
    );
    socket.write('Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{');
    socket.on('error', () => undefined);
    await endpoint.close();
  });

  test('may be called twice', async () => {
    await endpoint.close();
    await endpoint.close();
  });
});

/** Opens an event stream on a bare socket. */
async function openStream(goal: string): Promise<Socket> {
  const socket = createConnection(portOf(endpoint), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `GET /events?goal=${goal} HTTP/1.1\r\nHost: 127.0.0.1:${portOf(endpoint)}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  return socket;
}

/** Looks until something is so. */
async function until(isSo: () => boolean, interval = 5): Promise<void> {
  await expect.poll(isSo, { interval, timeout: 10_000 }).toBe(true);
}
