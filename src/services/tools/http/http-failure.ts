// Says in words and classes what went wrong with an HTTP request, and whether it can have had an effect.
import type { Json } from '../../../model/scalars.js';
import { abortedFailure } from '../abort.js';
import { ToolFailure } from '../tool.js';

/** A URL as it may be shown: without what follows the path, where secrets like to be. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

/** Codes of errors that come before a connection stands. */
const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);
const tlsCodes = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** A failure from an error of node:http. What is a {@link ToolFailure} already is given back. */
export function networkFailure(
  error: unknown,
  request: { url: URL; method: string; signal: AbortSignal; mayHaveActed: boolean },
  connected: boolean,
): unknown {
  if (error instanceof ToolFailure || !(error instanceof Error)) return error;
  const call = `${request.method} ${shownUrl(request.url)}`;
  const effect = connected || request.mayHaveActed ? 'unknown' : 'none';
  if (request.signal.aborted) return abortedFailure(call, effect);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const details: Json = { url: shownUrl(request.url), ...(code === '' ? {} : { systemCode: code }) };
  const failure = (kind: Pick<ToolFailure['failure'], 'code' | 'class' | 'message'>): ToolFailure =>
    new ToolFailure({ ...kind, effect, details, cause: error });

  if (/is not allowed\. Because/.test(error.message)) return addressRefused(request.url, call, effect, error);
  if (tlsCodes.test(code)) {
    return failure({
      code: 'tls-failed',
      class: 'external',
      message: `${call} failed: no trusted encrypted connection could be made (${code}). Check the host name and its certificate.`,
    });
  }
  if (!connected || notConnected.has(code)) {
    return failure({
      code: 'could-not-connect',
      class: 'transient',
      message: `${call} failed: no connection to ${request.url.host} could be made (${code || error.message}). Check the host, the port and the network; it is tried again.`,
    });
  }
  if (code.startsWith('HPE_') || code.startsWith('Z_') || code.startsWith('ERR__ERROR_FORMAT')) {
    return failure({
      code: 'bad-response',
      class: 'external',
      message: `${call} failed: the response is not valid HTTP or not validly compressed (${code}). Check what answers at this address.`,
    });
  }
  return failure({
    code: 'connection-lost',
    class: 'transient',
    message: `${call} failed: the connection was lost before the response was complete (${code || error.message}). It is tried again if that is safe.`,
  });
}

function addressRefused(url: URL, call: string, effect: 'none' | 'unknown', cause: Error): ToolFailure {
  return new ToolFailure({
    code: 'address-refused',
    class: 'logic',
    message: `${call} was refused: ${url.hostname} is, or leads to, a private, loopback or reserved address. Use a public address, or allow this one with http.allowPrivateAddresses.`,
    effect,
    details: { url: shownUrl(url) },
    cause,
  });
}

/** The failure when a body is larger than allowed. */
export function tooLarge(url: URL, maxBytes: number): ToolFailure {
  return new ToolFailure({
    code: 'too-large',
    class: 'resource',
    message: `The response of ${shownUrl(url)} has more than ${maxBytes} bytes. Ask for less (a page, a range), or raise http.maxBytes.`,
    effect: 'unknown',
    details: { url: shownUrl(url), maxBytes },
  });
}

/** Statuses after which the same request may well succeed later. */
const worthRetry = (status: number): boolean => [408, 425, 429].includes(status) || status >= 500;

/** The failure when a status is not among those expected. */
export function statusFailure(reply: {
  url: URL;
  method: string;
  status: number;
  expected: string;
  retryAfterMs: number | undefined;
  body: Buffer;
}): ToolFailure {
  const { url, method, status, expected, retryAfterMs } = reply;
  const transient = worthRetry(status);
  const remedy = transient
    ? 'It may work later.'
    : status === 401 || status === 403
      ? 'Check the credentials in its headers.'
      : status === 404 || status === 410
        ? 'Check the path.'
        : 'Check the request against what the server expects.';
  return new ToolFailure({
    code: 'http-status',
    class: transient ? 'transient' : [400, 409, 412, 415, 422].includes(status) ? 'logic' : 'external',
    message: `${method} ${shownUrl(url)} answered ${status}, expected ${expected}. ${remedy}`,
    effect: 'unknown',
    details: {
      url: shownUrl(url),
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      body: reply.body.toString('utf8').slice(0, 2048),
    },
  });
}
