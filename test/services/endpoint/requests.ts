// Requests to an endpoint as strangers would send them: each part of a request can be got wrong.
import { request } from 'node:http';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Asked {
  readonly url: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends one request and gives the whole answer. */
export function ask({ url, path = '/call', method = 'POST', headers = {}, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
