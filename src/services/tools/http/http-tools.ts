// http.get and http.request: requests with expected statuses, limits, checked redirects, and addresses that
// are private refused. GET and HEAD may be repeated; other methods carry the idempotency key.
import type { Agent } from 'node:http';
import { createRequire } from 'node:module';
import type * as Filtering from 'request-filtering-agent';
import { z } from 'zod';
import { Json } from '../../../model/scalars.js';
import type { Clock } from '../../clock.js';
import { refuseIfAborted } from '../abort.js';
import { defineTool, type ToolCallContext, ToolFailure } from '../tool.js';
import { BodyType, decodeBody, ResponseType } from './body.js';
import { exchange, type ExchangeReply } from './exchange.js';
import { shownUrl, statusFailure } from './http-failure.js';
import { type Hop, isRedirect, nextHop, webUrl } from './redirects.js';
import type { HttpSettings } from './settings.js';

const require = createRequire(import.meta.url);

const Headers = z
  .record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected a header name'),
    z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'expected a header value without line breaks'),
  )
  .refine(
    (headers) =>
      Object.keys(headers).every(
        (name) =>
          !/^(connection|content-length|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/i.test(name),
      ),
    {
      error:
        'connection, content-length, host, keep-alive, te, trailer, transfer-encoding and upgrade are set by the tool',
    },
  );

const shared = {
  url: z.string().min(1).max(8192).describe('Absolute, with http or https.'),
  headers: Headers.default({}),
  expectStatus: z
    .array(z.number().int().min(100).max(599))
    .min(1)
    .optional()
    .describe('Statuses that count as success [200 to 299].'),
  responseType: ResponseType.default('auto').describe('How the body is read; auto goes by its content type.'),
  followRedirects: z.boolean().default(true),
  maxBytes: z
    .number()
    .int()
    .positive()
    .optional()
    .describe("The most bytes of the body, within the engine's limit."),
};

const GetInput = z.strictObject(shared);

const RequestInput = z
  .strictObject({
    ...shared,
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
    body: z.string().optional().describe('Sent as it is, in UTF-8.'),
    json: Json.optional().describe('Sent as JSON, with its content type.'),
  })
  .refine((input) => input.body === undefined || input.json === undefined, {
    error: 'expected body or json, not both',
  })
  .refine((input) => !isSafe(input.method) || (input.body === undefined && input.json === undefined), {
    error: 'GET and HEAD have no body',
  });

const HttpOutput = z.object({
  status: z.number().int(),
  headers: z.record(z.string(), z.string()).describe('Names in lower case.'),
  body: Json.describe('JSON parsed, text, base64 of other bytes, or null when there is none.'),
  bodyType: BodyType,
  bytes: z.number().int().nonnegative().describe('Of the body, after decompression.'),
  url: z.string().describe('That answered, after redirects.'),
});

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';

interface Call {
  readonly hop: Hop;
  readonly input: z.output<typeof GetInput>;
}

/** Makes `http.get` and `http.request`. The clock reads Retry-After dates. */
export function createHttpTools(settings: HttpSettings, clock: Clock) {
  let agents: Agents | undefined;
  const request = (call: Call, context: ToolCallContext) => {
    agents ??= createAgents(settings);
    return run(call, { settings, clock, agents, context });
  };
  const get = defineTool({
    name: 'http.get',
    description: 'Fetches a URL with GET and gives status, headers and body (JSON parsed).',
    input: GetInput,
    output: HttpOutput,
    effect: 'idempotent',
    safety: 'read',
    timeoutMs: 60_000,
    run: (input, context) =>
      request({ hop: firstHop(input, 'GET', undefined, undefined, settings, context), input }, context),
  });
  const any = defineTool({
    name: 'http.request',
    description:
      'Sends an HTTP request with a method, headers and a body, and gives status, headers and body.',
    input: RequestInput,
    output: HttpOutput,
    effect: (input) => (isSafe(input.method) ? 'idempotent' : 'once'),
    safety: 'write',
    timeoutMs: 60_000,
    run: (input, context) =>
      request(
        { hop: firstHop(input, input.method, input.body, input.json, settings, context), input },
        context,
      ),
  });
  return [get, any] as const;
}

interface Agents {
  readonly http: Agent;
  readonly https: Agent;
}

function createAgents({ allowPrivateAddresses: allowed }: HttpSettings): Agents {
  const options = {
    allowPrivateIPAddress: allowed === true,
    allowMetaIPAddress: allowed === true,
    allowIPAddressList: Array.isArray(allowed) ? allowed : [],
    // Each request has a connection of its own: whether it was sent can then be told.
    keepAlive: false,
  };
  const filtering = require('request-filtering-agent') as typeof Filtering;
  return {
    http: new filtering.RequestFilteringHttpAgent(options),
    https: new filtering.RequestFilteringHttpsAgent(options),
  };
}

function firstHop(
  input: z.output<typeof GetInput>,
  method: string,
  text: string | undefined,
  json: Json | undefined,
  settings: HttpSettings,
  context: ToolCallContext,
): Hop {
  const content = json === undefined ? text : JSON.stringify(json);
  const body = content === undefined ? undefined : Buffer.from(content, 'utf8');
  const headers: Record<string, string> = {
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': settings.userAgent,
    ...(isSafe(method) ? {} : { 'idempotency-key': context.idempotencyKey }),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(text === undefined ? {} : { 'content-type': 'text/plain; charset=utf-8' }),
  };
  for (const [name, value] of Object.entries(input.headers)) headers[name.toLowerCase()] = value;
  if (body !== undefined || !isSafe(method)) headers['content-length'] = String(body?.length ?? 0);
  return { url: webUrl(input.url), method, headers, body };
}

interface Surroundings {
  readonly settings: HttpSettings;
  readonly clock: Clock;
  readonly agents: Agents;
  readonly context: ToolCallContext;
}

async function run({ hop: first, input }: Call, around: Surroundings): Promise<z.input<typeof HttpOutput>> {
  const { settings, clock, agents, context } = around;
  const isExpected = (status: number): boolean =>
    input.expectStatus === undefined ? status >= 200 && status < 300 : input.expectStatus.includes(status);
  let hop = first;
  for (let redirects = 0; ; redirects++) {
    refuseIfAborted(
      context.signal,
      `${hop.method} ${shownUrl(hop.url)}`,
      redirects === 0 ? 'none' : 'unknown',
    );
    const reply = await exchange({
      ...hop,
      agent: hop.url.protocol === 'https:' ? agents.https : agents.http,
      signal: context.signal,
      maxBytes: Math.min(settings.maxBytes, input.maxBytes ?? settings.maxBytes),
      isWanted: isExpected,
      mayHaveActed: redirects > 0,
    });
    const location = reply.headers['location'];
    if (!isExpected(reply.status) && input.followRedirects && isRedirect(reply.status, location)) {
      if (redirects >= settings.maxRedirects) throw tooManyRedirects(first, settings.maxRedirects);
      hop = nextHop(hop, reply.status, location);
      continue;
    }
    if (!isExpected(reply.status)) throw unexpected(hop, reply, input.expectStatus, clock);
    const { status, headers } = reply;
    return {
      status,
      headers,
      ...decodeBody(reply, input.responseType, hop.url),
      bytes: reply.body.length,
      url: hop.url.href,
    };
  }
}

function unexpected(
  hop: Hop,
  reply: ExchangeReply,
  expectStatus: readonly number[] | undefined,
  clock: Clock,
): ToolFailure {
  return statusFailure({
    url: hop.url,
    method: hop.method,
    status: reply.status,
    expected: expectStatus?.join(' or ') ?? '200 to 299',
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], clock),
    body: reply.body,
  });
}

/** Retry-After is a number of seconds or a date. */
function retryAfterMs(value: string | undefined, clock: Clock): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - clock.now());
}

function tooManyRedirects(first: Hop, limit: number): ToolFailure {
  return new ToolFailure({
    code: 'too-many-redirects',
    class: 'external',
    message: `${first.method} ${shownUrl(first.url)} was redirected more than ${limit} times. Call the final address, or raise http.maxRedirects.`,
    effect: 'unknown',
    details: { url: shownUrl(first.url) },
  });
}
