import { randomUUID } from 'node:crypto';
import { create, importSecrets } from '../stage/store.ts';
import { expect, secretValue, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const name = `kept-${run}`;
const settings = `/algorithms/demo/${name}/settings`;

test.beforeAll(async () => {
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await importSecrets(id, ['ONE', 'TWO', 'THREE'].map((variable) => `${variable}=x`).join('\n'));
  for (const one of ['a', 'b'])
    await create('/v1/admin/users', { username: `${one}-${run}`, password: randomUUID(), role: 'user' });
});

test('after a removal the keyboard goes on in the list', async ({ page }) => {
  await signIn(page, settings);
  const table = page.getByRole('table', { name: 'Secrets' });
  await table.getByRole('row').filter({ hasText: 'ONE' }).getByRole('button', { name: 'Remove' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter');
  await expect(table.getByText('ONE', { exact: true })).toHaveCount(0);
  await expect(table).toBeFocused();
});

test('what a menu opened gives the focus back to it, and to the list once its row is gone', async ({ page }) => {
  await signIn(page, '/admin/users');
  const table = page.getByRole('table', { name: 'Users' });
  await page.getByLabel('Search by name').fill(run);
  await expect(table.getByRole('row')).toHaveCount(3);
  const menu = page.getByRole('button', { name: `More for a-${run}` });
  for (const item of ['API keys', 'Set password', 'Delete']) {
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: item }).press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(menu).toBeFocused();
  }
  await menu.click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete user' }).click();
  await expect(table.getByRole('row')).toHaveCount(2);
  await expect(table).toBeFocused();
});

test('the versions of a secret are closed to the button that opened them', async ({ page }) => {
  await signIn(page, settings);
  const versions = page.getByRole('row').filter({ hasText: 'TWO' }).getByRole('button', { name: 'Show versions' });
  await versions.press('Enter');
  await expect(page.getByRole('dialog').getByRole('table')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(versions).toBeFocused();
});

test('after a store that did not respond, the button has the focus again', async ({ page }) => {
  await signIn(page, settings);
  await page.route('**/api/trpc/secrets.create**', (route) => route.fulfill({ status: 502, body: 'no store' }));
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'New secret' });
  await dialog.getByLabel('Environment variable name').fill('LATER');
  await dialog.getByLabel('Value', { exact: true }).fill(secretValue(`later ${run}`));
  const button = dialog.getByRole('button', { name: 'Create Secret' });
  await button.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('didn’t respond');
  await expect(button).toBeFocused();
});
