// Condition tokens: the words and signs of conditions as people write them in domain documents.
//
//   ?x variable · at, folder-a, "any text" names · 1.5 number · ( ) , : signs · = == != < <= > >= comparisons ·
//   := += -= *= /= assignments · + - * / arithmetic. A hyphen within letters belongs to the name, so a minus
//   between names needs a blank before it.

export type TokenKind = 'variable' | 'name' | 'number' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The name without its quotes, the variable with its question mark, the sign. */
  readonly text: string;
  /** Whether a name was quoted: then it is no word of the language. */
  readonly quoted: boolean;
  /** 0-based offset in the text. */
  readonly at: number;
}

/** What is wrong with a text, and where in it. */
export interface TextFault {
  readonly message: string;
  readonly at: number;
  readonly hint?: string;
}

const pattern =
  /\s*(?:(\?[A-Za-z_][A-Za-z0-9_-]*)|([A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"((?:[^"\\]|\\.)*)"|(==|!=|<=|>=|:=|\+=|-=|\*=|\/=|[()=<>,:+*/-]))/y;

/** Cuts a text into tokens; the last one is always `end`. */
export function tokensOf(text: string): { tokens: Token[]; fault: TextFault | undefined } {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
      const sign = text[start] ?? '';
      const hint = sign === '&' || sign === '|' ? "Write 'and', 'or' and 'not' as words." : undefined;
      const message =
        sign === '"' ? 'expected a closing quotation mark' : `the sign '${sign}' is not known here`;
      tokens.push({ kind: 'end', text: '', quoted: false, at: start });
      return { tokens, fault: { message, at: start, ...(hint === undefined ? {} : { hint }) } };
    }
    tokens.push(tokenOf(match));
    at = pattern.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', quoted: false, at: end });
  return { tokens, fault: undefined };
}

function tokenOf(match: RegExpExecArray): Token {
  const [whole, variable, name, number, string, sign] = match;
  const at = match.index + whole.length - whole.trimStart().length;
  if (variable !== undefined) return { kind: 'variable', text: variable, quoted: false, at };
  if (name !== undefined) return { kind: 'name', text: name, quoted: false, at };
  if (number !== undefined) return { kind: 'number', text: number, quoted: false, at };
  if (string !== undefined) return { kind: 'name', text: string.replace(/\\(.)/g, '$1'), quoted: true, at };
  return { kind: 'sign', text: sign ?? '', quoted: false, at };
}

/** A token for a message. */
export function showToken({ kind, text, quoted }: Token): string {
  if (kind === 'end') return 'the end';
  return quoted ? `"${text}"` : `'${text}'`;
}
