// Sound and film: short files with true headers. Sounds can be played; films say what they are and hold
// nothing more.
import type { Random } from './random.js';
import { heading } from './words.js';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function sized(size: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (big) bytes.writeUInt32BE(size);
  else bytes.writeUInt32LE(size);
  return bytes;
}

/** A piece of a RIFF file. */
const riff = (type: string, data: Buffer): Buffer =>
  Buffer.concat([ascii(type), sized(data.length, false), data, Buffer.alloc(data.length % 2)]);

/** A box of an MP4 or QuickTime file. */
const box = (type: string, data: Buffer): Buffer =>
  Buffer.concat([sized(data.length + 8, true), ascii(type), data]);

/** A tone of a tenth of a second or more. */
export function wav(random: Random): Buffer {
  const rate = 8000;
  const pitch = random.between(200, 900);
  const samples = Array.from({ length: random.between(800, 2400) }, (_, at) =>
    Math.round(128 + 90 * Math.sin((2 * Math.PI * pitch * at) / rate)),
  );
  const format = Buffer.concat([hex('0100 0100'), sized(rate, false), sized(rate, false), hex('0100 0800')]);
  return riff(
    'RIFF',
    Buffer.concat([ascii('WAVE'), riff('fmt ', format), riff('data', Buffer.from(samples))]),
  );
}

/** A title and some silence. */
export function mp3(random: Random): Buffer {
  const title = Buffer.concat([Buffer.from([0]), ascii(heading(random))]);
  const frame = Buffer.concat([ascii('TIT2'), sized(title.length, true), hex('0000'), title]);
  const tag = Buffer.concat([ascii('ID3'), hex('0300 00 000000'), Buffer.from([frame.length]), frame]);
  const silence = Buffer.concat([hex('fffb9064'), Buffer.alloc(413)]);
  return Buffer.concat([tag, ...Array.from({ length: random.between(3, 8) }, () => silence)]);
}

/** The description of a stream, without the stream. */
export function flac(random: Random): Buffer {
  const info = Buffer.concat([hex('1000 1000 000000 000000 0ac442f0 00000000'), random.bytes(16)]);
  return Buffer.concat([ascii('fLaC'), hex('80000022'), info]);
}

/** A few notes for a piano. */
export function midi(random: Random): Buffer {
  const notes = Array.from({ length: random.between(4, 12) }, () => {
    const pitch = random.between(48, 84);
    return Buffer.from([0, 0x90, pitch, 80, 60, 0x80, pitch, 0]);
  });
  const track = Buffer.concat([...notes, hex('00ff2f00')]);
  return Buffer.concat([
    ascii('MThd'),
    hex('00000006 0000 0001 0060'),
    ascii('MTrk'),
    sized(track.length, true),
    track,
  ]);
}

export function mp4(random: Random): Buffer {
  const type = Buffer.concat([ascii('isom'), hex('00000200'), ascii('isomiso2mp41')]);
  return Buffer.concat([box('ftyp', type), box('mdat', random.bytes(random.between(200, 1500)))]);
}

export function quicktime(random: Random): Buffer {
  const type = Buffer.concat([ascii('qt  '), hex('20050300'), ascii('qt  ')]);
  return Buffer.concat([box('ftyp', type), box('mdat', random.bytes(random.between(200, 900)))]);
}

export function avi(random: Random): Buffer {
  const movie = Buffer.concat([ascii('movi'), random.bytes(random.between(200, 900) & ~1)]);
  return riff('RIFF', Buffer.concat([ascii('AVI '), riff('LIST', movie)]));
}

export function webm(random: Random): Buffer {
  return Buffer.concat([
    hex('1a45dfa3 9f 4286 81 01 42f7 81 01 42f2 81 04 42f3 81 08'),
    hex('4282 84'),
    ascii('webm'),
    hex('4287 81 04 4285 81 02 18538067'),
    random.bytes(random.between(100, 600)),
  ]);
}
