// How fast the bytes of a southbound database become rows: our scanner, cut as a socket would, against JSON.parse on the whole.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BYTES = 50_000_000;
const folder = join(tmpdir(), 'ovnctl-bench');

const uuid = (n) => `${n.toString(16).padStart(8, '0')}-5c1f-4e0a-9d3b-7a6b5c4d3e2f`;

/** A row of Logical_Flow as `select` returns it; `big` adds an integer that a double can't hold. */
function row(n, big) {
  const cells = {
    _uuid: ['uuid', uuid(n)],
    _version: ['uuid', uuid(n + 1)],
    logical_datapath: ['uuid', uuid(n % 100)],
    logical_dp_group: ['set', []],
    pipeline: n % 2 ? 'ingress' : 'egress',
    table_id: n % 40,
    priority: 1000 + (n % 100),
    match: `ip4 && ip4.dst == 10.${n % 250}.${n % 199}.0/24 && inport == "shop_client-${n}" && tcp.dst == ${n % 65535}`,
    actions: `reg0[1] = 1; ct_lb_mark(backends=10.0.0.${n % 250}:8080,10.0.1.${n % 250}:8080); next;`,
    tags: ['map', []],
    controller_meter: ['set', []],
    flow_desc: ['set', []],
    external_ids: [
      'map',
      [
        ['source', 'northd.c:8123'],
        ['stage-hint', uuid(n).slice(0, 8)],
        ['stage-name', 'ls_in_pre_lb'],
      ],
    ],
  };
  const text = JSON.stringify(cells);
  return big ? `${text.slice(0, -1)},"cookie":${9223372036854775807n - BigInt(n)}}` : text;
}

/** A reply of that many bytes, written once and kept for the next run. */
function reply(name, every) {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const rows = [];
  for (let n = 0, size = 0; size < BYTES; n++) {
    const text = row(n, every > 0 && n % every === 0);
    rows.push(text);
    size += text.length + 1;
  }
  writeFileSync(path, `{"id":1,"result":[{"rows":[${rows.join(',')}]}],"error":null}`);
  return path;
}

const plain = reply('southbound.json', 0);
const big = reply('southbound-big.json', 100);
const subject = (how, path) => ['bench/parse-stream.mjs', how, path];

export const title = '50 MB of southbound rows, three times';
export const baseline = { name: 'JSON.parse of the decoded bytes', args: subject('native', plain) };
export const cases = [
  { name: 'stream scanner, 64 KiB chunks', args: subject('scanner', plain), limit: 2 },
  { name: 'stream scanner, with an integer beyond 2^53 in every 100th row', args: subject('scanner', big), limit: 2 },
];
