import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { root } from './stage/environment.ts';
import { call } from './stage/store.ts';
import { expect, expectNoValueIn, secretValue, signIn, signInByForm, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const user = { username: `ada-${run}`, password: 'ada-has-a-password' };
const name = `refused-${run}`;
const settings = `/algorithms/demo/${name}/settings`;

test.beforeAll(async () => {
  await call('POST', '/v1/admin/users', { ...user, role: 'user' });
  await call('POST', '/v1/algorithms', { owner: 'demo', name });
});

test('a wrong password is refused without saying which part was wrong, and the asked-for page is kept', async ({
  page,
}) => {
  await page.goto('/admin/secret-store');
  await page.waitForURL(/\/sign-in\?next=/);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill(secretValue('not-the-password-at-all'));
  await page.getByRole('button', { name: 'Sign In' }).click();
  await expect(page.getByText('Couldn’t sign in')).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveValue('');
  await expectNoValueIn(page);
  await page.getByLabel('Password').fill('correct-horse-battery-staple');
  await page.getByRole('button', { name: 'Sign In' }).click();
  await page.waitForURL('/admin/secret-store');
});

test('signing in never leads to another site', async ({ page, baseURL }) => {
  await signInByForm(page, '/sign-in?next=//evil.example/');
  expect(new URL(page.url()).origin).toBe(baseURL);
});

test('signing out ends the session', async ({ page }) => {
  await signInByForm(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('/sign-in');
  await page.goto('/algorithms');
  await page.waitForURL(/\/sign-in/);
});

test('a user cannot open the pages of administrators', async ({ page }) => {
  await signIn(page, '/algorithms', user);
  await expect(page.getByRole('link', { name: 'Secret providers' })).toHaveCount(0);
  for (const path of ['/admin/secret-store', '/admin/secret-store/new']) {
    await page.goto(path);
    await expect(page.getByText('Only administrators can open this page')).toBeVisible();
  }
  await page.goto('/algorithms/new');
  await expect(page.getByLabel('Owner')).toHaveValue(user.username);
  await expect(page.getByLabel('Owner')).not.toBeEditable();
});

test('each field of a secret says what is wrong with it', async ({ page }) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Environment variable name').fill('LD_PRELOAD');
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await expect(dialog.getByLabel('Display name')).toHaveAccessibleDescription(/Enter a display name/);
  await expect(dialog.getByLabel('Display name')).toBeFocused();
  await expect(dialog.getByLabel('Environment variable name')).toHaveAccessibleDescription(/choose another name/);
  await expect(dialog.getByLabel('Value')).toHaveAccessibleDescription(/Enter a value/);
});

test('what only the store knows is said at its field, and the typed value is neither lost nor shown', async ({
  page,
}) => {
  await signIn(page, settings);
  const dialog = page.getByRole('dialog');
  const value = secretValue('kept-while-the-name-is-fixed');
  const create = async (displayName: string) => {
    await page.getByRole('button', { name: 'New secret' }).click();
    await dialog.getByLabel('Display name').fill(displayName);
    await dialog.getByLabel('Environment variable name').fill('TAKEN');
    await dialog.getByLabel('Value').fill(value);
    await dialog.getByRole('button', { name: 'Create Secret' }).click();
  };
  await create('The first');
  await expect(page.getByRole('row').filter({ hasText: 'TAKEN' })).toBeVisible();
  await expect(dialog).toBeHidden();
  await create('The second');
  await expect(dialog.getByText('Couldn’t create the secret')).toBeVisible();
  await expect(dialog.getByLabel('Environment variable name')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Value')).toHaveValue(value);
  await dialog.getByLabel('Environment variable name').fill('FREE');
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'FREE' })).toBeVisible();
  await expectNoValueIn(page);
});

test('a file that is no module is refused when it is chosen, and nothing is saved', async ({ page }) => {
  await signIn(page, '/admin/secret-store/new');
  await page.getByLabel('Name', { exact: true }).fill('Never saved');
  await page.getByLabel('Provider factory classname').fill('AnyFactory');
  await page
    .getByLabel('Module file')
    .setInputFiles({ name: 'bad.tgz', mimeType: 'application/gzip', buffer: gzipSync('no archive') });
  await expect(page.getByLabel('Module file')).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Add Secret Provider' }).click();
  await expect(page).toHaveURL('/admin/secret-store/new');
  await page.goto('/admin/secret-store');
  await expect(page.getByRole('row', { name: /Internal Secret Provider/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Never saved/ })).toHaveCount(0);
});

test('a module that is rejected after the provider was created is sent again without creating a second one', async ({
  page,
}) => {
  const vault = await FakeVault.start();
  const provider = `Second try ${run}`;
  await signIn(page, '/admin/secret-store/new');
  await page.getByLabel('Name', { exact: true }).fill(provider);
  await page.getByLabel('Provider factory classname').fill('NotInTheModule');
  await page.getByLabel('Module file').setInputFiles(path.join(root, 'dist/plugins/secret-store-provider-vault.tgz'));
  await expect(page.getByText('In this module')).toBeVisible();
  await page.getByRole('button', { name: 'Add Secret Provider' }).click();
  await expect(page.getByText('The provider is saved, but its module was rejected')).toBeVisible();

  await page.getByRole('button', { name: 'HashiCorp Vault' }).click();
  const values = page.getByRole('group', { name: /^Pair/ }).getByLabel('Value');
  await expect(values).toHaveCount(3);
  for (const [index, value] of [vault.address, secretValue(vault.token), 'kv1'].entries()) {
    await values.nth(index).fill(value);
  }
  await page.getByRole('button', { name: 'Add Secret Provider' }).click();
  await page.waitForURL('/admin/secret-store');
  const row = page.getByRole('row').filter({ hasText: provider });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('secret-store-provider-vault.tgz');
  await expectNoValueIn(page);
  await vault.close();
});

test('the internal provider offers no Remove, and Update only for its limit in outages', async ({ page }) => {
  await signIn(page, '/admin/secret-store');
  const row = page.getByRole('row', { name: /Internal Secret Provider/ });
  await expect(row).toBeVisible();
  await expect(row.getByText('Built in')).toBeVisible();
  await expect(row.getByRole('button', { name: 'Remove' })).toHaveCount(0);
  await expect(row.getByRole('button', { name: 'Update' })).toHaveCount(1);
});

test('an unknown address says so', async ({ page }) => {
  await signIn(page, '/algorithms/demo/nothing-here/settings');
  await expect(page.getByText('Algorithm demo/nothing-here not found')).toBeVisible();
  await page.goto('/no/such/page');
  await expect(page.getByText('Page not found')).toBeVisible();
});

test('a store that does not respond can be asked again', async ({ page }) => {
  await signIn(page);
  await expect(page.getByRole('heading', { name: 'Algorithms', exact: true })).toBeVisible();
  await page.route('**/api/trpc/algorithms.search**', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  await page.getByLabel('Search algorithms').fill('demo');
  const retry = page.getByRole('button', { name: 'Try again' });
  await expect(retry).toBeVisible();
  await page.unroute('**/api/trpc/algorithms.search**');
  await retry.click();
  await expect(page.getByRole('row').filter({ hasText: name })).toBeVisible();
});
