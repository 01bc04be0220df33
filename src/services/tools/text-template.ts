// text.template: fills a Mustache template with JSON data. References like `{{ tasks.a.output }}` have been
// resolved by the engine before a tool sees its input, so the tags here are `<% %>` unless told otherwise:
//
//   <% name %>  a value · <%# items %> … <%/ items %>  a section, for each item of a list ·
//   <%^ items %> … <%/ items %>  when there is none · <% . %>  the item itself · <%! words %>  a comment
//
// Templates have no code: values are looked up in the data only (never in what JavaScript adds to objects),
// functions cannot occur in JSON, and there are no partials.
import { z } from 'zod';
import { Json } from '../../model/scalars.js';
import { defineTool, ToolFailure } from './tool.js';
import { templateFailure } from './template-failure.js';

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
    run: async ({ template, data, ...how }) => {
      // Loaded with the first call: an engine shall start fast.
      const { fillTemplate } = await import('./template-writer.js');
      try {
        return { text: fillTemplate(template, data, { ...how, maxCharacters }) };
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
