// Sentences in several languages, for files that look as if people had written them.
import type { Random } from './random.js';

const sentences = [
  'The meeting was moved to Thursday because the room was taken.',
  'Please check the second table before you send it on.',
  'We walked along the river until it began to rain.',
  'The old invoice is still open, and nobody knows why.',
  'Add two eggs, a little salt, and stir until it is smooth.',
  'Her train arrived late, as it did every Monday.',
  'Three boxes are in the cellar and one is under the stairs.',
  'This draft replaces the one of last week.',
  'Der Schlüssel liegt unter der Matte, wie immer.',
  'Nous avons gardé les photos de l’été dans une boîte bleue.',
  'El informe está casi listo; faltan las cifras de mayo.',
  'Отчёт за март лежит в папке на столе.',
  '会議の資料は金曜日までに送ってください。',
  '照片已经按年份整理好了。',
  'Η συνταγή της γιαγιάς χρειάζεται περισσότερο λεμόνι.',
  'التقرير النهائي جاهز للمراجعة.',
] as const;

const nouns = ['report', 'invoice', 'letter', 'budget', 'recipe', 'journey', 'garden', 'contract'] as const;

/** A few sentences. */
export function prose(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(sentences)).join(' ');
}

/** A heading such as `Budget 2021`. */
export function heading(random: Random): string {
  const noun = random.pick(nouns);
  return `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)} ${random.between(2009, 2025)}`;
}

/** A sentence in plain ASCII, for formats that know no other letters. */
export function plainSentence(random: Random): string {
  return random.pick(sentences.slice(0, 8));
}
