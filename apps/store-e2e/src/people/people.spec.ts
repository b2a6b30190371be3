import { randomUUID } from 'node:crypto';
import { expectAccessible, expectAccessibleInBothWidths, wide } from '../stage/accessibility.ts';
import { origin } from '../stage/environment.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, signInByForm, test } from '../stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const ada = { username: `ada-${run}`, password: `ada-${run}-password` };

test.describe.configure({ mode: 'serial' });

const statusWith = async (key: string) =>
  (await fetch(`${origin}/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status;

test('an administrator creates a user, who signs in and sees no users', async ({ page, browser }) => {
  await signIn(page, '/admin/users');
  await page.getByRole('button', { name: 'New user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await expect(dialog.getByText('Enter a username')).toBeVisible();
  await dialog.getByLabel('Username').fill(ada.username);
  await dialog.getByLabel('Password').fill(ada.password);
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await expect(dialog).toBeHidden();
  await page.getByLabel('Search by name').fill(ada.username);
  await expect(page.getByRole('row').filter({ hasText: ada.username })).toContainText('Enabled');

  const other = await browser.newContext();
  const own = await other.newPage();
  await signInByForm(own, '/account', ada);
  await expect(own.getByRole('link', { name: 'Users' })).toHaveCount(0);
  await own.goto('/admin/users');
  await expect(own.getByText('Only administrators can open this page')).toBeVisible();
  await other.close();
});

test('a person makes a key that is shown once, revokes it, and changes the password', async ({ page }) => {
  await signIn(page, '/account', ada);
  await expect(page.getByText('This session')).toBeVisible();
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('nightly job');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const key = (await dialog.getByRole('group', { name: 'the API key' }).textContent()) ?? '';
  expect(await statusWith(key)).toBe(200);
  await expect(dialog.getByRole('button', { name: 'Copy the API key' })).toBeVisible();
  await expectAccessible(page, 'a new key');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  expect((await page.content()).includes(key), 'the key is in the page').toBe(false);
  const row = page.getByRole('row').filter({ hasText: 'nightly job' });
  await expect(row).toContainText(key.slice(0, 10));
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
  await expect(row).toHaveCount(0);
  expect(await statusWith(key)).toBe(401);

  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('another-good-password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText(/is not your password/)).toBeVisible();
  await page.getByLabel('Current password').fill(ada.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed')).toBeVisible();
  ada.password = 'another-good-password';
});

test('a session is ended from another one', async ({ page, browser }) => {
  const other = await browser.newContext();
  const left = await other.newPage();
  await signInByForm(left, '/account', ada);
  await signInByForm(page, '/account', ada);
  await page.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(page.getByText('Only this session is left.')).toBeVisible();
  await left.goto('/account');
  await expect(left.getByLabel('Username')).toBeVisible();
  await other.close();
});

test('an administrator disables a user, sets a password and deletes the account; its algorithms stay', async ({
  page,
}) => {
  await call('POST', '/v1/algorithms', { owner: ada.username, name: 'model' });
  await signIn(page, '/admin/users');
  await page.getByLabel('Search by name').fill(ada.username);
  const row = page.getByRole('row').filter({ hasText: ada.username });
  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await row.getByRole('button', { name: 'Enable' }).click();
  await expect(row).toContainText('Enabled');
  await row.getByRole('button', { name: `More for ${ada.username}` }).click();
  await page.getByRole('menuitem', { name: 'Set password' }).click();
  await page.getByRole('dialog').getByLabel('New password').fill('set-by-an-administrator');
  await page.getByRole('dialog').getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('Password set')).toBeVisible();
  await row.getByRole('button', { name: `More for ${ada.username}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Its 1 algorithm (model) and their secrets stay');
  await expectAccessible(page, 'the deletion of a user');
  await dialog.getByRole('button', { name: 'Delete user' }).click();
  await expect(page.getByText('No user’s name contains')).toBeVisible();
  await expectAccessible(page, 'a search without results');
});

test('both pages meet WCAG 2.2 AA in each color scheme and fit a narrow screen', async ({ page }) => {
  await signIn(page, '/account');
  for (const [path, sign] of [
    ['/account', page.getByRole('row').filter({ hasText: 'This session' })],
    ['/admin/users', page.getByRole('row').filter({ hasText: 'admin' }).first()],
  ] as const) {
    await page.setViewportSize(wide);
    await page.goto(path);
    await expect(sign).toBeVisible();
    await expectAccessibleInBothWidths(page, path);
  }
});
