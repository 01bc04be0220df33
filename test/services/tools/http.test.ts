// http.get and http.request against real servers on this machine: bodies, requests, statuses.
import { describe, expect, test } from 'vitest';
import { failureOf } from './calling.js';
import { base, call, get, request, seen, serve } from './serving.js';

describe('bodies', () => {
  test.each<[string, unknown, string, object]>([
    ['/json', { ü: [1] }, 'json', {}],
    ['/problem', { a: 1 }, 'json', {}],
    ['/json', '{"ü":[1]}', 'text', { responseType: 'text' }],
    ['/text', 'grüße', 'text', {}],
    ['/bytes', 'AAH/', 'base64', {}],
    ['/none', null, 'empty', {}],
    ['/gzip', 'packed', 'text', {}],
    ['/br', 'packed', 'text', {}],
  ])('%s is read', async (path, body, bodyType, more) => {
    expect(await get(path, more)).toMatchObject({ body, bodyType, url: base + path });
  });

  test('headers are in lower case and joined', async () => {
    expect((await get('/cookies')).headers).toMatchObject({ 'set-cookie': 'a=1, b=2' });
  });

  test('JSON that is none, a body that is too large also once unpacked, one that is cut', async () => {
    expect(await failureOf(get('/bad-json'))).toMatchObject({
      code: 'bad-body',
      class: 'external',
      retryable: false,
    });
    expect(await failureOf(get('/none', { responseType: 'json' }))).toMatchObject({ code: 'bad-body' });
    expect(await failureOf(get('/large'))).toMatchObject({
      code: 'too-large',
      class: 'resource',
      retryable: false,
    });
    expect(await failureOf(get('/json', { maxBytes: 3 }))).toMatchObject({ code: 'too-large' });
    expect(await failureOf(get('/bomb'))).toMatchObject({ code: 'too-large' });
    expect(await failureOf(get('/bad-gzip'))).toMatchObject({ code: 'bad-response', class: 'external' });
    expect(await failureOf(get('/cut'))).toMatchObject({
      code: 'connection-lost',
      class: 'transient',
      retryable: true,
      effect: 'unknown',
    });
  });
});

describe('requests', () => {
  test('method, headers, body and the idempotency key are sent', async () => {
    await request(
      '/json',
      { method: 'POST', json: { a: 'ü' }, headers: { 'X-Own': 'y' } },
      { idempotencyKey: 'goal/7' },
    );
    await request('/json', {
      method: 'PUT',
      body: 'plain',
      headers: { 'Idempotency-Key': 'mine', 'Content-Type': 'text/csv' },
    });
    await get('/json');
    await request('/json', { method: 'HEAD' });
    await request('/json', { method: 'DELETE' });
    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{"a":"ü"}'],
      ['PUT', 'plain'],
      ['GET', ''],
      ['HEAD', ''],
      ['DELETE', ''],
    ]);
    expect(seen.map(({ headers }) => [headers['idempotency-key'], headers['content-type']])).toEqual([
      ['goal/7', 'application/json'],
      ['mine', 'text/csv'],
      [undefined, undefined],
      [undefined, undefined],
      ['goal/task', undefined],
    ]);
    expect(seen[0]?.headers).toMatchObject({ 'x-own': 'y', 'user-agent': 'statewright' });
  });

  test.each([
    [{ url: 'ftp://a/b' }, 'scheme'],
    [{ url: 'not a url' }, 'not a URL'],
    [{ url: 'http://user:pw@127.0.0.1/' }, 'password'],
  ])('refuses %j before anything is sent', async (input, words) => {
    const failure = await failureOf(call('http.get', input));
    expect(failure).toMatchObject({ code: 'bad-url', class: 'logic', effect: 'none' });
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain('pw');
  });

  test.each([
    { method: 'GET', body: 'x' },
    { method: 'POST', body: 'x', json: 1 },
    { headers: { Host: 'other' } },
    { headers: { a: 'x\r\ny: z' } },
    { headers: { 'a b': 'x' } },
  ])('its schema refuses %j', async (more) => {
    await expect(request('/json', more)).rejects.toThrow();
    expect(seen).toEqual([]);
  });
});

describe('statuses', () => {
  test.each([
    [408, 'transient', true],
    [425, 'transient', true],
    [429, 'transient', true],
    [500, 'transient', true],
    [503, 'transient', true],
    [400, 'logic', false],
    [401, 'external', false],
    [404, 'external', false],
    [422, 'logic', false],
  ])('%i is %s', async (status, kind, retryable) => {
    const failure = await failureOf(get(`/status/${status}?token=secret`));
    expect(failure).toMatchObject({ code: 'http-status', class: kind, retryable, effect: 'unknown' });
    expect(failure.details).toMatchObject({ status, retryAfterMs: 7000, body: 'because' });
    expect(failure.message).not.toContain('secret');
  });

  test('expected statuses are success, others are not', async () => {
    expect(await get('/status/404', { expectStatus: [200, 404] })).toMatchObject({ status: 404, bytes: 7 });
    expect((await failureOf(get('/json', { expectStatus: [201] }))).message).toContain(
      'answered 200, expected 201',
    );
  });

  test('Retry-After may be a date', async () => {
    const other = await serve((_, response) =>
      response
        .writeHead(503, { 'retry-after': new Date(Date.UTC(2030, 0, 1, 0, 0, 30)).toUTCString() })
        .end(),
    );
    expect((await failureOf(call('http.get', { url: other }))).details).toMatchObject({
      retryAfterMs: 30_000,
    });
  });
});
