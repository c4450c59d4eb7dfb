import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ovsdbTool, startOvsdbServer } from './ovsdb-server.js';
import type { OvsdbServer } from './ovsdb-server.js';

interface Member {
  readonly name: string;
  readonly remote: string;
  readonly server: OvsdbServer;
  isUp: boolean;
}

/** Three real servers that hold one clustered database, talking to one another over unix sockets. */
export interface RaftCluster {
  /** All members, as a client is given them. */
  readonly remotes: string;
  readonly members: readonly Member[];
  leader(): Promise<Member>;
  followers(): Promise<readonly Member[]>;
  kill(member: Member): Promise<void>;
  restart(member: Member): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cluster in `folder` and waits until every member is connected. */
export async function startRaftCluster(folder: string, schemaFile: string, database: string): Promise<RaftCluster> {
  const paths = ['a', 'b', 'c'].map((name) => {
    const path = join(folder, name);
    mkdirSync(path);
    return { name, path, file: join(path, 'db'), raft: `unix:${join(path, 'raft.sock')}` };
  });
  const [first, ...others] = paths;
  if (first === undefined) throw new Error('no members');
  await ovsdbTool('create-cluster', first.file, schemaFile, first.raft);
  for (const { file, raft } of others) await ovsdbTool('join-cluster', file, database, raft, first.raft);
  const members: Member[] = [];
  const start = async ({ name, path, file }: (typeof paths)[number]): Promise<Member> => {
    // A killed server leaves its socket behind, which would pass for a started one.
    rmSync(join(path, 'server.sock'), { force: true });
    const server = await startOvsdbServer(path, [file], [database]);
    return { name, remote: server.remote, server, isUp: true };
  };
  for (const path of paths) members.push(await start(path));

  const roleOf = async (member: Member): Promise<string> => {
    const status = await member.server.control('cluster/status', database);
    return /^Role: (\w+)/m.exec(status)?.[1] ?? '';
  };
  const leader = async (): Promise<Member> => {
    for (let tries = 0; tries < 300; tries++) {
      for (const member of members) if (member.isUp && (await roleOf(member)) === 'leader') return member;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the cluster elects no leader');
  };
  return {
    remotes: members.map(({ remote }) => remote).join(','),
    members,
    leader,
    followers: async () => {
      const leading = await leader();
      return members.filter((member) => member.isUp && member !== leading);
    },
    async kill(member) {
      member.isUp = false;
      await member.server.kill();
    },
    async restart(member) {
      const at = members.indexOf(member);
      members[at] = await start(paths[at] as (typeof paths)[number]);
    },
    stop: async () => {
      for (const member of members) if (member.isUp) await member.server.kill();
    },
  };
}
