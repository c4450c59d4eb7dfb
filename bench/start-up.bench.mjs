// What a user waits for before and around the work itself, against the cheapest program Node can run.
export const title = 'start-up';
export const baseline = { name: 'node -e 0', args: ['-e', '0'] };
export const cases = [
  { name: 'ovnctl --version', args: ['bin/run.js', '--version'], limit: 2.5 },
  { name: 'ovnctl --help', args: ['bin/run.js', '--help'] },
  {
    name: 'ovnctl trace pod-to-service on examples/ic-dualstack',
    args: [
      ...['bin/run.js', 'trace', 'pod-to-service', 'shop/client', 'shop/web-svc'],
      ...['--port', '80', '--from', 'examples/ic-dualstack'],
    ],
    limit: 12,
  },
];
