// The tool registry: names, doubles, effects, and the nearest name.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EngineError } from '#src/errors.js';
import { createBuiltinTools } from '#src/services/tools/builtin.js';
import { createToolRegistry } from '#src/services/tools/registry.js';
import { defineTool, type Tool } from '#src/services/tools/tool.js';

const echo = (name: string, more: Partial<Tool> = {}): Tool =>
  defineTool({
    name,
    description: 'Says it again.',
    input: z.unknown(),
    output: z.unknown(),
    run: (input) => input,
    ...more,
  });

const refusal = (work: () => unknown): EngineError => {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error;
  }
  throw new Error('expected an EngineError');
};

describe('tool registry', () => {
  test('keeps tools by name and lists them sorted', () => {
    const registry = createToolRegistry([echo('b.two'), echo('a.one')]);
    registry.register(echo('a.three'));
    expect(registry.list().map((tool) => tool.name)).toEqual(['a.one', 'a.three', 'b.two']);
    expect(registry.has('a.one')).toBe(true);
    expect(registry.get('a.one')?.name).toBe('a.one');
    expect(registry.get('a.four')).toBeUndefined();
  });

  test.each(['echo', 'Echo.it', 'a..b', '', 'a.b c', '.a'])('refuses the name %j', (name) => {
    const error = refusal(() => createToolRegistry([echo(name)]));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain('domain.tool');
  });

  test('refuses a name that is taken, and what is no tool', () => {
    expect(refusal(() => createToolRegistry([echo('a.b'), echo('a.b')])).message).toContain(
      'already registered',
    );
    const broken = { ...echo('a.c'), input: {}, run: 'no' } as unknown as Tool;
    expect(refusal(() => createToolRegistry([broken])).problems.map((problem) => problem.path)).toEqual([
      'tools.a.c.input',
      'tools.a.c.run',
    ]);
  });

  test('finds the nearest name, or none', () => {
    const registry = createToolRegistry(createBuiltinTools({ roots: ['/tmp'] }));
    expect(registry.nearest('fs.mvoe')).toBe('fs.move');
    expect(registry.nearest('http.gett')).toBe('http.get');
    expect(registry.nearest('calendar.invite')).toBeUndefined();
    expect(createToolRegistry().nearest('a.b')).toBeUndefined();
  });

  test('effects: declared, decided by the parsed input, otherwise once', () => {
    const registry = createToolRegistry([...createBuiltinTools({ roots: ['/tmp'] }), echo('a.b')]);
    expect(registry.effectOf('a.b', {})).toBe('once');
    expect(registry.effectOf('a.unknown', {})).toBe('once');
    expect(registry.effectOf('fs.move', {})).toBe('idempotent');
    expect(registry.effectOf('http.request', { url: 'http://a' })).toBe('idempotent');
    expect(registry.effectOf('http.request', { url: 'http://a', method: 'POST' })).toBe('once');
    expect(registry.effectOf('http.request', { nonsense: 1 })).toBe('once');
  });
});

describe('built-in tools', () => {
  test('are named, described and safe by class', () => {
    const tools = createBuiltinTools({ roots: ['/tmp'] });
    expect(
      createToolRegistry(tools)
        .list()
        .map((tool) => `${tool.name} ${tool.safety}`),
    ).toEqual([
      'data.query read',
      'fs.copy write',
      'fs.hash read',
      'fs.list read',
      'fs.mkdir write',
      'fs.move write',
      'fs.read read',
      'fs.remove destroy',
      'fs.stat read',
      'fs.write write',
      'http.get read',
      'http.request write',
      'text.template read',
    ]);
    // Planners and MCP hosts see the inputs as JSON Schema.
    for (const tool of tools)
      expect(z.toJSONSchema(tool.input, { io: 'input' })).toHaveProperty('type', 'object');
  });

  test.each([
    [{ roots: [] }, 'roots'],
    [{ trashFolder: '../out' }, 'trashFolder'],
    [{ trashFolder: '/abs' }, 'trashFolder'],
    [{ maxReadBytes: 0 }, 'maxReadBytes'],
    [{ http: { allowPrivateAddresses: ['10.0.0.0/99'] } }, 'http.allowPrivateAddresses'],
    [{ unknown: 1 }, ''],
  ])('refuse the options %j', (options, path) => {
    const error = refusal(() => createBuiltinTools(options as never));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.problems[0]?.path).toContain(`tools.${path}`);
  });
});
