// Services: starts what the peers need beside their package: PostgreSQL, Redis and Restate, on free ports of the
// loopback interface, in a new folder, told to flush what they acknowledge. What is not installed is left out and said.
//   node bench/peers/services.js [postgres] [redis] [restate]
//     starts these or all, prints one line of JSON, and stops them at ctrl-C
//     --until-input-ends    stops them when its input ends, too
//     --folder DIR          where their folder is made [the system's folder for temporary files]
// PostgreSQL and Redis are programs of the system (`apt-get install postgresql redis-server`); Restate's server
// comes with `npm install --prefix bench/peers`.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, connect } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const startMs = 60_000;
const stopMs = 10_000;

/** How each service is started. A service is `{ address, stop }`; a maker throws when the service is not installed. */
const makers = { postgres: startPostgres, redis: startRedis, restate: startRestate };

/** Starts the wanted services. Gives the address or the reason for the lack of each, and how to stop them all. */
export async function startServices(wanted, parent = tmpdir()) {
  const folder = mkdtempSync(join(parent, 'statewright-peers-'));
  chmodSync(folder, 0o755); // PostgreSQL may have to run as another user than this one.
  const addresses = {};
  const missing = {};
  const running = [];
  for (const name of wanted) {
    try {
      const service = await makers[name](join(folder, name));
      addresses[name] = service.address;
      running.push(service);
    } catch (error) {
      missing[name] = error.message;
    }
  }
  const stop = async () => {
    await Promise.all(running.map((service) => service.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  return { addresses, missing, stop };
}

async function startPostgres(folder) {
  const bin = postgresFolder();
  mkdirSync(folder);
  const user = postgresUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  execFileSync(
    join(bin, 'initdb'),
    ['-D', join(folder, 'data'), '-U', 'bench', '-A', 'trust', '-E', 'UTF8'],
    {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const port = await freePort();
  const settings = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', max_connections: 200 };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const where = ['-D', join(folder, 'data'), '-h', '127.0.0.1', '-p', String(port), '-k', folder];
  const ready = () => listening(port);
  const stop = await run(join(bin, 'postgres'), [...where, ...options], {
    ...user,
    cwd: folder,
    signal: 'SIGINT',
    ready,
  });
  return { address: { url: `postgresql://bench@127.0.0.1:${port}` }, stop };
}

/** The folder of PostgreSQL's programs: that of `initdb` in the path, or Debian's newest. */
function postgresFolder() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = [...paths(), ...versions.map((version) => join(debian, version, 'bin'))];
  const folder = found.find((one) => existsSync(join(one, 'initdb')) && existsSync(join(one, 'postgres')));
  if (folder === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return folder;
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function postgresUser() {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function startRedis(folder) {
  const program = paths()
    .map((one) => join(one, 'redis-server'))
    .find((one) => existsSync(one));
  if (program === undefined) throw new Error('Redis is not installed: apt-get install redis-server');
  mkdirSync(folder);
  const port = await freePort();
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const ready = () => listening(port);
  const stop = await run(program, [...options, '--maxmemory-policy', 'noeviction'], {
    cwd: folder,
    signal: 'SIGTERM',
    ready,
  });
  return { address: { host: '127.0.0.1', port }, stop };
}

/** Restate with its defaults, which flush its log; nothing is reported to its makers. */
async function startRestate(folder) {
  const name = `@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`;
  let program;
  try {
    program = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `Restate's server for ${platform()} on ${arch()} is not installed: npm install --prefix bench/peers`,
    );
  }
  mkdirSync(folder);
  const [node, ingress, admin] = [await freePort(), await freePort(), await freePort()];
  const config = join(folder, 'restate.toml');
  writeFileSync(
    config,
    [
      `base-dir = ${JSON.stringify(join(folder, 'data'))}`,
      'disable-telemetry = true',
      'listen-mode = "tcp"',
      'log-filter = "error"',
      `bind-address = "127.0.0.1:${node}"`,
      `advertised-address = "http://127.0.0.1:${node}/"`,
      `[ingress]\nbind-address = "127.0.0.1:${ingress}"`,
      `[admin]\nbind-address = "127.0.0.1:${admin}"`,
    ].join('\n'),
  );
  const ready = async () => {
    await healthy(`http://127.0.0.1:${admin}/health`);
    await healthy(`http://127.0.0.1:${ingress}/restate/health`);
  };
  const stop = await run(program, ['--config-file', config, '--no-logo'], {
    cwd: folder,
    signal: 'SIGTERM',
    ready,
  });
  return { address: { ingress: `http://127.0.0.1:${ingress}`, admin: `http://127.0.0.1:${admin}` }, stop };
}

/**
 * Starts a program in its folder and waits until it is ready. What it gives stops the program, and kills it when it
 * does not stop in time. What the program says is kept, and shown when it does not start.
 */
async function run(program, args, { cwd, uid, gid, signal, ready }) {
  const log = join(cwd, 'log');
  const file = openSync(log, 'w');
  const env = { ...process.env, DO_NOT_TRACK: '1' };
  const child = spawn(program, args, { cwd, uid, gid, env, stdio: ['ignore', file, file] });
  closeSync(file);
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const stop = async () => {
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(late);
  };
  const died = ended.then(() => Promise.reject(new Error(`${program} ended`)));
  try {
    await Promise.race([ready(), died]);
  } catch (error) {
    await stop();
    throw new Error(`${error.message}; its last words:\n${readFileSync(log, 'utf8').slice(-1000)}`);
  }
  died.catch(() => {}); // Later it ends because it is told to; if not, its clients say so.
  return stop;
}

function paths() {
  return (process.env.PATH ?? '').split(delimiter).filter((one) => one !== '');
}

/** A free port of the loopback interface. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function listening(port) {
  await untilTrue(`port ${port} to be served`, () => {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(socket.destroy() !== undefined));
      socket.once('error', () => resolve(false));
    });
  });
}

async function healthy(address) {
  await untilTrue(address, () =>
    fetch(address).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
}

async function untilTrue(what, look) {
  const end = Date.now() + startMs;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`waited ${startMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'until-input-ends': { type: 'boolean' }, folder: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !(name in makers));
  if (unknown.length > 0)
    throw new Error(`there is no service ${unknown.join()}: ${Object.keys(makers).join(', ')}`);
  const wanted = positionals.length === 0 ? Object.keys(makers) : positionals;
  const { addresses, missing, stop } = await startServices(wanted, values.folder);
  console.log(JSON.stringify({ addresses, missing }));
  const end = () => void stop().then(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  // Started by another program: that one's end is the end of the services, however it ends.
  if (values['until-input-ends']) process.stdin.resume().once('end', end);
  else setInterval(() => {}, 60_000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
