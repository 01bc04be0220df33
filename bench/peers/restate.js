// Restate: a plan is one invocation of a handler whose tasks are `ctx.run` steps, kept in the server's log, which it
// flushes. A layer begins when the one before has ended. The killed process is the one that serves the handler;
// the server stays up and calls again by its own schedule (after half a second at first).
import * as restate from '@restatedev/restate-sdk';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import { join } from 'node:path';
import { freePort } from './services.js';

export const needs = 'restate';

// The SDK calls this function of Node 22; Node 20 lacks it.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};

const logger = ({ level }, ...words) => level === 'error' && process.stderr.write(`${words.join(' ')}\n`);

/** Opens the engine: serves the handler and tells the server. `store` names the service; `noop` is what a task does. */
export async function open({ store, folder, address, noop }) {
  const name = store.replaceAll(/[^a-zA-Z0-9]/g, '');
  const service = restate.service({
    name,
    handlers: {
      plan: async (ctx, layers) => {
        let done = 0;
        for (const width of layers) {
          const tasks = Array.from({ length: width }, () => ctx.run('task', () => noop()));
          done += (await restate.RestatePromise.all(tasks)).length;
        }
        return done;
      },
    },
  });
  const port = await portOf(join(folder, `${store}.port`));
  const server = createServer(restate.createEndpointHandler({ services: [service], logger }));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await post(`${address.admin}/deployments`, { uri: `http://127.0.0.1:${port}`, force: true });
  const call = (id, layers) => post(`${address.ingress}/${name}/plan`, layers, { 'idempotency-key': id });
  return {
    run: call,
    // The same key gives the invocation that is already there.
    resume: call,
    close: async () => {
      server.close();
    },
  };
}

/** The port of the first life is that of the second, where the server looks for it. */
async function portOf(file) {
  if (!existsSync(file)) writeFileSync(file, String(await freePort()));
  return Number(readFileSync(file, 'utf8'));
}

async function post(address, body, headers = {}) {
  const reply = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`Restate answered ${reply.status} at ${address}: ${await reply.text()}`);
  return reply.json();
}
