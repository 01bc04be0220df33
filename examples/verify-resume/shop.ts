// Shop: what the example proves: a plan that pays, reserves and ships, with tools on a receiver that remembers.
import { defineTool, type Tool } from 'statewright';
import { z } from 'zod';

/** The outside world: what others have stored. No crash of ours touches it. */
export interface Shop {
  /** Idempotency key → amount: the bank removes doubles by the key. */
  readonly payments: Map<string, number>;
  readonly reserved: Set<string>;
  readonly parcels: string[];
}

export const openShop = (): Shop => ({ payments: new Map(), reserved: new Set(), parcels: [] });

/** The tools. With `naive`, paying ignores its idempotency key: the mistake that verifyResume finds. */
export function shopTools(shop: Shop, options: { naive: boolean }): Tool[] {
  const pay = defineTool({
    name: 'shop.pay',
    description: 'Pays an amount.',
    input: z.strictObject({ amount: z.number() }),
    output: z.object({ paid: z.number() }),
    effect: 'keyed',
    run: ({ amount }, { idempotencyKey }) => {
      shop.payments.set(options.naive ? `payment ${shop.payments.size + 1}` : idempotencyKey, amount);
      return { paid: amount };
    },
  });
  const reserve = defineTool({
    name: 'shop.reserve',
    description: 'Puts goods aside.',
    input: z.strictObject({ goods: z.string() }),
    output: z.object({ goods: z.string() }),
    effect: 'idempotent',
    run: ({ goods }) => {
      shop.reserved.add(goods);
      return { goods };
    },
  });
  const ship = defineTool({
    name: 'shop.ship',
    description: 'Hands a parcel over.',
    input: z.strictObject({ goods: z.string() }),
    output: z.object({ parcel: z.number() }),
    effect: 'once',
    run: ({ goods }) => ({ parcel: shop.parcels.push(goods) }),
  });
  const hasShipped = defineTool({
    name: 'shop.hasShipped',
    description: 'Says whether a parcel was handed over, and what became of it.',
    input: z.strictObject({ goods: z.string() }),
    output: z.object({ happened: z.boolean(), output: z.object({ parcel: z.number() }) }),
    effect: 'idempotent',
    safety: 'read',
    run: ({ goods }) => {
      const parcel = shop.parcels.indexOf(goods) + 1;
      return { happened: parcel > 0, output: { parcel } };
    },
  });
  return [pay, reserve, ship, hasShipped] as readonly unknown[] as Tool[];
}

export const order = {
  version: 1,
  goal: { name: 'Sell apples' },
  tasks: {
    reserve: { action: { tool: 'shop.reserve', input: { goods: 'apples' } } },
    pay: { action: { tool: 'shop.pay', input: { amount: 12 } }, after: ['reserve'], approval: 'required' },
    ship: {
      action: { tool: 'shop.ship', input: { goods: '{{ tasks.reserve.output.goods }}' } },
      after: ['pay'],
      probe: { tool: 'shop.hasShipped', input: { goods: '{{ tasks.reserve.output.goods }}' } },
    },
  },
};
