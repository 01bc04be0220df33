// Documents: PDF, Word, Excel, EPUB, RTF, mail, web pages, Markdown and plain text.
import type { Random } from './random.js';
import { zip } from './archives.js';
import { heading, plainSentence, prose } from './words.js';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

/** A valid PDF of one page with one line. */
export function pdf(random: Random): Buffer {
  const text = `BT /F1 18 Tf 72 720 Td (${plainSentence(random)}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = `%PDF-1.4\n%${heading(random)}\n`;
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${offset.toString().padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, 'latin1');
}

const office = 'http://schemas.openxmlformats.org';
const officeType = 'application/vnd.openxmlformats-officedocument';
const xml = (content: string): Buffer =>
  utf8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`);

function officeFile(main: string, type: string, parts: readonly { name: string; data: Buffer }[]): Buffer {
  const types = `<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${main}" ContentType="${type}"/></Types>`;
  const relations = `<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="${main}"/></Relationships>`;
  return zip([
    { name: '[Content_Types].xml', data: xml(types) },
    { name: '_rels/.rels', data: xml(relations) },
    ...parts,
  ]);
}

/** A text document of Word. */
export function docx(random: Random): Buffer {
  const main = `<w:document xmlns:w="${office}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${prose(random, 3)}</w:t></w:r></w:p></w:body></w:document>`;
  const type = `${officeType}.wordprocessingml.document.main+xml`;
  return officeFile('word/document.xml', type, [{ name: 'word/document.xml', data: xml(main) }]);
}

/** A table of Excel. */
export function xlsx(random: Random): Buffer {
  const cells = Array.from({ length: 5 }, () => `<c><v>${random.between(1, 9999)}</v></c>`).join('');
  const sheet = `<worksheet xmlns="${office}/spreadsheetml/2006/main"><sheetData><row>${cells}</row></sheetData></worksheet>`;
  const book = `<workbook xmlns="${office}/spreadsheetml/2006/main" xmlns:r="${office}/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>`;
  const relations = `<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`;
  return officeFile('xl/workbook.xml', `${officeType}.spreadsheetml.sheet.main+xml`, [
    { name: 'xl/workbook.xml', data: xml(book) },
    { name: 'xl/_rels/workbook.xml.rels', data: xml(relations) },
    { name: 'xl/worksheets/sheet1.xml', data: xml(sheet) },
  ]);
}

/** A book. */
export function epub(random: Random): Buffer {
  const container =
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>';
  const page = `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>${heading(random)}</title></head><body><p>${prose(random, 4)}</p></body></html>`;
  return zip([
    { name: 'mimetype', data: utf8('application/epub+zip'), stored: true },
    { name: 'META-INF/container.xml', data: xml(container) },
    { name: 'page.xhtml', data: xml(page) },
  ]);
}

export function rtf(random: Random): Buffer {
  return utf8(
    `{\\rtf1\\ansi\\deff0 {\\fonttbl {\\f0 Times;}}\\f0\\fs24 ${heading(random)}, page ${random.between(1, 9999)}: ${plainSentence(random)}\\par}\n`,
  );
}

export function mail(random: Random): Buffer {
  const day = random.between(1, 28).toString().padStart(2, '0');
  return utf8(
    `From: Ada <ada@example.org>\r\nTo: Bo <bo@example.org>\r\nSubject: ${heading(random)}\r\nDate: Mon, ${day} Mar 2021 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${prose(random, 3)}\r\n`,
  );
}

export function html(random: Random): Buffer {
  const title = heading(random);
  return utf8(
    `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<p>${prose(random, 4)}</p>\n</body>\n</html>\n`,
  );
}

export function markdown(random: Random): Buffer {
  const items = Array.from({ length: random.between(2, 5) }, () => `- ${prose(random, 1)}`);
  return utf8(
    `# ${heading(random)}\n\n${prose(random, 3)}\n\n${items.join('\n')}\n\n> ${prose(random, 1)}\n`,
  );
}

export function plainText(random: Random): Buffer {
  return utf8(`${heading(random)}\n\n${prose(random, random.between(2, 8))}\n`);
}
