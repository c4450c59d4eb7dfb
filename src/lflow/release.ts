/**
 * The OVN releases whose language differs, oldest first. `23.03.1` is the first tagged state of that branch and stands for
 * everything older too; a branch name means its latest patch release.
 */
export const RELEASES = ['23.03.1', '23.03', '23.06', '23.09', '24.03', '24.09', '25.03', '25.09', '26.03'] as const;
export type OvnRelease = (typeof RELEASES)[number];

/** Whether `release` is `other` or newer. */
export function atLeast(release: OvnRelease, other: OvnRelease): boolean {
  return RELEASES.indexOf(release) >= RELEASES.indexOf(other);
}

/**
 * The release whose rules apply to an OVN version such as `24.03.2`, `23.03.1-1~deb12u2` or `25.09`: the newest known one
 * that is not newer. A version older than 22.03 or a text that is no version gives `undefined`.
 */
export function releaseOf(version: string): OvnRelease | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (match === null) return undefined;
  const branch = branchNumber(match[1], match[2]);
  if (branch < 2203) return undefined;
  if (branch < 2303) return '23.03.1';
  if (branch === 2303) return match[3] !== undefined && Number(match[3]) <= 1 ? '23.03.1' : '23.03';
  return RELEASES.findLast((name) => {
    const [year, month] = name.split('.');
    return branchNumber(year, month) <= branch;
  });
}

function branchNumber(year = '0', month = '0'): number {
  return Number(year) * 100 + Number(month);
}
