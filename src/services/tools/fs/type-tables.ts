// What is known of file types: categories, and MIME types by the extension of a name.
import { basename, extname } from 'node:path';
import { z } from 'zod';

/** What a file is for people. */
export const FileCategory = z.enum([
  'document',
  'image',
  'audio',
  'video',
  'archive',
  'code',
  'data',
  'text',
  'font',
  'program',
  'unknown',
]);
export type FileCategory = z.infer<typeof FileCategory>;

/** The type of a file. */
export const FileType = z.object({
  category: FileCategory,
  /** `application/octet-stream` when it is unknown. */
  mime: z.string(),
  /** What told: the content, the name, or nothing. */
  by: z.enum(['content', 'name', 'none']),
});
export type FileType = z.infer<typeof FileType>;

/** A category and a MIME type. */
export type KnownType = Pick<FileType, 'category' | 'mime'>;

const office = 'application/vnd.openxmlformats-officedocument';
const open = 'application/vnd.oasis.opendocument';

/** Extensions by MIME type by category. */
const table: Readonly<Partial<Record<FileCategory, Readonly<Record<string, string>>>>> = {
  document: {
    'application/pdf': 'pdf',
    'application/msword': 'doc dot',
    'application/vnd.ms-excel': 'xls xlt',
    'application/vnd.ms-powerpoint': 'ppt pps',
    'application/vnd.ms-outlook': 'msg',
    [`${office}.wordprocessingml.document`]: 'docx',
    [`${office}.spreadsheetml.sheet`]: 'xlsx',
    [`${office}.presentationml.presentation`]: 'pptx',
    [`${open}.text`]: 'odt',
    [`${open}.spreadsheet`]: 'ods',
    [`${open}.presentation`]: 'odp',
    'application/epub+zip': 'epub',
    'application/rtf': 'rtf',
    'application/x-tex': 'tex',
    'application/vnd.apple.pages': 'pages',
    'application/vnd.apple.numbers': 'numbers',
    'application/vnd.apple.keynote': 'keynote',
    'application/xhtml+xml': 'xhtml',
    'message/rfc822': 'eml',
    'text/html': 'html htm',
  },
  image: {
    'image/jpeg': 'jpg jpeg jpe',
    'image/png': 'png',
    'image/gif': 'gif',
    'image/webp': 'webp',
    'image/avif': 'avif',
    'image/heic': 'heic heif',
    'image/tiff': 'tif tiff',
    'image/bmp': 'bmp',
    'image/svg+xml': 'svg',
    'image/x-icon': 'ico',
    'image/vnd.adobe.photoshop': 'psd',
    'image/x-raw': 'raw cr2 cr3 nef arw dng orf rw2',
  },
  audio: {
    'audio/mpeg': 'mp3',
    'audio/wav': 'wav',
    'audio/flac': 'flac',
    'audio/ogg': 'ogg oga opus',
    'audio/mp4': 'm4a',
    'audio/aac': 'aac',
    'audio/midi': 'mid midi',
    'audio/aiff': 'aif aiff',
  },
  video: {
    'video/mp4': 'mp4 m4v',
    'video/quicktime': 'mov',
    'video/matroska': 'mkv',
    'video/webm': 'webm',
    'video/vnd.avi': 'avi',
    'video/mpeg': 'mpg mpeg',
    'video/x-ms-wmv': 'wmv',
    'video/x-flv': 'flv',
  },
  archive: {
    'application/zip': 'zip',
    'application/gzip': 'gz tgz',
    'application/x-tar': 'tar',
    'application/x-7z-compressed': '7z',
    'application/x-rar-compressed': 'rar',
    'application/x-bzip2': 'bz2 tbz2',
    'application/x-xz': 'xz txz',
    'application/zstd': 'zst',
    'application/x-iso9660-image': 'iso',
    'application/x-apple-diskimage': 'dmg',
  },
  code: {
    'text/javascript': 'js mjs cjs jsx',
    'text/typescript': 'ts mts cts tsx',
    'text/css': 'css scss sass less',
    'text/x-python': 'py pyi',
    'text/x-ruby': 'rb',
    'text/x-perl': 'pl pm',
    'text/x-php': 'php',
    'text/x-java': 'java',
    'text/x-kotlin': 'kt kts',
    'text/x-scala': 'scala',
    'text/x-c': 'c h',
    'text/x-c++': 'cc cpp cxx hpp hh',
    'text/x-csharp': 'cs',
    'text/x-go': 'go',
    'text/x-rust': 'rs',
    'text/x-swift': 'swift',
    'text/x-lua': 'lua',
    'text/x-r': 'r',
    'text/x-shellscript': 'sh bash zsh fish',
    'text/x-powershell': 'ps1',
    'text/x-batch': 'bat cmd',
    'text/x-haskell': 'hs',
    'text/x-elixir': 'ex exs',
    'text/x-vue': 'vue svelte',
    'application/sql': 'sql',
    'application/wasm': 'wasm',
  },
  data: {
    'application/json': 'json geojson ipynb',
    'application/x-ndjson': 'jsonl ndjson',
    'text/csv': 'csv',
    'text/tab-separated-values': 'tsv tab',
    'application/xml': 'xml',
    'application/yaml': 'yaml yml',
    'application/toml': 'toml',
    'text/x-ini': 'ini conf cfg properties',
    'text/calendar': 'ics',
    'text/vcard': 'vcf',
    'application/vnd.sqlite3': 'sqlite sqlite3 db',
    'application/vnd.apache.parquet': 'parquet',
    'application/vnd.apache.arrow.file': 'arrow feather',
    'application/rss+xml': 'rss',
    'application/gpx+xml': 'gpx',
  },
  text: {
    'text/plain': 'txt text log',
    'text/markdown': 'md markdown mdx',
    'text/x-rst': 'rst',
    'text/asciidoc': 'adoc asciidoc',
    'text/x-diff': 'diff patch',
    'application/x-subrip': 'srt',
    'text/vtt': 'vtt',
  },
  font: { 'font/ttf': 'ttf', 'font/otf': 'otf', 'font/woff': 'woff', 'font/woff2': 'woff2' },
  program: {
    'application/x-msdownload': 'exe dll',
    'application/x-msi': 'msi',
    'application/x-elf': 'so',
    'application/vnd.android.package-archive': 'apk',
    'application/java-archive': 'jar',
    'application/x-deb': 'deb',
    'application/x-rpm': 'rpm',
  },
};

const byExtension = new Map<string, KnownType>();
const byMime = new Map<string, FileCategory>();
for (const [key, types] of Object.entries(table)) {
  const category = FileCategory.parse(key);
  for (const [mime, extensions] of Object.entries(types)) {
    byMime.set(mime, category);
    for (const extension of extensions.split(' ')) byExtension.set(extension, { category, mime });
  }
}

/** Names without an extension that say what they are. */
const byWholeName: Readonly<Record<string, KnownType>> = {
  dockerfile: { category: 'code', mime: 'text/x-dockerfile' },
  makefile: { category: 'code', mime: 'text/x-makefile' },
  readme: { category: 'text', mime: 'text/plain' },
  license: { category: 'text', mime: 'text/plain' },
};

/** The type that a name's extension (or the whole name) promises. */
export function typeOfExtension(path: string): KnownType | undefined {
  const extension = extname(path).slice(1).toLowerCase();
  return extension === '' ? byWholeName[basename(path).toLowerCase()] : byExtension.get(extension);
}

/** The category of a MIME type. */
export function categoryOfMime(mime: string): FileCategory {
  const known = byMime.get(mime);
  if (known !== undefined) return known;
  const [family] = mime.split('/');
  if (family === 'image' || family === 'audio' || family === 'video' || family === 'font') return family;
  if (family === 'text') return 'text';
  if (/officedocument|opendocument|ms-(word|excel|powerpoint)|mobipocket|postscript|indesign/.test(mime))
    return 'document';
  if (/compress|zip|archive|cab|arj|lzh|\.ar$|cpio|lz4|lzma/.test(mime)) return 'archive';
  if (/executable|mach|elf|msi|x-apple-|java-vm|nintendo|shockwave/.test(mime)) return 'program';
  if (/json|xml|parquet|arrow|avro|pcap|dicom|sqlite/.test(mime)) return 'data';
  return 'unknown';
}
