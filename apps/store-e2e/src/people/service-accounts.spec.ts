import { randomUUID } from 'node:crypto';
import { expectAccessible, expectAccessibleInBothWidths } from '../stage/accessibility.ts';
import { origin } from '../stage/environment.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const deployer = `deployer-${run}`;
const vera = { username: `vera-${run}`, password: `vera-${run}-password` };

test('an administrator creates a service account with its first key, and gives it no password', async ({ page }) => {
  await signIn(page, '/admin/users');
  await page.getByRole('button', { name: 'New service account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create service account' }).click();
  await expect(dialog.getByText('Enter a username')).toBeVisible();
  await expectAccessible(page, 'a new service account');
  await dialog.getByLabel('Username').fill(deployer);
  await dialog.getByRole('button', { name: 'Create service account' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('deployment');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const key = (await dialog.getByRole('group', { name: 'the API key' }).textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  const me = await fetch(`${origin}/v1/me`, { headers: { authorization: `Bearer ${key}` } });
  expect(await me.json()).toMatchObject({ username: deployer, role: 'user' });

  await page.getByLabel('Search by name').fill(deployer);
  // the list before the search has the row too, and is replaced
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('row').filter({ hasText: deployer })).toContainText('Service account');
  await page.getByRole('button', { name: `More for ${deployer}` }).click();
  await expect(page.getByRole('menuitem', { name: 'API keys' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Set password' })).toHaveCount(0);
});

test('a role works from its addresses alone, and nobody locks themselves out', async ({ page }) => {
  await call('POST', '/v1/admin/users', { ...vera, role: 'auditor' });
  await signIn(page, '/admin/sign-in');
  const table = page.getByRole('table', { name: 'Addresses of the roles' });
  const change = (role: string) =>
    table.getByRole('row', { name: role }).getByRole('button', { name: 'Change addresses' }).click();
  const dialog = page.getByRole('dialog');
  await change('Administrator');
  await dialog.getByLabel('Allowed addresses').fill('somewhere');
  await dialog.getByRole('button', { name: 'Save addresses' }).click();
  await expect(dialog.getByText('Enter addresses or networks')).toBeVisible();
  await dialog.getByLabel('Allowed addresses').fill('192.0.2.7');
  await dialog.getByRole('button', { name: 'Save addresses' }).click();
  await expect(dialog.getByText('This list locks you out')).toBeVisible();
  await expectAccessible(page, 'a list that locks out');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();

  await change('Auditor');
  await dialog.getByLabel('Allowed addresses').fill('192.0.2.0/24\n2001:db8::/32');
  await dialog.getByRole('button', { name: 'Save addresses' }).click();
  await expect(table.getByRole('row', { name: 'Auditor' })).toContainText('192.0.2.0/24, 2001:db8::/32');
  const refused = await page.request.post('/api/trpc/session.signIn', { data: vera });
  expect(refused.status()).toBe(403);
  await expectAccessibleInBothWidths(page, 'addresses of roles');
  await change('Auditor');
  await dialog.getByLabel('Allowed addresses').fill('');
  await dialog.getByRole('button', { name: 'Save addresses' }).click();
  await expect(table.getByRole('row', { name: 'Auditor' })).toContainText('Everywhere');
  expect((await page.request.post('/api/trpc/session.signIn', { data: vera })).status()).toBe(200);
});
