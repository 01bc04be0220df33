// A real HTTP server for each test, and calls to it.
import http, {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import type net from 'node:net';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach } from 'vitest';
import type { Clock } from '#src/services/clock.js';
import { callerOf } from './calling.js';

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  bodyType: string;
  bytes: number;
  url: string;
}

export const servers: (Server | net.Server)[] = [];
export const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
const clock: Clock = { now: () => Date.UTC(2030, 0, 1), at: () => () => undefined };
export const call = callerOf({
  roots: ['/tmp'],
  http: { allowPrivateAddresses: true, maxBytes: 5000 },
  clock,
});
export let base: string;

export async function serve(listener: RequestListener): Promise<string> {
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(pieces).toString() });
      listener(request, response);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const routes: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
  '/json': (response) =>
    response.setHeader('content-type', 'application/json; charset=utf-8').end('{"ü":[1]}'),
  '/problem': (response) => response.setHeader('content-type', 'application/problem+json').end('{"a":1}'),
  '/bad-json': (response) => response.setHeader('content-type', 'application/json').end('{"a"'),
  '/text': (response) =>
    response
      .setHeader('content-type', 'text/plain; charset=iso-8859-1')
      .end(Buffer.from('gr\xfc\xdfe', 'latin1')),
  '/bytes': (response) => response.end(Buffer.from([0, 1, 255])),
  '/none': (response) => response.writeHead(204).end(),
  '/gzip': (response) =>
    response
      .setHeader('content-encoding', 'gzip')
      .setHeader('content-type', 'text/plain')
      .end(gzipSync('packed')),
  '/br': (response) =>
    response
      .setHeader('content-encoding', 'br')
      .setHeader('content-type', 'text/plain')
      .end(brotliCompressSync('packed')),
  '/bomb': (response) =>
    response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(1_000_000))),
  '/bad-gzip': (response) => response.setHeader('content-encoding', 'gzip').end('not packed'),
  '/large': (response) => response.end(Buffer.alloc(5001)),
  '/cookies': (response) => response.setHeader('set-cookie', ['a=1', 'b=2']).end(),
  '/to-json': (response) => response.writeHead(302, { location: '/json' }).end(),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/see-other': (response) => response.writeHead(303, { location: '/json' }).end(),
  '/keep': (response) => response.writeHead(307, { location: '/json' }).end(),
  '/to-file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  },
  '/never': () => undefined,
};

beforeEach(async () => {
  seen.length = 0;
  base = await serve((request, response) => {
    const route = routes[(request.url ?? '').split('?')[0] ?? ''];
    const status = /^\/status\/(\d+)/.exec(request.url ?? '')?.[1];
    if (status !== undefined) response.writeHead(Number(status), { 'retry-after': '7' }).end('because');
    else if (route === undefined) response.writeHead(404).end('nothing here');
    else route(response, request);
  });
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    if (server instanceof http.Server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

export const get = (path: string, more = {}, difference = {}): Promise<Reply> =>
  call<Reply>('http.get', { url: base + path, ...more }, difference);
export const request = (path: string, more = {}, difference = {}): Promise<Reply> =>
  call<Reply>('http.request', { url: base + path, ...more }, difference);
