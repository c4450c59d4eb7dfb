import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../src/cli/base-command.js';
import { ovnNamespaceFlag } from '../src/cli/cluster-flags.js';
import { RBAC_PURPOSES, rbacRules } from '../src/usecase/rbac.js';
import { rbacNames, renderManifests, renderPermissions } from '../src/view/rbac/render-rbac.js';

const DEFAULT_NAMESPACE = 'ovn-kubernetes';

export default class Rbac extends BaseCommand {
  static override summary = 'Print the least ClusterRole and Role that a job needs';

  static override description =
    'The manifests grant what ovnctl reads in a cluster for the job, and nothing else; bind them to the user or service ' +
    'account it runs as. -o wide says what each permission is for. Asks no cluster.';

  static override examples = [
    {
      description: 'Let a user trace on an upstream cluster',
      command: '<%= config.bin %> <%= command.id %> --for trace | kubectl apply -f -',
    },
    {
      description: 'On OpenShift, with the reason for each permission',
      command: '<%= config.bin %> <%= command.id %> --for trace --ovn-namespace openshift-ovn-kubernetes -o wide',
    },
  ];

  static override flags = {
    for: Flags.option({
      options: RBAC_PURPOSES,
      multiple: true,
      multipleNonGreedy: true,
      helpValue: RBAC_PURPOSES.join('|'),
      summary: 'Job that needs the rights; may be repeated, all jobs that change nothing when not given',
    })(),
    ...ovnNamespaceFlag,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Rbac);
    const namespace = flags['ovn-namespace'];
    if (namespace === undefined) {
      this.caution(
        `the Role is for namespace ${DEFAULT_NAMESPACE}; on OpenShift give --ovn-namespace openshift-ovn-kubernetes`,
      );
    }
    const rules = rbacRules(flags.for ?? [], namespace ?? DEFAULT_NAMESPACE);
    await this.emit({
      kind: 'RbacRules',
      data: rules,
      source: { kind: 'none' },
      coverage: { complete: true, gaps: [] },
      table: () => renderManifests(rules),
      wide: (layout) => renderPermissions(rules, layout),
      names: () => rbacNames(rules),
    });
  }
}
