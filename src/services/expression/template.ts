// Templates: strings with `{{ expression }}` in them.
//
// P1 a string that is one `{{ … }}` and nothing else becomes the value itself, of whatever kind.
// P2 in any other string the values stand as text: strings as they are, all else as JSON.
// P3 `{{{{` stands for a literal `{{`; a `}}` outside of an expression is literal.
// P4 an expression ends at the first `}}` that is outside of its quotes and braces.
import type { Json } from '../../model/scalars.js';
import { compileExpression } from './compile.js';
import type { CompiledExpression, Reference, Scope } from './compilation.js';
import { asText } from './functions.js';
import type { ExpressionFunction } from './functions.js';
import { checkedText, fail } from './values.js';

export interface Template {
  readonly text: string;
  /** Whether it is one reference and nothing else, so that it keeps its type (P1). */
  readonly whole: boolean;
  /** Their positions are offsets in the template. */
  readonly references: readonly Reference[];
  /** @throws ExpressionError */
  render(scope: Scope): Json;
}

/** Whether a string holds anything to resolve or to unescape. */
export function isTemplate(text: string): boolean {
  return text.includes('{{');
}

/**
 * Compiles a template.
 *
 * @throws ExpressionError when an expression is not closed or cannot be compiled; positions are in the template.
 */
export function compileTemplate(text: string, functions: ReadonlyMap<string, ExpressionFunction>): Template {
  const parts: (string | CompiledExpression)[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (open > at) parts.push(text.slice(at, open));
    if (text.startsWith('{{{{', open)) {
      parts.push('{{');
      at = open + 4;
      continue;
    }
    const close = endOfExpression(text, open + 2);
    if (close < 0) {
      fail(
        { text, position: open },
        'expression-syntax',
        'the `{{` is not closed by a `}}`',
        'Write `{{{{` for a literal `{{`.',
      );
    }
    const inner = text.slice(open + 2, close);
    parts.push(compileExpression(inner, functions, { text, offset: open + 2 }));
    at = close + 2;
  }
  if (at < text.length) parts.push(text.slice(at));
  const [first] = parts;
  const references = parts.flatMap((part) => (typeof part === 'string' ? [] : part.references));
  if (parts.length === 1 && first !== undefined && typeof first !== 'string') {
    return { text, whole: true, references, render: (scope) => first.evaluate(scope) };
  }
  const render = (scope: Scope): Json => {
    let result = '';
    for (const part of parts) result += typeof part === 'string' ? part : asText(part.evaluate(scope));
    return checkedText({ text, position: 0 }, result);
  };
  return { text, whole: false, references, render };
}

/** The place of the `}}` that ends an expression (P4), or -1. */
function endOfExpression(text: string, start: number): number {
  let braces = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"' || character === "'") {
      at = endOfQuote(text, at);
      if (at < 0) return -1;
    } else if (character === '{') braces += 1;
    else if (character === '}') {
      if (braces === 0 && text[at + 1] === '}') return at;
      braces = Math.max(0, braces - 1);
    }
  }
  return -1;
}

function endOfQuote(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}
