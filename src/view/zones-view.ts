/** Zones and versions as tables. In: the reports; out: text. */
import type { DatabaseReport, ZoneReport, ZonesReport } from '../usecase/zones.js';
import type { VersionReport } from '../usecase/version.js';
import { renderTable } from './table.js';
import type { Column, Layout } from './table.js';

const NOTHING = '-';

const joined = (texts: readonly string[]): string => (texts.length === 0 ? NOTHING : texts.join(','));

/** `ok`, `ok (leader)`; the reason why it can't be read is said elsewhere. */
function stateText({ state, role }: DatabaseReport): string {
  return role === undefined ? state : `${state} (${role})`;
}

function northdText({ northd: { state, nbCfg, sbCfg } }: ZoneReport): string {
  return state === 'behind' ? `behind (${sbCfg ?? 0} of ${nbCfg ?? 0})` : state;
}

function hypervisorText({ northd: { nbCfg, hvCfg } }: ZoneReport): string {
  if (nbCfg === undefined || hvCfg === undefined) return NOTHING;
  return hvCfg >= nbCfg ? 'current' : `${hvCfg} of ${nbCfg}`;
}

const count = ({ rows }: DatabaseReport, ...tables: readonly string[]): string =>
  rows === undefined ? NOTHING : String(tables.reduce((sum, table) => sum + (rows[table] ?? 0), 0));

/** One line a zone. */
export function renderZones({ zones }: ZonesReport, layout: Layout, wide = false): Promise<string> {
  const { palette } = layout;
  const state: Pick<Column, 'paint'> = {
    paint: (text) => (text.startsWith('ok') || text === 'current' ? palette.good(text) : palette.bad(text)),
  };
  const columns: Column[] = [
    { title: 'ZONE' },
    { title: 'NODES', shrinkTo: 12 },
    { title: 'NORTHBOUND', ...state },
    { title: 'SOUTHBOUND', ...state },
    { title: 'NORTHD', ...state },
    { title: 'DATAPATHS' },
    { title: 'PORTS' },
    ...(wide
      ? ['CHASSIS', 'NB-SCHEMA', 'SB-SCHEMA', 'OVN', 'PODS', 'SERVER'].map((title) => ({ title, shrinkTo: 12 }))
      : []),
  ];
  const rows = zones.map((zone) => {
    const { northbound, southbound, northd } = zone;
    return [
      zone.zone,
      joined(zone.nodes),
      stateText(northbound),
      stateText(southbound),
      northdText(zone),
      count(southbound, 'Datapath_Binding'),
      count(southbound, 'Port_Binding'),
      ...(wide
        ? [
            hypervisorText(zone),
            northbound.schema ?? NOTHING,
            southbound.schema ?? NOTHING,
            northd.version?.split('-')[0] ?? NOTHING,
            joined(zone.pods),
            southbound.server ?? northbound.server ?? NOTHING,
          ]
        : []),
    ];
  });
  return renderTable(columns, rows, layout);
}

export const zoneNames = ({ zones }: ZonesReport): readonly string[] => zones.map(({ zone }) => `zone/${zone}`);

/** One line for each thing that has a version; zones of the same versions share theirs. */
export function renderVersion({ client, deployment, images, zones }: VersionReport, layout: Layout): Promise<string> {
  const rows: string[][] = [['client', `ovnctl ${client.version}`, `node ${client.node}`]];
  if (deployment !== undefined) rows.push(['deployment', deployment.shape, `namespace ${deployment.namespace}`]);
  for (const { image, pods } of images) rows.push(['image', image, `${pods} pod${pods === 1 ? '' : 's'}`]);
  const alike = new Map<string, string[]>();
  for (const { zone, ovn, openVSwitch, schemas } of zones) {
    const of = (name: string, version: string | undefined): void => {
      const key = JSON.stringify([name, version ?? 'unknown']);
      const known = alike.get(key);
      if (known === undefined) alike.set(key, [zone]);
      else known.push(zone);
    };
    of('OVN', ovn);
    of('Open vSwitch', openVSwitch);
    of('northbound schema', schemas.northbound);
    of('southbound schema', schemas.southbound);
  }
  const versions = [...alike].map(([key, of]) => {
    const [name = '', version = ''] = JSON.parse(key) as string[];
    return [name, version, of.length === zones.length ? 'every zone' : `zones ${of.join(', ')}`];
  });
  versions.sort(([a = ''], [b = '']) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return renderTable(
    [{ title: 'WHAT' }, { title: 'VERSION' }, { title: 'WHERE', shrinkTo: 16 }],
    [...rows, ...versions],
    layout,
  );
}

const ORDER = ['OVN', 'Open vSwitch', 'northbound schema', 'southbound schema'];

export const versionNames = ({ client, zones }: VersionReport): readonly string[] => [
  `ovnctl/${client.version}`,
  ...zones.map(({ zone, ovn }) => `ovn/${zone}/${ovn ?? 'unknown'}`),
];
