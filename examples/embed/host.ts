// Host: a program that embeds the engine. It brings a tool of its own, submits a small plan, follows its facts
// and answers its approval. Run it: npm run build && node dist/examples/embed/host.js [STORE]
import { createEngine, defineTool } from 'statewright';
import { z } from 'zod';

const greet = defineTool({
  name: 'host.greet',
  description: 'Greets a person.',
  input: z.strictObject({ name: z.string() }),
  output: z.object({ text: z.string() }),
  effect: 'idempotent',
  run: ({ name }) => ({ text: `Hello, ${name}!` }),
});

await using engine = await createEngine({ store: process.argv[2] ?? 'memory', tools: [greet] });
const goal = await engine.submit({
  version: 1,
  goal: { name: 'Greet Ada' },
  tasks: {
    ask: { action: { wait: { approval: 'May Ada be greeted?' } } },
    greet: { after: ['ask'], action: { tool: 'host.greet', input: { name: 'Ada' } } },
  },
});
for await (const { type, data } of goal.events()) {
  console.log(type, data['taskId'] ?? '');
  if (type === 'task.blocked') await goal.approve('ask', { by: 'the host' });
}
const { status, tasks } = await goal.result();
console.log(status, tasks['greet']?.output);
