import path from 'node:path';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { root } from './stage/environment.ts';
import { call, exec } from './stage/store.ts';
import { expect, expectNoValueIn, secretValue, signIn, test } from './stage/test.ts';
import { entriesLeft } from './stage/vault-entries.ts';

const settings = '/algorithms/demo/hello/settings';
const vaultModule = path.join(root, 'dist/plugins/secret-store-provider-vault.tgz');

test.describe.configure({ mode: 'serial' });

test.describe('the main job', () => {
  let vault: FakeVault;
  test.beforeAll(async () => {
    vault = await FakeVault.start();
  });
  test.afterAll(() => vault.close());

  test('an administrator adds a provider by uploading a packed module with its configuration', async ({ page }) => {
    await signIn(page, '/admin/secret-store');
    await page.getByRole('button', { name: 'New Provider' }).click();
    await expect(page.getByLabel('Interface Version')).toHaveValue('1.0.0');
    await page.getByLabel('Name', { exact: true }).fill('Team Vault');
    await page.getByLabel('Description').fill('For the team');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload Module File' }).click();
    await (await chooser).setFiles(vaultModule);
    // the module says what it exports and what it needs
    await expect(page.getByLabel('Provider factory classname')).toHaveValue('VaultSecretProviderFactory');
    const pair = (key: string) =>
      page.getByRole('group', { name: /^Pair/ }).filter({ has: page.locator(`input[value="${key}"]`) });
    await pair('vault_addr').getByLabel('Value').fill(vault.address);
    await pair('vault_token').getByLabel('Value').fill(secretValue(vault.token));
    await pair('vault_secret_path').getByLabel('Value').fill('kv1');
    await page.getByRole('button', { name: 'Add Secret Provider' }).click();

    const row = page.getByRole('row', { name: /Team Vault/ });
    await expect(row).toContainText('For the team');
    await expect(row).toContainText('Ready');
    await expect(row).toContainText('secret-store-provider-vault.tgz');
    await expectNoValueIn(page);
  });

  test('a new algorithm leads to its settings', async ({ page }) => {
    await signIn(page);
    await page.getByRole('button', { name: 'New Algorithm' }).click();
    await expect(page.getByLabel('Owner')).toHaveValue('admin');
    await page.getByLabel('Owner').fill('demo');
    await page.getByLabel('Name', { exact: true }).fill('hello');
    await page.getByRole('button', { name: 'Create Algorithm' }).click();
    await page.waitForURL(settings);
    await expect(page.getByText('No secrets yet')).toBeVisible();
  });

  for (const { provider, variable, isDefault } of [
    { provider: 'Internal Secret Provider', variable: 'MYSQL_PASSWORD', isDefault: true },
    { provider: 'Team Vault', variable: 'STRIPE_KEY', isDefault: false },
  ]) {
    test(`a value kept by ${provider} reaches the command on the worker, and so does the next one`, async ({
      page,
    }) => {
      const first = secretValue(`first ${variable} välue\nsecond line\n`);
      const second = secretValue(`second-${variable}-value`);
      await signIn(page, settings);
      await page.getByRole('button', { name: 'New secret' }).click();
      const dialog = page.getByRole('dialog');
      const select = dialog.getByLabel('Secret provider');
      if (isDefault) await expect(select.locator('option:checked')).toHaveText(provider);
      else await select.selectOption(provider);
      await dialog.getByLabel('Display name').fill(`Display of ${variable}`);
      await dialog.getByLabel('Description').fill('Made by a test');
      await dialog.getByLabel('Environment variable name').fill(variable);
      await dialog.getByLabel('Value').fill(first);
      await dialog.getByRole('button', { name: 'Create Secret' }).click();
      const row = page.getByRole('row').filter({ hasText: variable });
      await expect(row).toContainText(provider);
      await expect(dialog).toBeHidden();
      await expectNoValueIn(page);
      expect(await exec('demo/hello', 'printenv', variable)).toBe(`${first}\n`);

      await row.getByRole('button', { name: 'Update' }).click();
      await expect(dialog.getByLabel('Value')).toHaveValue('');
      await dialog.getByLabel('Value').fill(second);
      await dialog.getByRole('button', { name: 'Update secret' }).click();
      await expect(dialog).toBeHidden();
      await expectNoValueIn(page);
      expect(await exec('demo/hello', 'printenv', variable)).toBe(`${second}\n`);

      // without a new value the stored one stays
      await row.getByRole('button', { name: 'Update' }).click();
      await expect(dialog.getByLabel('Display name')).toHaveValue(`Display of ${variable}`);
      await dialog.getByLabel('Display name').fill(`Renamed ${variable}`);
      await expect(dialog.getByLabel('Display name')).toHaveValue(`Renamed ${variable}`);
      await dialog.getByRole('button', { name: 'Update secret' }).click();
      await expect(dialog).toBeHidden();
      await expect(row).toContainText(`Renamed ${variable}`);
      expect(await exec('demo/hello', 'printenv', variable)).toBe(`${second}\n`);
    });
  }

  test('the default provider is changed, and preselected for the next secret', async ({ page }) => {
    await signIn(page, '/admin/secret-store');
    const vaultRow = page.getByRole('row', { name: /Team Vault/ });
    await vaultRow.getByRole('button', { name: 'Make Default' }).click();
    await expect(vaultRow.getByText('Default', { exact: true })).toBeVisible();
    await expect(vaultRow.getByRole('button', { name: 'Make Default' })).toHaveCount(0);
    await page.goto(settings);
    await page.getByRole('button', { name: 'New secret' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Secret provider').locator('option:checked')).toHaveText('Team Vault');
    await expect(dialog.getByText('For the team')).toBeVisible();

    await page.goto('/admin/secret-store');
    const internal = page.getByRole('row', { name: /Internal Secret Provider/ });
    await internal.getByRole('button', { name: 'Make Default' }).click();
    await expect(internal.getByText('Default', { exact: true })).toBeVisible();
  });

  test('a provider is updated without re-entering its credentials, and says when they are needed again', async ({
    page,
  }) => {
    await signIn(page, '/admin/secret-store');
    await page
      .getByRole('row', { name: /Team Vault/ })
      .getByRole('button', { name: 'Update' })
      .click();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Team Vault');
    for (const value of await page.getByLabel('Value').all()) await expect(value).toHaveValue('');
    await expectNoValueIn(page);
    await page.getByLabel('Description').fill('For everybody');
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await expect(page.getByRole('row', { name: /Team Vault/ })).toContainText('For everybody');
    expect(await exec('demo/hello', 'printenv', 'STRIPE_KEY')).toBe('second-STRIPE_KEY-value\n');
    expect(entriesLeft(vault)).toHaveLength(1);

    await page
      .getByRole('row', { name: /Team Vault/ })
      .getByRole('button', { name: 'Update' })
      .click();
    const pairs = page.getByRole('group', { name: /^Pair/ });
    await pairs
      .filter({ has: page.locator('input[value="vault_addr"]') })
      .getByLabel('Value')
      .fill('http://127.0.0.1:9');
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    const token = pairs.filter({ has: page.locator('input[value="vault_token"]') });
    await expect(token).toContainText('Re-enter this value');
  });

  test('a removal says what it deletes, and deletes it', async ({ page }) => {
    await signIn(page, settings);
    await page.getByRole('row').filter({ hasText: 'STRIPE_KEY' }).getByRole('button', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog');
    for (const words of ['STRIPE_KEY', 'Renamed STRIPE_KEY', 'Team Vault']) await expect(dialog).toContainText(words);
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('row').filter({ hasText: 'STRIPE_KEY' })).toHaveCount(0);
    expect(entriesLeft(vault)).toEqual([]);
    expect(await exec('demo/hello', 'sh', '-c', 'echo "${STRIPE_KEY-gone}"')).toBe('gone\n');
  });

  test('a provider without secrets is removed', async ({ page }) => {
    await signIn(page, '/admin/secret-store');
    await page
      .getByRole('row', { name: /Team Vault/ })
      .getByRole('button', { name: 'Remove' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('row', { name: /Team Vault/ })).toHaveCount(0);
  });

  test('an algorithm is deleted with its secrets once its name is typed', async ({ page }) => {
    await call('POST', '/v1/algorithms', { owner: 'demo', name: 'short-lived' });
    await signIn(page, '/algorithms/demo/short-lived/settings');
    await page.getByRole('button', { name: 'Delete algorithm' }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete algorithm' });
    await expect(confirm).toBeDisabled();
    await page.getByLabel('To confirm, type demo/short-lived').fill('demo/short-lived');
    await confirm.click();
    await page.waitForURL('/algorithms');
    await expect(page.getByRole('row').filter({ hasText: 'short-lived' })).toHaveCount(0);
  });
});
