// text.template and data.query: what they give, and that data can run no code.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTemplateTool } from '#src/services/tools/text-template.js';
import { callerOf, contextOf, failureOf } from './calling.js';

const call = callerOf({ roots: ['/tmp'] });
const fill = async (template: string, data: unknown, more = {}): Promise<string> =>
  (await call<{ text: string }>('text.template', { template, data, ...more })).text;

describe('text.template', () => {
  test('values, sections, inverted sections, the item itself, comments', async () => {
    const data = {
      name: 'Zoë & <co>',
      items: [{ n: 1, to: { x: 'a' } }, { n: 2 }],
      none: [],
      words: ['a', 'b'],
      yes: true,
      zero: 0,
    };
    expect(await fill('Dear <% name %>!', data)).toBe('Dear Zoë & <co>!');
    expect(await fill('<%# items %>\n- <% n %> <% name %>\n<%/ items %>\n', data)).toBe(
      '- 1 Zoë & <co>\n- 2 Zoë & <co>\n',
    );
    expect(await fill('<%^ none %>nothing<%/ none %><%# none %>x<%/ none %>', data)).toBe('nothing');
    expect(await fill('<%# words %><% . %>,<%/ words %><%! comment %>', data)).toBe('a,b,');
    expect(await fill('<% items.0.to.x %> <% words.length %> <% zero %> <%# yes %>y<%/ yes %>', data)).toBe(
      'a 2 0 y',
    );
    expect(await fill('<% items %>', data)).toBe('[{"n":1,"to":{"x":"a"}},{"n":2}]');
    expect(await fill('{{ left alone }}', {})).toBe('{{ left alone }}');
  });

  test('escaping and tags as asked', async () => {
    expect(await fill('<% a %> <%& a %>', { a: '<b>' }, { escape: 'html' })).toBe('&lt;b&gt; <b>');
    expect(await fill('[[ a ]]', { a: 1 }, { tags: ['[[', ']]'] })).toBe('1');
  });

  test('a missing value fails, or is empty when told so; null is empty', async () => {
    const failure = await failureOf(fill('<% a.b %>', { a: {} }));
    expect(failure).toMatchObject({
      code: 'value-missing',
      class: 'logic',
      retryable: false,
      effect: 'none',
    });
    expect(failure.message).toContain("'a.b'");
    expect(await fill('x<% a.b %>x', { a: {} }, { missing: 'empty' })).toBe('xx');
    expect(await fill('x<% a %>x', { a: null })).toBe('xx');
    expect(await fill('<%# nothing %>x<%/ nothing %>', {})).toBe('');
  });

  test('what is wrong with a template is told', async () => {
    expect((await failureOf(fill('<%# a %>', { a: 1 }))).message).toContain('a');
    expect(await failureOf(fill('<% a', { a: 1 }))).toMatchObject({ code: 'bad-template' });
    expect(await failureOf(fill('<%> part %>', {}))).toMatchObject({ code: 'bad-template' });
    const small = createTemplateTool({ maxCharacters: 10 });
    const input = small.input.parse({ template: '<%#a%><%#a%>xx<%/a%><%/a%>', data: { a: [1, 2, 3] } });
    expect(await failureOf((async () => small.run(input, contextOf()))())).toMatchObject({
      code: 'too-large',
    });
  });

  test.each([
    'constructor',
    'toString',
    '__proto__',
    'a.constructor',
    'a.constructor.constructor',
    'list.map',
    'a.__proto__.x',
  ])('what JavaScript adds to objects is not data: %s', async (name) => {
    const data = { a: {}, list: [1] };
    expect(await fill(`<% ${name} %>`, data, { missing: 'empty' })).toBe('');
    expect(await fill(`<%# ${name} %>run<%/ ${name} %>`, data)).toBe('');
  });

  test('property: text without tags passes unchanged, values come out as they went in', async () => {
    const plain = fc.string().filter((text) => !text.includes('<%') && !/^\s*$/.test(text));
    await fc.assert(
      fc.asyncProperty(plain, fc.string(), async (text, value) => {
        expect(await fill(`${text}|<% v %>`, { v: value })).toBe(`${text}|${value}`);
      }),
    );
  });
});

describe('data.query', () => {
  const query = async (data: unknown, expression: string): Promise<unknown> =>
    (await call<{ result: unknown }>('data.query', { data, expression })).result;

  test('picks, filters and reshapes', async () => {
    const data = {
      items: [
        { name: 'a', size: 5 },
        { name: 'ü', size: 500 },
      ],
    };
    expect(await query(data, 'items[?size > `100`].name')).toEqual(['ü']);
    expect(await query(data, 'sum(items[].size)')).toBe(505);
    expect(await query(data, '{names: items[].name, n: length(items)}')).toEqual({ names: ['a', 'ü'], n: 2 });
    expect(await query(data, 'nothing.here')).toBeNull();
    expect(await query(null, '@')).toBeNull();
  });

  test('says what is wrong with an expression', async () => {
    expect(await failureOf(query({}, 'items[?'))).toMatchObject({
      code: 'bad-expression',
      class: 'logic',
      retryable: false,
      effect: 'none',
    });
    expect((await failureOf(query({}, 'no_such(@)'))).message).toContain('no_such');
  });

  test('what JavaScript adds to objects is not data', async () => {
    for (const name of ['constructor', 'toString', '__proto__']) expect(await query({}, name)).toBeNull();
  });
});
