// text.template: fills a Mustache template with JSON data. References like `{{ tasks.a.output }}` have been
// resolved by the engine before a tool sees its input, so the tags here are `<% %>` unless told otherwise:
//
//   <% name %>  a value · <%# items %> … <%/ items %>  a section, for each item of a list ·
//   <%^ items %> … <%/ items %>  when there is none · <% . %>  the item itself · <%! words %>  a comment
//
// Templates have no code: values are looked up in the data only (never in what JavaScript adds to objects),
// functions cannot occur in JSON, and there are no partials.
import Mustache from 'mustache';
import { z } from 'zod';
import { Json } from '../../model/scalars.js';
import { defineTool, ToolFailure } from './tool.js';

const Tag = z
  .string()
  .min(1)
  .max(8)
  .regex(/^[^\s=]+$/, 'expected a tag without spaces and equals signs');

const TemplateInput = z.strictObject({
  template: z
    .string()
    .max(1_048_576)
    .describe('Mustache with the tags <% and %>, such as "Dear <% name %>".'),
  data: z.record(z.string(), Json).describe('What the names in the template stand for.'),
  escape: z
    .enum(['none', 'html'])
    .default('none')
    .describe('How values are made safe for where the text goes.'),
  missing: z
    .enum(['fail', 'empty'])
    .default('fail')
    .describe('What happens when a value is not in the data.'),
  tags: z.tuple([Tag, Tag]).default(['<%', '%>']).describe('Opening and closing tag.'),
});

const TemplateOutput = z.object({ text: z.string() });

/** Makes `text.template`. The text has at most `maxCharacters` [16 Mi]. */
export function createTemplateTool(settings: { maxCharacters?: number } = {}) {
  const maxCharacters = settings.maxCharacters ?? 16_777_216;
  return defineTool({
    name: 'text.template',
    description:
      'Fills a Mustache template (tags <% %>, with sections for lists and conditions) with JSON data.',
    input: TemplateInput,
    output: TemplateOutput,
    effect: 'idempotent',
    safety: 'read',
    run: ({ template, data, escape, missing, tags }) => {
      const writer = new DataWriter(missing, maxCharacters);
      const config = { tags, escape: escape === 'html' ? escapeHtml : textOf };
      try {
        return { text: writer.render(template, new DataContext(data), undefined, config) };
      } catch (error) {
        if (error instanceof ToolFailure || !(error instanceof Error)) throw error;
        throw templateFailure(
          'bad-template',
          `The template cannot be read: ${error.message}. Correct it`,
          error,
        );
      }
    },
  });
}

function templateFailure(code: string, message: string, cause?: unknown): ToolFailure {
  return new ToolFailure({ code, class: 'logic', message: `${message}.`, effect: 'none', cause });
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
