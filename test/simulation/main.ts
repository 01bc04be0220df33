// The simulation as a command: npm run test:sim -- --seeds N --from S [--jobs J] [--trace]
import { judge } from './checker.js';
import { play } from './driver.js';
const [n, from] = [Number(process.argv[2]), Number(process.argv[3])];
const t = Date.now();
let bad = 0;
const kinds = new Map<string, number[]>();
let ms = 0;
for (let seed = from; seed < from + n; seed++) {
  const run = await play(seed);
  const t0 = performance.now();
  const v = judge(run);
  ms += performance.now() - t0;
  if (v.length) { bad++; for (const x of v.slice(0, 1)) { const k = `${x.promise} ${x.message.replace(/\d+/g, '#')}`; kinds.set(k, [...(kinds.get(k) ?? []), seed]); } }
}
for (const [k, seeds] of [...kinds].sort((a, b) => b[1].length - a[1].length).slice(0, 40)) console.log(seeds.length, seeds.slice(0, 5).join(','), k.slice(0, 300));
console.log(bad, 'bad of', n, (n * 1000 / (Date.now() - t)).toFixed(1), 'seeds/s; judge ms/seed', ms / n);
