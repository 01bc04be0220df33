// Child: the process in which one workload is measured once. It is told what to do by its one argument and
// prints one line of JSON, or lives one life of the resume workload. It loads no more than what it does: how fast a
// process starts is among the things that are measured.
import type { Task } from './measures.js';
import type { Life } from './resume.js';
import type { Waiting } from './waiting.js';

type Told = { readonly task: Task; readonly folder: string } | Life | Waiting;

const told = JSON.parse(process.argv[2] ?? '{}') as Told;
if ('life' in told) {
  const { live } = await import('./resume.js');
  await live(told);
} else if ('waiting' in told) {
  const { wait } = await import('./waiting.js');
  await wait(told);
} else {
  const { measure } = await import('./measures.js');
  process.stdout.write(`${JSON.stringify(await measure(told.task, told.folder))}\n`);
}
