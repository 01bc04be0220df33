// Kinds: what a sample is made of, with the category that each kind belongs to by its content.
import type { Random } from './random.js';
import { gzip, tar, zip } from './archives.js';
import * as code from './code.js';
import * as documents from './documents.js';
import * as images from './images.js';
import * as media from './media.js';

/** A kind of file: how it is made, and what it usually is called. */
export interface Kind {
  readonly extension: string;
  readonly category: string;
  readonly names: readonly string[];
  make(random: Random): Buffer;
}

const paperNames = [
  'report',
  'Letter to the bank',
  'minutes',
  'thesis FINAL',
  'thesis FINAL (2)',
  'cv',
  'menu',
];
const noteNames = ['notes', 'todo', 'ideas for later', 'readme', 'packing list', 'draft', 'reading log'];
const pictureNames = [
  'IMG_0041',
  'DSC00210',
  'Screenshot 2021-05-04 at 10.31.22',
  'beach',
  'Oma & Opa',
  'logo',
];
const soundNames = ['Track 01', 'voice memo', 'birds', 'ringtone'];
const filmNames = ['VID_20210504', 'birthday', 'clip'];
const packNames = ['backup', 'download', 'old stuff', 'attachments', 'site-export'];
const codeNames = ['main', 'index', 'helper', 'test', 'app', 'try again'];
const dataNames = ['export', 'measurements', 'accounts', 'config', 'contacts', 'results 2'];

type Made = Pick<Kind, 'extension' | 'make'>;
const group = (category: string, names: readonly string[], kinds: readonly Made[]): Kind[] =>
  kinds.map((kind) => ({ ...kind, category, names }));

const packed = (random: Random): { name: string; data: Buffer }[] => [
  { name: 'a/notes.md', data: documents.markdown(random) },
  { name: 'a/table.csv', data: code.table(random, ',') },
];

/** All kinds, each as likely as the others. */
export const kinds: readonly Kind[] = [
  ...group('documents', paperNames, [
    { extension: 'pdf', make: documents.pdf },
    { extension: 'docx', make: documents.docx },
    { extension: 'xlsx', make: documents.xlsx },
    { extension: 'epub', make: documents.epub },
    { extension: 'rtf', make: documents.rtf },
    { extension: 'eml', make: documents.mail },
    { extension: 'html', make: documents.html },
  ]),
  ...group('documents', noteNames, [
    { extension: 'md', make: documents.markdown },
    { extension: 'txt', make: documents.plainText },
    { extension: 'log', make: code.log },
  ]),
  ...group('images', pictureNames, [
    { extension: 'png', make: images.png },
    { extension: 'jpg', make: images.jpeg },
    { extension: 'gif', make: images.gif },
    { extension: 'bmp', make: images.bmp },
    { extension: 'svg', make: images.svg },
  ]),
  ...group('audio', soundNames, [
    { extension: 'wav', make: media.wav },
    { extension: 'mp3', make: media.mp3 },
    { extension: 'flac', make: media.flac },
    { extension: 'mid', make: media.midi },
  ]),
  ...group('video', filmNames, [
    { extension: 'mp4', make: media.mp4 },
    { extension: 'mov', make: media.quicktime },
    { extension: 'avi', make: media.avi },
    { extension: 'webm', make: media.webm },
  ]),
  ...group('archives', packNames, [
    { extension: 'zip', make: (random) => zip(packed(random)) },
    { extension: 'tar', make: (random) => tar(packed(random)) },
    { extension: 'gz', make: (random) => gzip(code.log(random)) },
    { extension: 'tar.gz', make: (random) => gzip(tar(packed(random))) },
  ]),
  ...group(
    'code',
    codeNames,
    code.languages.map((extension) => ({ extension, make: (random) => code.program(random, extension) })),
  ),
  ...group('data', dataNames, [
    { extension: 'json', make: code.json },
    { extension: 'jsonl', make: code.jsonLines },
    { extension: 'csv', make: (random) => code.table(random, ',') },
    { extension: 'tsv', make: (random) => code.table(random, '\t') },
    { extension: 'yaml', make: code.yaml },
    { extension: 'xml', make: code.xml },
    { extension: 'ini', make: code.ini },
    { extension: 'ics', make: code.calendar },
  ]),
];

/** Folders in which a sample lies about; the first is the sample itself. */
export const folders: readonly string[] = [
  '',
  'Downloads',
  'Desktop',
  'Desktop/New folder (2)',
  'tmp',
  'old backup',
  'old backup/2019',
  'old backup/2019/Holiday photos',
  'Projects/alpha/src',
  'Projects/beta',
  'a/b/c/d/e/f',
  'Документы',
  '写真',
  'Μουσική',
  'it’s complicated',
  '📦 boxes',
];
