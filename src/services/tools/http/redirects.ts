// Where a redirect leads, and what goes along (RFC 9110, section 15.4).
import { ToolFailure } from '../tool.js';
import { shownUrl } from './http-failure.js';

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** Not sent to another origin: they were meant for the first. */
const ofTheOrigin = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Whether a response asks to go elsewhere. */
export function isRedirect(status: number, location: string | undefined): location is string {
  return redirectStatuses.has(status) && location !== undefined;
}

/** Checks that a URL is one of the web and carries no credentials. */
export function webUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  const flaw =
    url === undefined
      ? 'it is not a URL'
      : url.protocol !== 'http:' && url.protocol !== 'https:'
        ? `its scheme is '${url.protocol.slice(0, -1)}'`
        : url.username !== '' || url.password !== ''
          ? 'it holds a user name or password, which would be logged; send an authorization header'
          : undefined;
  if (url !== undefined && flaw === undefined) return url;
  throw new ToolFailure({
    code: 'bad-url',
    class: 'logic',
    message: `The URL${base === undefined ? '' : ` that ${shownUrl(base)} redirects to`} cannot be used: ${flaw}. Give an absolute URL with http or https.`,
    effect: base === undefined ? 'none' : 'unknown',
  });
}

/** The next request. */
export function nextHop(hop: Hop, status: number, location: string): Hop {
  const url = webUrl(location, hop.url);
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new ToolFailure({
      code: 'redirect-refused',
      class: 'logic',
      message: `${shownUrl(hop.url)} redirects to ${shownUrl(url)}, which is not encrypted. Call that address yourself if you trust it.`,
      effect: 'unknown',
      details: { url: shownUrl(hop.url), location: shownUrl(url) },
    });
  }
  const turnsToGet = status === 303 ? hop.method !== 'HEAD' : status < 303 && hop.method === 'POST';
  const isElsewhere = url.origin !== hop.url.origin;
  const headers = Object.fromEntries(
    Object.entries(hop.headers).filter(
      ([name]) =>
        !(isElsewhere && ofTheOrigin.has(name)) &&
        !(turnsToGet && (name.startsWith('content-') || name === 'idempotency-key')),
    ),
  );
  return turnsToGet ? { url, method: 'GET', headers, body: undefined } : { ...hop, url, headers };
}
