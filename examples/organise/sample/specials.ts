// Specials: the files that make a folder hard to organise. Each is there for a reason, which it names.
import type { Random } from './random.js';
import { zip } from './archives.js';
import * as code from './code.js';
import * as documents from './documents.js';
import * as images from './images.js';
import * as media from './media.js';

/** A file with something particular about it. */
export interface Special {
  readonly path: string;
  readonly category: string;
  readonly why: string;
  make(random: Random): Buffer;
  /** Only where names may hold such characters. */
  readonly posixOnly?: boolean;
  readonly mode?: number;
}

const empty = (): Buffer => Buffer.alloc(0);
const text = (content: string) => (): Buffer => Buffer.from(content, 'utf8');

const names: readonly Special[] = [
  'résumé.md',
  'Ünïcödé  with   spaces.txt',
  '会議メモ.md',
  '照片清单.txt',
  'план на лето.txt',
  'Σημειώσεις.md',
  'قائمة.txt',
  'हिन्दी नोट्स.md',
  'ไทย.txt',
  '🎉 party 🎂.md',
  '👩‍👩‍👧 family.txt',
  "it's mine.txt",
  '“quoted”.md',
  '-rf.txt',
  '100% & more; $HOME `x`.md',
  '{{ tasks.scan.output }}.txt',
  '<%name%>'.replaceAll(/[<>]/g, '_').concat('.txt'),
  '[brackets](parens)*_.md',
  'no extension',
  'many.dots.in.name.txt',
  'UPPER.TXT',
].map((path) => ({ path, category: 'documents', why: 'its name', make: documents.plainText }));

const posixNames: readonly Special[] = [
  'say "hello".txt',
  'question? star* pipe| less< more>.md',
  'back\\slash.txt',
  'line\nbreak.txt',
  ' leading and trailing ',
  '<% data.name %>.txt',
].map((path) => ({
  path,
  category: 'documents',
  why: 'a name that Windows does not allow',
  make: documents.plainText,
  posixOnly: true,
}));

const long = 'a very long name '.repeat(14).trim();

/** The specials of a sample, in a fixed order. */
export const specials: readonly Special[] = [
  ...names,
  ...posixNames,
  { path: `${long}.txt`, category: 'documents', why: 'a long name', make: documents.plainText },
  { path: `tmp/${long}.txt`, category: 'documents', why: 'a long name twice', make: documents.plainText },
  {
    path: 'Cafe\u0301 menu.md',
    category: 'documents',
    why: 'letters put together (NFD)',
    make: documents.markdown,
  },
  {
    path: 'Caf\u00e9 menu.md',
    category: 'documents',
    why: 'the same letters (NFC)',
    make: documents.markdown,
  },
  {
    path: 'Desktop/readme.md',
    category: 'documents',
    why: 'one name in several places',
    make: documents.markdown,
  },
  {
    path: 'Downloads/README.md',
    category: 'documents',
    why: 'it differs by case only',
    make: documents.markdown,
  },
  { path: 'tmp/Readme.md', category: 'documents', why: 'it differs by case only', make: documents.markdown },
  { path: 'empty.txt', category: 'documents', why: 'it is empty', make: empty },
  { path: 'Downloads/empty.pdf', category: 'documents', why: 'it is empty', make: empty },
  { path: 'tmp/nothing', category: 'other', why: 'it is empty and has no extension', make: empty },
  { path: 'Downloads/picture.txt', category: 'images', why: 'a wrong extension', make: images.png },
  { path: 'Downloads/report.jpg', category: 'documents', why: 'a wrong extension', make: documents.pdf },
  { path: 'Desktop/song.doc', category: 'audio', why: 'a wrong extension', make: media.mp3 },
  { path: 'photo', category: 'images', why: 'no extension', make: images.jpeg },
  { path: 'Projects/beta/run', category: 'code', why: 'no extension', make: code.script },
  { path: 'tmp/data', category: 'data', why: 'no extension', make: code.json },
  {
    path: 'tmp/archive.txt',
    category: 'archives',
    why: 'a wrong extension',
    make: (random) => zip([{ name: 'x.csv', data: code.table(random, ',') }]),
  },
  { path: 'tmp/noise.bin', category: 'other', why: 'nobody knows what it is', make: noise },
  { path: 'old backup/core.dump', category: 'other', why: 'nobody knows what it is', make: noise },
  { path: 'Documents.txt', category: 'documents', why: 'named like a category', make: documents.plainText },
  {
    path: 'read-only.md',
    category: 'documents',
    why: 'it is read-only',
    make: documents.markdown,
    mode: 0o444,
  },
  {
    path: 'private diary.txt',
    category: 'documents',
    why: 'nobody may read it',
    make: text('Dear diary, nobody will ever read this.\n'),
    mode: 0o000,
  },
];

/** Bytes that fit no format. */
function noise(random: Random): Buffer {
  return Buffer.concat([Buffer.from([0x00, 0x01, 0x80, 0xfe]), random.bytes(random.between(300, 3000))]);
}
