// Types of files: by content where that tells, by name where it does not.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ListEntry } from '#src/services/tools/fs/list.js';
import { callerOf, newFolder } from './calling.js';

let root: string;
let call: ReturnType<typeof callerOf>;
const at = (...parts: string[]): string => join(root, ...parts);
const list = (input: Record<string, unknown>): Promise<{ entries: ListEntry[] }> =>
  call('fs.list', { path: '.', ...input });

beforeEach(async () => {
  root = await newFolder();
  call = callerOf({ roots: [root] });
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('types', () => {
  test.each<[string, string | Buffer, string, string]>([
    ['picture.txt', png, 'image', 'image/png'],
    ['paper', '%PDF-1.7\n%âãÏÓ\n', 'document', 'application/pdf'],
    ['pack.bin', gzipSync('x'), 'archive', 'application/gzip'],
    [
      'empty.zip',
      Buffer.from('504b0506000000000000000000000000000000000000', 'hex'),
      'archive',
      'application/zip',
    ],
    ['main.ts', "import a from 'b';\nconst x = 1;\n", 'code', 'text/typescript'],
    ['run', '#!/usr/bin/env python3\nprint(1)\n', 'code', 'text/x-python'],
    ['run2', '#!/bin/sh\necho\n', 'code', 'text/x-shellscript'],
    ['Makefile', 'all:\n\techo\n', 'code', 'text/x-makefile'],
    ['data', '{"a": [1, 2]}', 'data', 'application/json'],
    ['lines', '{"a":1}\n{"a":2}\n', 'data', 'application/x-ndjson'],
    ['table', 'name;size;ort\na;1;x\n"b;c";2;y\n', 'data', 'text/csv'],
    ['tabs', 'a\tb\n1\t2\n', 'data', 'text/tab-separated-values'],
    ['page', '<!DOCTYPE html>\n<html><body></body></html>', 'document', 'text/html'],
    ['draw', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', 'image', 'image/svg+xml'],
    ['some.rss', '<?xml version="1.0"?><rss/>', 'data', 'application/rss+xml'],
    ['notes', '# Title\n\n- one\n- two\n\n[link](http://a)\n', 'text', 'text/markdown'],
    ['notes.md', 'plain words', 'text', 'text/markdown'],
    ['letter', 'Dear Sir, thank you,\nyours, me\nfoo, bar\n', 'text', 'text/plain'],
    ['umlaut.txt', Buffer.from('f6e4fc20776f726473206f66206c6174696e', 'hex'), 'text', 'text/plain'],
    ['utf16.txt', Buffer.from('\ufeffwörds', 'utf16le'), 'text', 'text/plain'],
    ['noise', Buffer.from([0, 1, 2, 3, 200, 201, 0, 9]), 'unknown', 'application/octet-stream'],
    [
      'noise.docx',
      Buffer.from([0, 1, 2, 3, 200, 201, 0, 9]),
      'document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['empty.csv', '', 'data', 'text/csv'],
    ['empty', '', 'unknown', 'application/octet-stream'],
  ])('%s is found out', async (name, content, category, mime) => {
    await writeFile(at(name), content);
    expect(await call('fs.stat', { path: name })).toMatchObject({ type: { category, mime } });
  });

  test('by name only, or not at all', async () => {
    await writeFile(at('picture.txt'), png);
    expect((await list({ types: 'name' })).entries[0]?.type).toEqual({
      category: 'text',
      mime: 'text/plain',
      by: 'name',
    });
    expect((await list({ types: 'none' })).entries[0]?.type).toBeUndefined();
  });

  test('property: any bytes under any name have some type', async () => {
    const name = fc.constantFrom('a', 'a.zip', 'a.doc', 'a.xml', 'a.ts', 'a.mp3', 'a.json');
    const magic = fc.constantFrom(
      '',
      'PK\x03\x04',
      '%PDF-',
      'RIFF',
      '\x89PNG\r\n',
      'ID3',
      '\x1aE\xdf\xa3',
      '<?xml',
      'ftyp',
    );
    await fc.assert(
      fc.asyncProperty(name, magic, fc.uint8Array({ maxLength: 400 }), async (path, start, bytes) => {
        await writeFile(at(path), Buffer.concat([Buffer.from(start, 'latin1'), bytes]));
        const { type } = await call<{ type: { category: string } }>('fs.stat', { path });
        expect(type.category).not.toBe('');
      }),
      { numRuns: 200 },
    );
  });
});
