import { expect, test } from 'vitest';
import { auditAnswer, dependencyProblems } from '../audit.mjs';

const installed = (name: string) => ({ name, versions: ['1.0.0'], paths: [`/modules/${name}`] });

test('a licence that is not on the list is a problem, and so is a script at installation', () => {
  const byLicence = {
    MIT: [installed('a')],
    '(WTFPL OR MIT)': [installed('b')],
    'GPL-3.0': [installed('c')],
    ISC: [installed('d')],
  };
  const scriptsOf = (folder: string): Record<string, string> =>
    folder.endsWith('/d') ? { postinstall: 'node build', test: 'x' } : { test: 'x' };
  expect(dependencyProblems(byLicence, scriptsOf)).toEqual([
    'c 1.0.0 has the licence GPL-3.0, which is not on the list',
    'd 1.0.0 has a script for postinstall',
  ]);
});

test('what the registry says of vulnerabilities is told, and that it says nothing, too', () => {
  const advisory = { module_name: 'a', severity: 'high', title: 'it breaks', url: 'https://example.org/1' };
  expect(auditAnswer(`warning\n${JSON.stringify({ advisories: { 1: advisory } })}`)).toEqual({
    vulnerabilities: ['a (high): it breaks, https://example.org/1'],
  });
  expect(auditAnswer('{"advisories":{}}')).toEqual({ vulnerabilities: [] });
  expect(auditAnswer('{"error":{"message":"405"}}')).toEqual({ unanswered: '405' });
  expect(auditAnswer('no network\n')).toEqual({ unanswered: 'no network' });
});
