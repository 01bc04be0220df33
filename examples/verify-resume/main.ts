// Main: proves that the shop's plan and tools go on after a crash, at whatever write it comes.
// Run it: npm run build && node dist/examples/verify-resume/main.js [--naive]
import assert from 'node:assert/strict';
import { verifyResume } from 'statewright/testing';
import { openShop, order, shopTools } from './shop.js';

const naive = process.argv.includes('--naive');

const report = await verifyResume(
  {
    name: naive ? 'the naive shop' : 'the shop',
    setUp: openShop,
    tools: (shop) => shopTools(shop, { naive }),
    plan: order,
    during: async ({ waiting, goal }) => {
      for (const { kind, subject } of waiting)
        if (kind === 'approval') await goal.approve(subject, { by: 'the host' });
    },
    check: ({ result, world }) => {
      assert.equal(result.status, 'succeeded');
      assert.equal(world.payments.size, 1, `paid ${world.payments.size} times instead of once`);
      assert.deepEqual(world.parcels, ['apples']);
    },
  },
  { twice: 5 },
);
console.log(String(report));
process.exitCode = report.ok ? 0 : 1;
