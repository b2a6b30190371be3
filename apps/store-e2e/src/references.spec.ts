import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { root } from './stage/environment.ts';
import { chooseModule, pairOf } from './stage/provider-form.ts';
import { call, exec } from './stage/store.ts';
import { expect, expectNoValueIn, secretValue, signIn, test } from './stage/test.ts';
import { hasEntry, putEntry } from './stage/vault-entries.ts';

const run = randomUUID().slice(0, 8);
const name = `Referring ${run}`;
const algorithm = `referring-${run}`;
const settings = `/algorithms/demo/${algorithm}/settings`;
const first = secretValue(`kept by others ${run}`);
const second = secretValue(`kept elsewhere ${run}`);

test.describe.configure({ mode: 'serial' });

test.describe('references', () => {
  let vault: FakeVault;
  test.beforeAll(async () => {
    vault = await FakeVault.start();
    putEntry(vault, 'team/first', { value: first });
    putEntry(vault, 'team/second', { password: second });
    await call('POST', '/v1/algorithms', { owner: 'demo', name: algorithm });
  });
  test.afterAll(() => vault.close());

  test('a provider that can refer is added with the path that it opens', async ({ page }) => {
    await signIn(page, '/admin/secret-store/new');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await chooseModule(page, path.join(root, 'dist/plugins/secret-store-provider-vault.tgz'));
    await page.getByRole('button', { name: /^Optional settings/ }).click();
    const keys = {
      vault_addr: vault.address,
      vault_token: secretValue(vault.token),
      vault_secret_path: 'kv1',
      vault_reference_path: 'secret/team',
    };
    for (const [key, value] of Object.entries(keys)) await pairOf(page, key).getByLabel('Value').fill(value);
    await page.getByRole('button', { name: 'Add Secret Provider' }).click();
    await page.waitForURL('/admin/secret-store');
    await expect(page.getByRole('row').filter({ hasText: name })).toContainText('Ready');
  });

  test('only where the provider can refer is there a choice, and a value is what is asked for first', async ({
    page,
  }) => {
    await signIn(page, settings);
    await page.getByRole('button', { name: 'New secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Secret provider').selectOption('Internal Secret Provider');
    await expect(dialog.getByLabel('Value')).toBeVisible();
    await expect(dialog.getByRole('radio')).toHaveCount(0);
    await dialog.getByLabel('Secret provider').selectOption(name);
    await expect(dialog.getByRole('radio', { name: 'Enter a value' })).toBeChecked();
    await expect(dialog.getByLabel('Value')).toBeVisible();
    await dialog.getByRole('button', { name: 'Create Secret' }).click();
    await expect(dialog.getByLabel('Value')).toHaveAccessibleDescription(/Enter a value/);
  });

  test('an existing secret reaches the command, is shown by its path, and can be pointed elsewhere', async ({
    page,
  }) => {
    await signIn(page, settings);
    await page.getByRole('button', { name: 'New secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Secret provider').selectOption(name);
    await dialog.getByRole('radio', { name: 'Enter a value' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(dialog.getByRole('radio', { name: 'Use an existing secret' })).toBeChecked();
    await dialog.getByLabel('Display name').fill('Kept by others');
    await dialog.getByLabel('Environment variable name').fill('BY_OTHERS');
    await dialog.getByLabel('Path or name in the vault').fill('secret/team/nothing-here');
    await dialog.getByRole('button', { name: 'Create Secret' }).click();
    await expect(dialog.getByLabel('Path or name in the vault')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('Path or name in the vault').fill('secret/team/first');
    await dialog.getByRole('button', { name: 'Create Secret' }).click();
    const row = page.getByRole('row').filter({ hasText: 'BY_OTHERS' });
    await expect(row).toContainText(/In the vault: .*secret\/team\/first/);
    await expectNoValueIn(page);
    expect(await exec(`demo/${algorithm}`, 'printenv', 'BY_OTHERS')).toBe(`${first}\n`);

    await row.getByRole('button', { name: 'Update' }).click();
    await expect(dialog.getByLabel('Path or name in the vault')).toHaveValue(/secret\/team\/first/);
    await expect(dialog.getByLabel('Value')).toHaveCount(0);
    await dialog.getByLabel('Path or name in the vault').fill('secret/team/second#password');
    await dialog.getByRole('button', { name: 'Update secret' }).click();
    await expect(row).toContainText('secret/team/second#password');
    expect(await exec(`demo/${algorithm}`, 'printenv', 'BY_OTHERS')).toBe(`${second}\n`);
  });

  test('its removal says that the secret in the vault stays, and leaves it', async ({ page }) => {
    await signIn(page, settings);
    const row = page.getByRole('row').filter({ hasText: 'BY_OTHERS' });
    await expect(row).toContainText('In the vault');
    await row.getByRole('button', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('The secret itself stays in the vault');
    await expect(dialog).toContainText('secret/team/second#password');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(row).toHaveCount(0);
    expect(hasEntry(vault, 'team/second')).toBe(true);
  });
});
