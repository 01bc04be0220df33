// The body of a response as a value: JSON parsed, text decoded, other bytes in base64.
import { z } from 'zod';
import type { Json } from '../../../model/scalars.js';
import { ToolFailure } from '../tool.js';
import type { ExchangeReply } from './exchange.js';
import { shownUrl } from './http-failure.js';

/** How a body is asked for. */
export const ResponseType = z.enum(['auto', 'json', 'text', 'base64']);
export type ResponseType = z.infer<typeof ResponseType>;

/** How a body was read. */
export const BodyType = z.enum(['json', 'text', 'base64', 'empty']);
export type BodyType = z.infer<typeof BodyType>;

/**
 * Decodes a body. `auto` goes by the content type.
 *
 * @throws ToolFailure `bad-body` when JSON is expected or promised and does not come.
 */
export function decodeBody(
  reply: ExchangeReply,
  wanted: ResponseType,
  url: URL,
): { body: Json; bodyType: BodyType } {
  const contentType = reply.headers['content-type'] ?? '';
  const mime = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (reply.body.length === 0 && wanted !== 'json') return { body: null, bodyType: 'empty' };
  switch (wanted === 'auto' ? typeOfMime(mime, contentType) : wanted) {
    case 'json':
      return { body: parseJson(reply, contentType, url), bodyType: 'json' };
    case 'text':
      return { body: textOf(reply.body, contentType), bodyType: 'text' };
    case 'base64':
      return { body: reply.body.toString('base64'), bodyType: 'base64' };
  }
}

function typeOfMime(mime: string, contentType: string): 'json' | 'text' | 'base64' {
  if (mime === 'application/json' || mime.endsWith('+json')) return 'json';
  const isText =
    mime.startsWith('text/') ||
    mime.endsWith('+xml') ||
    /^application\/(xml|javascript|x-ndjson|yaml|toml|x-www-form-urlencoded|sql|graphql)$/.test(mime) ||
    /;\s*charset=/i.test(contentType);
  return isText ? 'text' : 'base64';
}

function textOf(body: Buffer, contentType: string): string {
  const named = /;\s*charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(named).decode(body);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // A character set that nobody knows: UTF-8 is the best guess there is.
    return new TextDecoder().decode(body);
  }
}

function parseJson(reply: ExchangeReply, contentType: string, url: URL): Json {
  const text = textOf(reply.body, contentType);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ToolFailure({
      code: 'bad-body',
      class: 'external',
      message: `The response of ${shownUrl(url)} should be JSON and is not: ${words}. Give responseType 'text' to see it as it is.`,
      effect: 'unknown',
      details: { url: shownUrl(url), status: reply.status, body: text.slice(0, 2048) },
      cause: error,
    });
  }
}
