// Child: the process in which one workload is measured once with one peer. It is told what to do by its one argument
// and prints one line of JSON, or lives one life of the resume workload. A peer's module gives `needs`, the service
// that it needs, and `open`, which gives `run`, `resume` and `close`.
import { createNoop, killedAt, layersOf, sizeOf } from '../../dist/bench/shapes.js';

const goalId = 'measured';

const round = (value) => Math.round(value * 1000) / 1000;

async function measure(peer, { task, ...about }) {
  let ran = 0;
  const engine = await peer.open({ ...about, noop: createNoop(() => (ran += 1)) });
  await engine.run('warmed', [2, 2]); // What a service does at its first use is not what is measured.
  ran = 0;
  const start = performance.now();
  const before = process.cpuUsage();
  const done =
    task.measure === 'goals' ? await goals(engine, task) : await engine.run(goalId, layersOf(task.shape));
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  await engine.close();
  const tasks = task.measure === 'goals' ? task.goals * task.tasks : sizeOf(task.shape);
  if (done !== tasks || ran !== tasks)
    throw new Error(`expected ${tasks} tasks to run once, got ${ran} runs and ${done} results`);
  return {
    tasks,
    ms: round(ms),
    tasksPerS: Math.round((tasks / ms) * 1000),
    usPerTask: round((ms / tasks) * 1000),
    cpuUsPerTask: round((user + system) / tasks),
    peakMb,
  };
}

/** Many short chains, a number of them at once; gives how many tasks they had. */
async function goals(engine, { goals: all, tasks, atOnce }) {
  const layers = layersOf({ kind: 'chain', tasks });
  let [next, done] = [0, 0];
  const lane = async () => {
    while (next < all) {
      next += 1;
      const ended = await engine.run(`${goalId}-${next}`, layers);
      done += ended; // Not in one line: other lanes add while this one waits.
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return done;
}

/** Lives until it is killed. */
async function live(peer, { life, shape, ...about }) {
  const [says, at] = life === 'first' ? ['half', killedAt(shape)] : ['first task', 1];
  const noop = createNoop((count) => count === at && process.stdout.write(`${says}\n`));
  const engine = await peer.open({ ...about, noop });
  await (life === 'first' ? engine.run : engine.resume)(goalId, layersOf(shape));
  throw new Error(`the plan ended before the ${life} process was killed`);
}

const { peer: name, ...told } = JSON.parse(process.argv[2] ?? '{}');
const peer = await import(`./${name}.js`);
if (told.life !== undefined) await live(peer, told);
else process.stdout.write(`${JSON.stringify(await measure(peer, told))}\n`, () => process.exit(0));
