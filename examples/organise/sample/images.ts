// Images: small real pictures in common formats, each by a few lines of encoder.
import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A PNG with noise in a few colours. */
export function png(random: Random): Buffer {
  const [width, height] = [random.between(4, 24), random.between(4, 24)];
  const colours = Array.from({ length: 4 }, () => random.bytes(3));
  const rows = Array.from({ length: height }, () => {
    return Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => random.pick(colours))]);
  });
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
  };
  const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 2, 0, 0, 0])]);
  return Buffer.concat([
    hex('89504e47 0d0a1a0a'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Bits, the highest first, in which each byte 0xff is followed by a zero, as JPEG wants it. */
function packBits(bits: string): Buffer {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes: number[] = [];
  for (let at = 0; at < padded.length; at += 8) {
    const byte = Number.parseInt(padded.slice(at, at + 8), 2);
    bytes.push(byte);
    if (byte === 0xff) bytes.push(0);
  }
  return Buffer.from(bytes);
}

/** A difference of two grey values: the number of its bits as a code of four bits, then the bits. */
function greyBits(difference: number): string {
  if (difference === 0) return '0000';
  const size = Math.abs(difference).toString(2).length;
  const value = difference > 0 ? difference : difference + 2 ** size - 1;
  return size.toString(2).padStart(4, '0') + value.toString(2).padStart(size, '0');
}

/** A grey JPEG: a mosaic of squares of eight pixels, each of one shade, so that no cosines are needed. */
export function jpeg(random: Random): Buffer {
  const [across, down] = [random.between(1, 6), random.between(1, 6)];
  let bits = '';
  let last = 0;
  for (let square = 0; square < across * down; square += 1) {
    const shade = random.between(-120, 120);
    bits += `${greyBits(shade - last)}0`;
    last = shade;
  }
  const size = Buffer.alloc(4);
  size.writeUInt16BE(down * 8, 0);
  size.writeUInt16BE(across * 8, 2);
  return Buffer.concat([
    hex('ffd8 ffe0 0010 4a46494600 0101 00 0001 0001 00 00'),
    hex('ffdb 0043 00'),
    Buffer.alloc(64, 8),
    hex('ffc0 000b 08'),
    size,
    hex('01 01 11 00'),
    hex('ffc4 001f 00 0000000c000000000000000000000000 000102030405060708090a0b'),
    hex('ffc4 0014 10 01000000000000000000000000000000 00'),
    hex('ffda 0008 01 01 00 00 3f 00'),
    packBits(bits),
    hex('ffd9'),
  ]);
}

/** A GIF in four colours. The dictionary is cleared before it grows, so the codes keep three bits. */
export function gif(random: Random): Buffer {
  const [width, height] = [random.between(2, 12), random.between(2, 12)];
  const codes: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    if (pixel % 2 === 0) codes.push(4);
    codes.push(random.between(0, 3));
  }
  codes.push(5);
  const bits = codes.map((code) => [code & 1, (code >> 1) & 1, (code >> 2) & 1]).flat();
  const data: number[] = [];
  bits.forEach((bit, at) => {
    data[at >> 3] = (data[at >> 3] ?? 0) | (bit << (at & 7));
  });
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.slice(at, at + 255);
    blocks.push(Buffer.from([part.length, ...part]));
  }
  const screen = Buffer.from([width, 0, height, 0]);
  return Buffer.concat([
    Buffer.from('GIF89a', 'ascii'),
    screen,
    hex('91 00 00'),
    random.bytes(12),
    hex('2c 00000000'),
    screen,
    hex('00 02'),
    ...blocks,
    hex('00 3b'),
  ]);
}

/** A bitmap of Windows, 24 bits a pixel. */
export function bmp(random: Random): Buffer {
  const [width, height] = [random.between(2, 10), random.between(2, 10)];
  const row = Math.ceil((width * 3) / 4) * 4;
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'ascii');
  header.writeUInt32LE(54 + row * height, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  header.writeUInt32LE(row * height, 34);
  return Buffer.concat([header, random.bytes(row * height)]);
}

/** A drawing. */
export function svg(random: Random): Buffer {
  const circles = Array.from({ length: random.between(2, 6) }, () => {
    const [x, y, radius] = [random.between(0, 100), random.between(0, 100), random.between(3, 30)];
    return `  <circle cx="${x}" cy="${y}" r="${radius}" fill="hsl(${random.between(0, 359)} 60% 60%)"/>`;
  });
  const open = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">';
  return Buffer.from(`<?xml version="1.0"?>\n${open}\n${circles.join('\n')}\n</svg>\n`, 'utf8');
}
