// http.get and http.request: where they may connect to, and what it means when that does not work.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { callerOf, failureOf } from './calling.js';
import { base, call, get, request, seen, serve, servers } from './serving.js';

describe('redirects', () => {
  test('are followed, with the method that the status asks for', async () => {
    expect(await get('/to-json')).toMatchObject({ status: 200, url: `${base}/json` });
    await request('/see-other', { method: 'POST', json: 1 });
    await request('/keep', { method: 'POST', json: 1 });
    expect(seen.slice(2).map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST /see-other 1',
      'GET /json ',
      'POST /keep 1',
      'POST /json 1',
    ]);
  });

  test('are limited, can be turned off, and lead only to the web', async () => {
    expect(await failureOf(get('/loop'))).toMatchObject({ code: 'too-many-redirects' });
    expect(seen).toHaveLength(6);
    expect(await get('/to-json', { followRedirects: false, expectStatus: [302] })).toMatchObject({
      status: 302,
    });
    expect(await get('/to-json', { expectStatus: [302] })).toMatchObject({ status: 302 });
    expect(await failureOf(get('/to-json', { followRedirects: false }))).toMatchObject({
      code: 'http-status',
    });
    expect(await failureOf(get('/to-file'))).toMatchObject({ code: 'bad-url', effect: 'unknown' });
  });

  test('credentials do not go to another origin', async () => {
    const other = await serve((_, response) => response.writeHead(302, { location: `${base}/json` }).end());
    const headers = { Authorization: 'Bearer x', Cookie: 'a=1', 'x-own': 'y' };
    await call('http.get', { url: other, headers });
    expect(
      seen.map((each) => [each.headers.authorization, each.headers.cookie, each.headers['x-own']]),
    ).toEqual([
      ['Bearer x', 'a=1', 'y'],
      [undefined, undefined, 'y'],
    ]);
  });
});

describe('addresses', () => {
  const careful = callerOf({ roots: ['/tmp'] });

  test('private and loopback addresses are refused, by name and number, and nothing is sent', async () => {
    const port = new URL(base).port;
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '0.0.0.0',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f.1',
      '10.0.0.1',
      '169.254.169.254',
    ]) {
      const failure = await failureOf(
        careful('http.request', { url: `http://${host}:${port}/json`, method: 'POST' }),
      );
      expect([host, failure.code, failure.class, failure.retryable, failure.effect]).toEqual([
        host,
        'address-refused',
        'logic',
        false,
        'none',
      ]);
    }
    expect(seen).toEqual([]);
  });

  test('the target of a redirect is checked too', async () => {
    const one = callerOf({ roots: ['/tmp'], http: { allowPrivateAddresses: ['127.0.0.1'] } });
    const other = await serve((_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.2:1/json' }).end(),
    );
    expect(await failureOf(one('http.request', { url: other, method: 'POST' }))).toMatchObject({
      code: 'address-refused',
      effect: 'unknown',
    });
    expect(await one('http.get', { url: `${base}/json` })).toMatchObject({ status: 200 });
  });
});

describe('connections', () => {
  test('that cannot be made are transient and without effect', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    for (const url of [`http://127.0.0.1:${port}/`, 'http://no-such-host.invalid/']) {
      const failure = await failureOf(call('http.request', { url, method: 'POST' }));
      expect(failure).toMatchObject({
        code: 'could-not-connect',
        class: 'transient',
        retryable: true,
        effect: 'none',
      });
    }
  });

  test('that are lost after they stood may have had an effect; one without TLS had none', async () => {
    const server = net.createServer((socket) =>
      socket.on('data', () => socket.destroy()).on('error', () => undefined),
    );
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const input = { url: `http://127.0.0.1:${port}/`, method: 'POST', json: 1 };
    expect(await failureOf(call('http.request', input))).toMatchObject({
      code: 'connection-lost',
      class: 'transient',
      effect: 'unknown',
    });
    expect(
      await failureOf(call('http.request', { ...input, url: input.url.replace('http', 'https') })),
    ).toMatchObject({ effect: 'none' });
  });

  test('end when the call is aborted', async () => {
    const control = new AbortController();
    const waiting = failureOf(get('/never', {}, { signal: control.signal }));
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    control.abort();
    expect(await waiting).toMatchObject({ code: 'aborted', effect: 'unknown' });
    expect(await failureOf(get('/json', {}, { signal: control.signal }))).toMatchObject({
      code: 'aborted',
      effect: 'none',
    });
    expect(seen).toHaveLength(1);
  });
});
