// Builds southbound databases of a given size with the real ovn-northd, and keeps the files for the next run.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../dist/src/connect/ovsdb/connect.js';

const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
const SCHEMAS = '/usr/share/ovn';
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The database server on `files`, at a socket in `folder`; `pid` is its process. */
export async function serve(folder, files) {
  const socket = join(folder, 'db.sock');
  const child = spawn(
    'ovsdb-server',
    ['--no-chdir', `--remote=punix:${socket}`, `--unixctl=${join(folder, 'db.ctl')}`, '--log-file=/dev/null', ...files],
    { stdio: 'ignore', env },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error('ovsdb-server does not start');
    await sleep(20);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { remote: `unix:${socket}`, pid: child.pid, stop };
}

const set = (items) => ['set', items];
const map = (object) => ['map', Object.entries(object)];
const named = (name) => ['named-uuid', name];
const hex = (number) => number.toString(16).padStart(2, '0');

export const portName = (logicalSwitch, port) => `ns${port % 50}_pod-${logicalSwitch}-${port}`;
export const portAddress = (logicalSwitch, port) =>
  `10.${128 + (logicalSwitch >> 6)}.${(logicalSwitch & 63) * 4 + (port >> 8)}.${port & 255}`;
export const portMac = (logicalSwitch, port) => `0a:58:0a:${hex(logicalSwitch)}:${hex(port >> 8)}:${hex(port & 255)}`;
export const routerMac = (logicalSwitch) => `0a:58:64:${hex(logicalSwitch)}:00:01`;
const gateway = (logicalSwitch) => `10.${128 + (logicalSwitch >> 6)}.${(logicalSwitch & 63) * 4}.1`;
const FIRST_PORT = 2;

/** The northbound rows as transactions: switches with pods around one router, load balancers on all, groups with ACLs. */
function* northbound({ switches, ports, balancers, groups }) {
  const members = Array.from({ length: groups }, () => []);
  for (let s = 0; s < switches; s++) {
    const operations = [];
    const insert = (table, name, row) => operations.push({ op: 'insert', table, 'uuid-name': name, row });
    insert('Logical_Router_Port', 'rp', {
      name: `rtos-node${s}`,
      mac: routerMac(s),
      networks: set([`${gateway(s)}/22`]),
    });
    operations.push({
      op: 'mutate',
      table: 'Logical_Router',
      where: [['name', '==', 'cluster']],
      mutations: [['ports', 'insert', set([named('rp')])]],
    });
    insert('Logical_Switch_Port', 'stor', {
      name: `stor-node${s}`,
      type: 'router',
      addresses: set(['router']),
      options: map({ 'router-port': `rtos-node${s}` }),
    });
    const refs = [named('stor')];
    for (let i = 0; i < ports; i++) {
      const port = FIRST_PORT + i;
      insert('Logical_Switch_Port', `p${i}`, {
        name: portName(s, port),
        addresses: set([`${portMac(s, port)} ${portAddress(s, port)}`]),
        external_ids: map({ namespace: `ns${port % 50}`, pod: 'true' }),
      });
      refs.push(named(`p${i}`));
    }
    insert('Logical_Switch', 'ls', {
      name: `node${s}`,
      ports: set(refs),
      ...(balancers > 0 && { load_balancer_group: set([]) }),
    });
    yield {
      operations,
      keep: (results) => {
        const offset = 3;
        for (let i = 0; i < ports; i++) members[(s * ports + i) % groups].push(results[offset + i].uuid);
      },
    };
  }
  for (let from = 0; from < balancers; from += 500) {
    const operations = [];
    const refs = [];
    for (let i = from; i < Math.min(from + 500, balancers); i++) {
      const backend = (n) => `${portAddress((i + n) % switches, FIRST_PORT + (i % ports))}:8080`;
      operations.push({
        op: 'insert',
        table: 'Load_Balancer',
        'uuid-name': `lb${i}`,
        row: {
          name: `Service_ns${i % 50}/svc-${i}_TCP_cluster`,
          protocol: 'tcp',
          vips: map({ [`172.30.${i >> 8}.${i & 255}:80`]: [backend(0), backend(1), backend(2)].join(',') }),
        },
      });
      refs.push(named(`lb${i}`));
    }
    operations.push({
      op: 'mutate',
      table: 'Load_Balancer_Group',
      where: [],
      mutations: [['load_balancer', 'insert', set(refs)]],
    });
    yield { operations };
  }
  for (let g = 0; g < groups; g++) {
    const operations = [];
    const acl = (name, priority, match, action) =>
      operations.push({
        op: 'insert',
        table: 'ACL',
        'uuid-name': name,
        row: { direction: 'to-lport', priority, match, action },
      });
    const name = `pg_ns${g}`;
    acl('deny', 1000, `outport == @${name} && ip4`, 'drop');
    acl('allow', 1001, `outport == @${name} && ip4.src == 10.128.0.0/12 && tcp.dst == {8080, 8443}`, 'allow-related');
    operations.push({
      op: 'insert',
      table: 'Port_Group',
      row: { name, ports: set(members[g].map((uuid) => ['uuid', uuid])), acls: set([named('deny'), named('allow')]) },
    });
    yield { operations };
  }
}

async function build(size, file) {
  const folder = mkdtempSync(join(tmpdir(), 'ovnctl-nb-'));
  const [nb, sb] = [join(folder, 'nb.db'), join(folder, 'sb.db')];
  for (const [path, schema] of [
    [nb, 'ovn-nb'],
    [sb, 'ovn-sb'],
  ])
    execFileSync('ovsdb-tool', ['create', path, join(SCHEMAS, `${schema}.ovsschema`)], { env });
  const server = await serve(folder, [nb, sb]);
  const client = await connect(server.remote, { database: 'OVN_Northbound', timeoutMs: 600_000 });
  await client.transact('OVN_Northbound', [
    { op: 'insert', table: 'NB_Global', row: { name: 'bench', options: map({ use_logical_dp_groups: 'true' }) } },
    { op: 'insert', table: 'Logical_Router', row: { name: 'cluster' } },
    { op: 'insert', table: 'Load_Balancer_Group', row: { name: 'clusterLBGroup' } },
  ]);
  for (const { operations, keep } of northbound(size)) {
    const results = await client.transact('OVN_Northbound', operations);
    keep?.(results);
  }
  if (size.balancers > 0) {
    const [group] = await client.select('OVN_Northbound', 'Load_Balancer_Group');
    await client.transact('OVN_Northbound', [
      { op: 'update', table: 'Logical_Switch', where: [], row: { load_balancer_group: set([['uuid', group.uuid]]) } },
    ]);
  }
  const northd = spawn(
    'ovn-northd',
    [
      `--ovnnb-db=${server.remote}`,
      `--ovnsb-db=${server.remote}`,
      `--unixctl=${join(folder, 'northd.ctl')}`,
      '--log-file=/dev/null',
    ],
    { stdio: 'ignore', env: { ...env, OVN_RUNDIR: folder } },
  );
  await client.transact('OVN_Northbound', [
    { op: 'mutate', table: 'NB_Global', where: [], mutations: [['nb_cfg', '+=', 1]] },
  ]);
  for (;;) {
    const [global] = await client.select('OVN_Northbound', 'NB_Global', [], ['nb_cfg', 'sb_cfg']);
    if (global.integer('nb_cfg') === global.integer('sb_cfg')) break;
    await sleep(200);
  }
  const flows = await client.select('OVN_Southbound', 'Logical_Flow', [], ['_uuid']);
  client.close();
  const ended = new Promise((resolve) => northd.once('exit', resolve));
  northd.kill('SIGTERM');
  await ended;
  execFileSync('ovs-appctl', ['-t', join(folder, 'db.ctl'), 'ovsdb-server/compact'], { env });
  await server.stop();
  copyFileSync(sb, `${file}.part`);
  renameSync(`${file}.part`, file);
  rmSync(folder, { recursive: true, force: true });
  return flows.length;
}

/** The file of a southbound database of that size, built unless this very program has built it before. */
export async function southboundFile(name, size) {
  const key = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .update(JSON.stringify(size))
    .digest('hex')
    .slice(0, 12);
  const folder = join(tmpdir(), 'ovnctl-bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${key}.db`);
  if (!existsSync(file)) {
    console.log(`building ${file} with ovn-northd …`);
    console.log(`  ${await build(size, file)} flows`);
  }
  return file;
}
