import { describe, expect, it } from 'vitest';
import { errorFormat, programName } from '../../src/cli/argv.js';

describe('errorFormat', () => {
  it.each([
    ['', 'text'],
    ['-o json', 'json'],
    ['-ojson', 'json'],
    ['-o=json', 'json'],
    ['--output json', 'json'],
    ['--output=yaml', 'yaml'],
    ['a b -o yaml --bad', 'yaml'],
    ['-o json -o table', 'text'],
    ['-o table -o json', 'json'],
    ['-o', 'text'],
    ['-o wide', 'text'],
    ['-- -o json', 'text'],
    ['--output-file json', 'text'],
  ])('of "%s" is %s', (line, format) => {
    expect(errorFormat(line.split(' '))).toBe(format);
  });
});

describe('programName', () => {
  it.each([
    [undefined, 'ovnctl'],
    ['/work/bin/run.js', 'ovnctl'],
    ['/usr/bin/ovnctl', 'ovnctl'],
    ['/usr/bin/kubectl-ovn', 'kubectl ovn'],
    ['oc-ovn', 'oc ovn'],
    ['/usr/bin/oc-ovn.cmd', 'oc ovn'],
    ['/usr/bin/xoc-ovn', 'ovnctl'],
  ])('of %s is %s', (path, name) => {
    expect(programName(path)).toBe(name);
  });
});
