// Compiler of expressions: text → a function of the scope.
//
// The grammar is the Common Expression Language, parsed by cel-js. The evaluation is our own, because the
// library counts whole numbers as BigInt and refuses to mix them with others, takes the type of a list from
// its first item, and bounds neither the work of nested loops nor that of a regular expression.
//
// X1 evaluation is pure: the same text and scope give the same value, and nothing is changed.
// X2 one evaluation takes at most a million rounds of `map`, `filter`, `all`, `exists` and `exists_one`.
// X3 `&&` and `||` decide from left to right; what is not needed is not evaluated.
import { createRequire } from 'node:module';
import type * as Cel from '@marcbachmann/cel-js';
import type { ASTNode, ParseError } from '@marcbachmann/cel-js';
import type { Json } from '../../model/scalars.js';
import type { Compilation, CompiledExpression, Evaluate, Reference, Surroundings } from './compilation.js';
import { compileCall } from './compile-call.js';
import { compilePath } from './compile-path.js';
import { ExpressionError } from './expression-error.js';
import type { ExpressionFunction } from './functions.js';
import { rewriteNames } from './task-names.js';
import type { Rewritten } from './task-names.js';
import { binaryOperation, fail, negate, requireBool } from './values.js';
import type { BinaryOperator, Site } from './values.js';

const maxExpressionLength = 4096;
const require = createRequire(import.meta.url);
let loaded: { readonly cel: typeof Cel; readonly grammar: Cel.Environment } | undefined;

/** The parser, loaded with the first expression: many plans have none, and an engine shall start fast. */
function parser(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  const cel = require('@marcbachmann/cel-js') as typeof Cel;
  const grammar = new cel.Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: 2000,
      maxDepth: 100,
      maxListElements: 1000,
      maxMapEntries: 1000,
      maxCallArguments: 32,
    },
  });
  loaded = { cel, grammar };
  return loaded;
}

/**
 * Compiles an expression.
 *
 * @param within - The template that it is a part of; errors then tell the place in the template.
 * @throws ExpressionError with code `expression-syntax`, `function-unknown`, `value-invalid` (a literal that
 * is no JSON value) or `limit-exceeded`.
 */
export function compileExpression(
  text: string,
  functions: ReadonlyMap<string, ExpressionFunction>,
  within: Surroundings = { text, offset: 0 },
): CompiledExpression {
  const rewritten = rewriteNames(text);
  const toSite = (position: number): Site => ({
    text: within.text,
    position: within.offset + rewritten.toOriginal(position),
  });
  const compilation: Compilation = {
    functions,
    references: [],
    bound: [],
    guards: 0,
    siteOf: (node) => toSite(node.start),
    siteAt: toSite,
    compile: (node) => compileNode(node, compilation),
  };
  const start = toSite(0);
  if (text.length > maxExpressionLength) {
    fail(
      start,
      'limit-exceeded',
      `an expression may have ${maxExpressionLength} characters, got ${text.length}`,
    );
  }
  if (text.trim() === '') fail(start, 'expression-syntax', 'expected an expression, got nothing');
  const evaluate = whileShallow(start, () =>
    compileNode(parse(rewritten, toSite, within.text !== text), compilation),
  );
  return finished(text, compilation.references.slice(), evaluate);
}

/** A function of its own, so that what is kept does not hold on to the compilation. */
function finished(text: string, references: readonly Reference[], evaluate: Evaluate): CompiledExpression {
  return { text, references, evaluate: (scope) => evaluate({ scope, locals: [], steps: 0 }) };
}

/** The parser and the compiler are recursive; the signs of `- - - - 1` are not bounded by the grammar. */
function whileShallow<Result>(site: Site, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError)
      return fail(site, 'limit-exceeded', 'the expression is nested too deeply');
    throw error;
  }
}

function parse(rewritten: Rewritten, toSite: (position: number) => Site, isInTemplate: boolean): ASTNode {
  const { cel, grammar } = parser();
  try {
    return grammar.parse(rewritten.text).ast;
  } catch (error) {
    if (!(error instanceof cel.ParseError)) throw error;
    const position = error.range?.start ?? 0;
    const { text, position: original } = toSite(position);
    // Text of other template languages, such as `{{.Name}}`, goes wrong at once.
    const isAtStart = rewritten.text.slice(0, position).trim() === '';
    throw new ExpressionError('expression-syntax', syntaxSummary(error, rewritten.text, position), {
      text,
      position: original,
      hint: isInTemplate && isAtStart ? 'Write `{{{{` where a literal `{{` is meant.' : undefined,
      cause: error,
    });
  }
}

/** The parser's tokens that it can miss, as they are written. */
const tokenNames: ReadonlyMap<string, string> = new Map([
  ['IDENTIFIER', 'a name'],
  ['RPAREN', '`)`'],
  ['RBRACKET', '`]`'],
  ['RBRACE', '`}`'],
  ['COLON', '`:`'],
]);

function syntaxSummary(error: ParseError, text: string, position: number): string {
  const found =
    position >= text.length ? 'the end' : `'${/^(?:\w+|.)/.exec(text.slice(position))?.[0] ?? ''}'`;
  switch (error.code) {
    case 'unexpected_token':
      return `expected a value, got ${found}`;
    case 'unexpected_character':
      return `did not expect ${found} here`;
    case 'expected_token':
      return `expected ${tokenNames.get(/^Expected (\w+)/.exec(error.summary)?.[1] ?? '') ?? 'something else'}, got ${found}`;
    default:
      return error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
  }
}

function compileNode(node: ASTNode, compilation: Compilation): Evaluate {
  const site = compilation.siteOf(node);
  switch (node.op) {
    case 'value':
      return constant(literal(node.args, site));
    case 'id':
    case '.':
    case '[]':
      return compilePath(node, compilation).strict;
    case 'call':
    case 'rcall':
      return compileCall(node, compilation);
    case 'list': {
      const items = node.args.map(compilation.compile);
      return (run) => items.map((item) => item(run));
    }
    case 'map':
      return compileMap(node.args, compilation);
    case '?:': {
      const [condition, yes, no] = mapThree(node.args, compilation.compile);
      return (run) => (requireBool(site, condition(run), 'the condition before `?`') ? yes(run) : no(run));
    }
    case '&&':
    case '||':
      return compileLogic(node.op, node.args, compilation);
    case '!_': {
      const value = compilation.compile(node.args);
      return (run) => !requireBool(site, value(run), 'what stands after `!`');
    }
    case '-_': {
      const value = compilation.compile(node.args);
      return (run) => negate(site, value(run));
    }
    case '.?':
    case '[?]':
      return fail(
        site,
        'expression-syntax',
        'optional access is not supported',
        'Use default(x, y) or has(x).',
      );
    default:
      return compileBinary(node.op, node.args, compilation, site);
  }
}

const constant =
  (value: Json): Evaluate =>
  () =>
    value;

function mapThree<From, To>(three: readonly [From, From, From], make: (from: From) => To): [To, To, To] {
  return [make(three[0]), make(three[1]), make(three[2])];
}

function literal(value: unknown, site: Site): Json {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  // An unsigned literal (`1u`) is an object around a BigInt.
  const whole = typeof value === 'object' && 'value' in value ? value.value : value;
  if (typeof whole !== 'bigint') return fail(site, 'value-invalid', 'expected a JSON value; bytes are none');
  const number = Number(whole);
  if (Number.isSafeInteger(number)) return number;
  return fail(site, 'value-invalid', `${whole} is too large to be exact as a JSON number`);
}

function compileBinary(
  operator: BinaryOperator,
  args: readonly [ASTNode, ASTNode],
  compilation: Compilation,
  site: Site,
): Evaluate {
  const left = compilation.compile(args[0]);
  const right = compilation.compile(args[1]);
  const apply = binaryOperation(operator, site);
  return (run) => apply(left(run), right(run));
}

function compileLogic(
  operator: '&&' | '||',
  args: readonly [ASTNode, ASTNode],
  compilation: Compilation,
): Evaluate {
  const left = compilation.compile(args[0]);
  const right = compilation.compile(args[1]);
  const leftSite = compilation.siteOf(args[0]);
  const rightSite = compilation.siteOf(args[1]);
  const decided = operator === '||';
  const what = `each side of \`${operator}\``;
  return (run) => {
    if (requireBool(leftSite, left(run), what) === decided) return decided;
    return requireBool(rightSite, right(run), what);
  };
}

function compileMap(entries: readonly (readonly [ASTNode, ASTNode])[], compilation: Compilation): Evaluate {
  const compiled = entries.map(([key, value]) => ({
    key: compilation.compile(key),
    site: compilation.siteOf(key),
    value: compilation.compile(value),
  }));
  return (run) =>
    Object.fromEntries(
      compiled.map((entry) => {
        const key = entry.key(run);
        if (typeof key !== 'string' && typeof key !== 'number') {
          return fail(entry.site, 'type-mismatch', 'the key of a map must be a string');
        }
        return [String(key), entry.value(run)];
      }),
    );
}
