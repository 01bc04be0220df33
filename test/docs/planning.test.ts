// The page on planning: its domains are read, planned and checked, and its methods are refused for what it says.
import { describe, expect, test } from 'vitest';
import {
  checkMethods,
  planHtnNow,
  readDomainDocument,
  readMethodsDocument,
  validatePlan,
} from 'statewright/planning';
import { blocksOf, readDocuments } from './markdown.js';

const blocks = readDocuments()
  .filter(({ path }) => path === 'docs/planning.md')
  .flatMap(blocksOf);
const domains = blocks.filter(({ kind }) => kind === 'yaml domain');

describe('docs/planning.md', () => {
  test('has domains', () => expect(domains).toHaveLength(2));

  test.each(domains)('$at is planned, and the plan is valid', ({ code }) => {
    const { domain, problem } = readDomainDocument(code);
    if (problem === undefined) throw new Error('the domain has no problem');
    const outcome = planHtnNow(domain, problem, { nodes: 10_000 });
    if (outcome.status !== 'solved') throw new Error(outcome.status);
    expect(outcome.plan.steps.length).toBeGreaterThan(1);
    expect(validatePlan(domain, problem, outcome.plan).findings).toEqual([]);
  });

  test('its methods break the rules that it names', () => {
    const { domain, problem } = readDomainDocument(domains[0]?.code ?? '');
    const [own] = blocks.filter(({ kind }) => kind === 'yaml methods');
    const methods = readMethodsDocument(own?.code ?? '', domain);
    const options = problem === undefined ? {} : { problem };
    expect(checkMethods(domain, methods, options)).toMatchObject([
      { rule: 'name', subject: 'by-hand', hint: "Did you mean 'unload'?" },
    ]);
    const rest = methods.filter(({ name }) => name === 'again');
    expect(checkMethods(domain, rest, options)).toMatchObject([{ rule: 'recursion', subject: 'again' }]);
  });
});
