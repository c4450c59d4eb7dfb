import type { Random } from '../random.js';

/** A port by which packets come into a datapath, and who is there. */
export interface Place {
  readonly datapath: string;
  readonly port: string;
  readonly macs: readonly string[];
  readonly v4: readonly string[];
  readonly v6: readonly string[];
  /** MAC addresses of the routers on this switch. */
  readonly routers: readonly string[];
}

/** An address that is translated or balanced. */
export interface Service {
  readonly address: string;
  readonly port: number | undefined;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Hosts behind it, and the port they listen on. */
  readonly backends: readonly { readonly host: Host; readonly port: number | undefined }[];
  /** What a host that asks itself is told to come from. */
  readonly hairpin?: string;
}

/** A switch with its subnets: hosts are numbered from 1. */
export interface Network {
  readonly name: string;
  readonly index: number;
  /** Virtual machines and the like: logical ports that controllers bind. */
  readonly hosts: Host[];
  /** Router ports on it. */
  readonly gateways: RouterPort[];
}

export interface Host {
  readonly port: string;
  readonly mac: string;
  readonly v4: string;
  readonly v6: string;
}

export interface RouterPort {
  readonly router: string;
  readonly port: string;
  readonly mac: string;
  readonly v4: string;
  readonly v6: string;
}

/** `gateway`: bound to one chassis as a whole. */
export interface Router {
  readonly name: string;
  readonly gateway: boolean;
  readonly ports: RouterPort[];
}

/** Neighbours, multicast memberships and MAC addresses that controllers would have learned. */
export interface Learned {
  readonly neighbours: { readonly router: string; readonly port: string; readonly ip: string; readonly mac: string }[];
  readonly macs: { readonly datapath: string; readonly port: string; readonly mac: string }[];
  readonly groups: { readonly datapath: string; readonly address: string; readonly ports: readonly string[] }[];
}

/** A northbound being made: commands of ovn-nbctl, what controllers add to the southbound, and what is worth sending to. */
export class Draft {
  readonly random: Random;
  readonly commands: string[][] = [];
  /** Those that look at what the others have made, and must see it committed. */
  readonly afterwards: string[][] = [];
  readonly networks: Network[] = [];
  readonly routers: Router[] = [];
  readonly chassis: { name: string; options: string[] }[] = [];
  readonly bound: { port: string; chassis: string }[] = [];
  readonly learned: Learned = { neighbours: [], macs: [], groups: [] };

  readonly places: Place[] = [];
  readonly services: Service[] = [];
  /** Ports of distributed routers that one chassis at a time holds. */
  readonly gatewayPorts: RouterPort[] = [];
  readonly v4: string[] = [];
  readonly v6: string[] = [];
  readonly macs: string[] = [];
  /** Transport ports that rules name. */
  readonly ports: number[] = [80, 53, 8080];
  readonly addressSets: string[] = [];
  #macs = 0;
  #numbers = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** One command line, in words. */
  do(...words: readonly string[]): void {
    this.commands.push([...words]);
  }

  /** A name or tag that was not used before. */
  unique(prefix: string): string {
    return `${prefix}${this.#numbers++}`;
  }

  mac(): string {
    const number = ++this.#macs;
    const mac = `0a:00:00:00:${hex(number >> 8)}:${hex(number & 0xff)}`;
    this.macs.push(mac);
    return mac;
  }

  get hosts(): readonly Host[] {
    return this.networks.flatMap(({ hosts }) => hosts);
  }
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

export const v4Of = (network: number, host: number): string => `10.${network}.0.${host}`;
export const v6Of = (network: number, host: number): string => `fd00:${network}::${host.toString(16)}`;

/** A string as ovn-nbctl reads it wherever it holds colons, commas, blanks or signs. */
export const quoted = (text: string): string => JSON.stringify(text);
/** The number of the network an address of v4Of is in. */
export const networkOf = (v4: string): number => Number(v4.split('.')[1]);
