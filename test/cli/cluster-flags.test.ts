import { parse as parseArguments } from '@oclif/core/parser';
import { describe, expect, it } from 'vitest';
import { clusterFlags, clusterOptions } from '../../src/cli/cluster-flags.js';

const parse = async (...argv: string[]) => {
  const { flags } = await parseArguments(argv, { flags: clusterFlags });
  return clusterOptions(flags as never);
};

describe('the flags about a cluster', () => {
  it('are absent when they were not given', async () => {
    expect(await parse()).toEqual({});
  });

  it('mean what they mean to kubectl', async () => {
    const given =
      '--kubeconfig k --context x --cluster c --user u --server s --token t --as a --as-group g --as-group h';
    expect(await parse(...given.split(' '), '--insecure-skip-tls-verify')).toEqual({
      kubeconfig: 'k',
      context: 'x',
      cluster: 'c',
      user: 'u',
      server: 's',
      token: 't',
      as: 'a',
      asGroups: ['g', 'h'],
      insecureSkipTlsVerify: true,
    });
  });

  it.each([
    ['0', 0],
    ['5', 5000],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5s', 1500],
    ['250ms', 250],
    ['1h', 3_600_000],
  ])('--request-timeout %s', async (text, expected) => {
    expect(await parse('--request-timeout', text)).toEqual({ requestTimeout: expected });
  });

  it.each(['soon', '-1s', '5x', '1s2', ''])('--request-timeout %j is no duration', async (text) => {
    await expect(parse(`--request-timeout=${text}`)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'usage.duration',
    });
  });
});
