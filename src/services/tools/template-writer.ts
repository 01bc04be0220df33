// Template writer: fills a Mustache template from data. Apart from its tool, so that Mustache is loaded only when
// a template is filled.
import Mustache from 'mustache';
import type { Json } from '../../model/scalars.js';
import { templateFailure } from './template-failure.js';

/** How a template is filled; see the input of `text.template`. */
export interface TemplateOptions {
  readonly escape: 'none' | 'html';
  readonly missing: 'fail' | 'empty';
  readonly tags: [string, string];
  readonly maxCharacters: number;
}

/**
 * Fills a template.
 *
 * @throws ToolFailure for values that are missing, partials, and texts that grow too long; Error for bad templates.
 */
export function fillTemplate(
  template: string,
  data: Readonly<Record<string, Json>>,
  options: TemplateOptions,
): string {
  const { escape, missing, tags, maxCharacters } = options;
  const writer = new DataWriter(missing, maxCharacters);
  const config = { tags, escape: escape === 'html' ? escapeHtml : textOf };
  return writer.render(template, new DataContext(data), undefined, config);
}

/** Objects and lists become JSON: `[object Object]` is never what was meant. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const escapeHtml = (value: unknown): string => Mustache.escape(textOf(value));

/** Looks names up in the data's own properties. */
class DataContext extends Mustache.Context {
  override push(view: unknown): Mustache.Context {
    return new DataContext(view, this);
  }

  override lookup(name: string): unknown {
    if (name === '.') return this.view;
    const [first = '', ...rest] = name.split('.');
    const context = holderOf(first, this);
    // As Mustache has it: the first name decides in which context the rest is looked up.
    return rest.reduce<unknown>((value, key) => own(value, key), own(context?.view, first));
  }
}

/** The nearest context that has a name. */
function holderOf(name: string, context: Mustache.Context | undefined): Mustache.Context | undefined {
  if (context === undefined || own(context.view, name) !== undefined) return context;
  return holderOf(name, context.parent);
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** Refuses values that are missing and texts that grow too long. */
class DataWriter extends Mustache.Writer {
  private characters = 0;

  constructor(
    private readonly missing: 'fail' | 'empty',
    private readonly maxCharacters: number,
  ) {
    super();
  }

  override escapedValue(token: string[], context: Mustache.Context, config?: Mustache.RenderOptions): string {
    const value = this.valueAt(token, context);
    return this.count(value === null ? '' : (config?.escape ?? textOf)(value));
  }

  override unescapedValue(token: string[], context: Mustache.Context): string {
    const value = this.valueAt(token, context);
    return this.count(value === null ? '' : textOf(value));
  }

  override rawValue(token: string[]): string {
    return this.count(token[1] ?? '');
  }

  override renderPartial(token: string[]): string {
    throw templateFailure(
      'bad-template',
      `The template uses the partial '${token[1]}', which text.template does not have: put its text into the template`,
    );
  }

  private valueAt(token: string[], context: Mustache.Context): unknown {
    const name = token[1] ?? '';
    const value: unknown = context.lookup(name);
    if (value !== undefined) return value;
    if (this.missing === 'empty') return null;
    throw templateFailure(
      'value-missing',
      `The template needs '${name}', which is not in the data. Add it, or set missing: 'empty'`,
    );
  }

  private count(text: string): string {
    this.characters += text.length;
    if (this.characters <= this.maxCharacters) return text;
    throw templateFailure(
      'too-large',
      `The filled template is longer than ${this.maxCharacters} characters. Give fewer data`,
    );
  }
}
