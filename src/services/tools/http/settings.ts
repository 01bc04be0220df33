// Settings of the HTTP tools.
import { isIP } from 'node:net';
import { z } from 'zod';

/** An address or a range of addresses in CIDR notation. */
const AddressRange = z.string().refine(
  (text) => {
    const [address = '', bits, ...more] = text.split('/');
    const family = isIP(address);
    if (family === 0 || more.length > 0) return false;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  },
  { error: "expected an IP address or a range such as '192.168.1.0/24'" },
);

/** Settings of the HTTP tools, with their defaults. */
export const HttpSettings = z.strictObject({
  /** Whether loopback, private and other reserved addresses may be called: all of them, or those listed. */
  allowPrivateAddresses: z.union([z.boolean(), z.array(AddressRange)]).default(false),
  /** The most bytes of a response's body, after decompression. */
  maxBytes: z.number().int().positive().default(10_485_760),
  maxRedirects: z.number().int().min(0).max(20).default(5),
  userAgent: z.string().min(1).default('statewright'),
});
export type HttpSettings = z.output<typeof HttpSettings>;
