// Archives: zip, gzip and tar, written byte by byte so that the same input gives the same file everywhere.
import { crc32, deflateRawSync } from 'node:zlib';
import { Buffer } from 'node:buffer';

/** A file in an archive. */
export interface Packed {
  readonly name: string;
  readonly data: Buffer;
  /** Kept as it is instead of deflated; some formats ask for it. */
  readonly stored?: boolean;
}

/** 1 January 2020 in the form of MS-DOS, which zip files use. */
const dosDate = ((2020 - 1980) << 9) | (1 << 5) | 1;
const utf8Names = 0x0800;

/** A zip archive. */
export function zip(files: readonly Packed[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, stored } of files) {
    const body = stored === true ? data : deflateRawSync(data);
    const title = Buffer.from(name, 'utf8');
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(utf8Names, 2);
    about.writeUInt16LE(stored === true ? 0 : 8, 4);
    about.writeUInt16LE(dosDate, 8);
    about.writeUInt32LE(crc32(data), 10);
    about.writeUInt32LE(body.length, 14);
    about.writeUInt32LE(data.length, 18);
    about.writeUInt16LE(title.length, 22);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), about, title, body]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), about, rest, title]));
    parts.push(entry);
    offset += entry.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}

/** A gzip file, without the name of the operating system that zlib would put into it. */
export function gzip(data: Buffer): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  const footer = Buffer.alloc(8);
  footer.writeUInt32LE(crc32(data), 0);
  footer.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, deflateRawSync(data), footer]);
}

const block = 512;

/** A tar archive (ustar). Names are ASCII of at most 100 characters. */
export function tar(files: readonly Packed[]): Buffer {
  const parts = files.flatMap(({ name, data }) => {
    const header = Buffer.alloc(block);
    const field = (text: string, at: number): number => header.write(text, at, 'ascii');
    field(name, 0);
    field('0000644\0', 100);
    field('0000000\0', 108);
    field('0000000\0', 116);
    field(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    field('13602767000\0', 136);
    field('        ', 148);
    field('0', 156);
    field('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    field(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, data, Buffer.alloc((block - (data.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}
