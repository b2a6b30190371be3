'use client';
import { List, Stack, Text } from '@mantine/core';
import { CopyableCode, Section, TextWithCode } from '@secret-store/ui';
import classes from './plugin-guide.module.css';

const example = `export class MyVaultProviderFactory {
  create(configuration) {
    const url = configuration.get('url');
    return new MyVaultProvider(url);
  }
}`;

const manifest = `"secretProvider": {
  "interfaceVersion": "1.0.0",
  "entry": "plugin.mjs",
  "factories": {
    "MyVaultProviderFactory": {
      "displayName": "My vault",
      "configuration": [
        { "key": "url", "required": true }
      ],
      "egress": ["{url}"]
    }
  }
}`;

/** How to write and import a plugin. */
export const PluginGuide = () => (
  <Section
    title="How to write and import a plugin"
    description="A plugin is one packed file. It runs in a sandbox, in its own process with only its own configuration, and it can connect only to the addresses it declares."
  >
    <Stack gap="lg">
      <List type="ordered" spacing="sm" fz="sm" maw={680}>
        <List.Item>
          <TextWithCode text="Write a class whose `create(configuration)` returns a provider: `createSecret`, `updateSecret`, `deleteSecret`, `getSecret`, `getSecretVersion`, `secretLastUpdated` and which of these it allows." />
        </List.Item>
        <List.Item>
          <TextWithCode text="In `package.json`, under `secretProvider`, declare what the module exports, which keys it takes and where it can connect." />
        </List.Item>
        <List.Item>
          <TextWithCode text="Pack it. The command runs the same checks on the file as this page." />
        </List.Item>
        <List.Item>
          Click New Provider, choose the file and fill in its settings. The store verifies it, tries it with test
          secrets and activates it if all checks pass.
        </List.Item>
      </List>
      <div className={classes.codes}>
        <div>
          <Text fz="sm" fw={500} mb={6}>
            The module
          </Text>
          <CopyableCode what="the module" code={example} />
        </div>
        <div>
          <Text fz="sm" fw={500} mb={6}>
            Its package.json
          </Text>
          <CopyableCode what="the part of package.json" code={manifest} />
        </div>
      </div>
      <CopyableCode what="the packing command" code="tools/secret-store pack-plugin my-vault-provider" />
      <Text fz="sm" c="dimmed">
        <TextWithCode text="Included, in `dist/plugins` on the server, each as `secret-store-provider-NAME.tgz`: `vault` for HashiCorp Vault and OpenBao, `azure-key-vault`, `aws-secrets-manager`, `google-secret-manager` and `kubernetes-secrets`." />
      </Text>
    </Stack>
  </Section>
);
