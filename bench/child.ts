// Child: the process in which one workload is measured once. It is told what to do by its one argument and
// prints one line of JSON, or lives one life of the resume workload.
import { measure, type Task } from './measures.js';
import { live, type Life } from './resume.js';

type Told = { readonly task: Task; readonly folder: string } | Life;

const told = JSON.parse(process.argv[2] ?? '{}') as Told;
if ('life' in told) await live(told);
else process.stdout.write(`${JSON.stringify(await measure(told.task, told.folder))}\n`);
