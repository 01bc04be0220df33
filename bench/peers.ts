// Peers: other engines measured with the same shapes of work. They are installed in `bench/peers` only and live in
// processes of their own; what is not installed is named and left out.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Figures } from './measures.js';
import { deadlineMs, killAndRestart, startChild } from './resume.js';
import { inFolder } from './store.js';
import type { Workload } from './workloads.js';

interface Known {
  readonly name: string;
  /** Its file in `bench/peers`. */
  readonly file: string;
  readonly package: string;
  readonly service?: 'postgres' | 'redis' | 'restate';
  /** Handed to its file. */
  readonly options?: Readonly<Record<string, unknown>>;
}

const known: readonly Known[] = [
  { name: 'langgraph', file: 'langgraph', package: '@langchain/langgraph-checkpoint-sqlite' },
  {
    name: 'langgraph-unflushed',
    file: 'langgraph',
    package: '@langchain/langgraph-checkpoint-sqlite',
    options: { flush: false },
  },
  { name: 'dbos', file: 'dbos', package: '@dbos-inc/dbos-sdk', service: 'postgres' },
  { name: 'restate', file: 'restate', package: '@restatedev/restate-sdk', service: 'restate' },
  { name: 'bullmq', file: 'bullmq', package: 'bullmq', service: 'redis' },
];

/** The peers that can be measured, and why others cannot. */
export interface Peers {
  readonly names: readonly string[];
  readonly missing: readonly string[];
  /** Measures a workload once with a peer. */
  measure(name: string, workload: Workload): Promise<Figures>;
  close(): Promise<void>;
}

const folder = fileURLToPath(new URL('../../bench/peers/', import.meta.url));

/** Starts the services of the wanted peers: `all`, or names with commas between. `parent` is where stores are made. */
export async function openPeers(wanted: string, parent: string): Promise<Peers> {
  const chosen = choose(wanted);
  const installed = chosen.filter((peer) => existsSync(join(folder, 'node_modules', peer.package)));
  const services = await startServices(
    parent,
    installed.flatMap(({ service }) => service ?? []),
  );
  const able = installed.filter(({ service }) => service === undefined || service in services.addresses);
  const missing = chosen.flatMap((peer) => {
    if (!installed.includes(peer)) return [`${peer.name}: not installed (npm install --prefix bench/peers)`];
    if (!able.includes(peer)) return [`${peer.name}: ${services.missing[peer.service ?? '']}`];
    return [];
  });
  let stores = 0;
  return {
    names: able.map(({ name }) => name),
    missing,
    measure: (name, workload) =>
      inFolder(parent, (store) => {
        const peer = known.find((one) => one.name === name);
        if (peer === undefined) throw new Error(`there is no peer '${name}'`);
        stores += 1;
        const address = services.addresses[peer.service ?? ''];
        const about = { ...peer.options, peer: peer.file, folder: store, store: `bench${stores}`, address };
        return measureOnce(about, workload);
      }),
    close: () => services.stop(),
  };
}

function choose(wanted: string): readonly Known[] {
  if (wanted === 'all') return known;
  return wanted.split(',').map((name) => {
    const peer = known.find((one) => one.name === name);
    if (peer !== undefined) return peer;
    throw new Error(`there is no peer '${name}': all, or ${known.map((one) => one.name).join(', ')}`);
  });
}

/** What Node warns of in the peers' packages is theirs to mend. */
const quiet = ['--no-warnings'];

async function measureOnce(about: object, { task }: Workload): Promise<Figures> {
  const script = join(folder, 'child.js');
  if (task.measure === 'resume') {
    const { shape } = task;
    return killAndRestart(shape, (life) => startChild({ ...about, life, shape }, script, quiet));
  }
  return figuresOf(startChild({ ...about, task }, script, quiet));
}

/** What a child that measures printed. One that takes too long is killed. */
export async function figuresOf(child: ChildProcess): Promise<Figures> {
  const late = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  const ended = new Promise<string>((end) =>
    child.once('exit', (code, signal) => end(String(code ?? signal))),
  );
  const [output, how] = await Promise.all([child.stdout === null ? '' : text(child.stdout), ended]);
  clearTimeout(late);
  if (how !== '0') throw new Error(`the process that measured ended with ${how}`);
  return JSON.parse(output) as Figures;
}

interface Services {
  readonly addresses: Readonly<Record<string, unknown>>;
  readonly missing: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts services in a process of their own, which ends when this one does. */
async function startServices(parent: string, names: readonly string[]): Promise<Services> {
  if (names.length === 0) return { addresses: {}, missing: {}, stop: async () => {} };
  const args = [join(folder, 'services.js'), '--until-input-ends', '--folder', parent, ...names];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  const told = await Promise.race([firstLine(child), ended]);
  if (told === undefined) throw new Error('the services could not be started');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { ...(JSON.parse(told) as Omit<Services, 'stop'>), stop };
}

function firstLine(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
  });
}
