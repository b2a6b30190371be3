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
    description="A plugin is one packed file. It runs in a sandbox: its own process, its own configuration, and no way out but to the addresses that it declares."
  >
    <Stack gap="lg">
      <List type="ordered" spacing="sm" fz="sm" maw={680}>
        <List.Item>
          <TextWithCode text="Write a class with `create(configuration)` that returns a provider: `createSecret`, `updateSecret`, `deleteSecret`, `getSecret`, `getSecretVersion`, `secretLastUpdated` and what it allows." />
        </List.Item>
        <List.Item>
          <TextWithCode text="Say in `package.json`, under `secretProvider`, what the module exports, which keys it takes and where it may connect to." />
        </List.Item>
        <List.Item>
          <TextWithCode text="Pack it. The command checks the file by the same rules as this page." />
        </List.Item>
        <List.Item>
          Press New Provider, choose the file, fill in what it asks for. It is verified, tried with throw-away secrets, and
          switched on once all of that works.
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
        <TextWithCode text="There already, in `dist/plugins`: `secret-store-provider-vault.tgz` for HashiCorp Vault and OpenBao, and `secret-store-provider-azure-key-vault.tgz`." />
      </Text>
    </Stack>
  </Section>
);
