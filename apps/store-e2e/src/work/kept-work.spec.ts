import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { administrator } from '../stage/environment.ts';
import { moduleFile } from '../stage/module-file.ts';
import { call, create, importSecrets } from '../stage/store.ts';
import { expect, secretValue, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const name = `work-${run}`;
const settings = `/algorithms/demo/${name}/settings`;

test.beforeAll(async () => {
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await importSecrets(id, 'FIRST=x\nSECOND=x');
});

const signInAgain = async (page: Page) => {
  const again = page.getByRole('dialog', { name: 'You’ve been signed out' });
  await again.getByLabel('Username').fill(administrator.username);
  await again.getByLabel('Password').fill(administrator.password);
  await again.getByRole('button', { name: 'Sign In' }).click();
  await expect(again).toBeHidden();
};

test('a session that ended is asked for while a plan is made, and the plan is made after it', async ({
  page,
  context,
}) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'Import .env' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import .env' });
  await expect(dialog.getByLabel('.env file')).toBeVisible();
  await context.clearCookies();
  await dialog.getByLabel('.env file').fill(`IMPORTED=${secretValue(`imported ${run}`)}`);
  await signInAgain(page);
  await dialog.getByRole('button', { name: 'Import 1 variable' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'IMPORTED' })).toBeVisible();
});

test('a session that ended is asked for when a module is chosen', async ({ page, context }) => {
  await signIn(page, '/admin/secret-store/new');
  await page.getByLabel('Name', { exact: true }).fill('A vault');
  await context.clearCookies();
  await page.getByLabel('Module file').setInputFiles(await moduleFile({ version: '1.0.0' }));
  await signInAgain(page);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('A vault');
});

test('several variables that are pasted do not replace what was typed without asking', async ({ page }) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'New secret' });
  await dialog.getByLabel('Display name').fill('Typed with care');
  await dialog.getByLabel('Environment variable name').evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'PASTED=1');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await expect(dialog.getByLabel('Display name')).toHaveValue('Typed with care');
});

test('the keys that send a value send nothing while its button is disabled', async ({ page }) => {
  await signIn(page, settings);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postData() ?? '');
  });
  await page.getByRole('button', { name: 'Import .env' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import .env' });
  await dialog.getByLabel('.env file').fill('PATH=x');
  await expect(dialog.getByText('1 variable can’t be imported')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await dialog.getByLabel('.env file').fill('PATH=x\nMENDED=x');
  await expect(dialog.getByText('MENDED')).toBeVisible();
  expect(sent.filter((body) => body.includes('"apply":true'))).toEqual([]);
});

test('a list has what was changed a moment ago on another page', async ({ page }) => {
  const list = `/algorithms?q=${run}`;
  await create('/v1/algorithms', { owner: 'demo', name: `gone-${run}` });
  await signIn(page, list);
  const row = page.getByRole('row').filter({ hasText: `demo/${name}` });
  const before = (await row.getByRole('cell').first().innerText()).trim();
  await page.getByRole('link', { name: `demo/${name}` }).click();
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'New secret' });
  await dialog.getByLabel('Environment variable name').fill('ONE_MORE');
  await dialog.getByLabel('Value', { exact: true }).fill(secretValue(`one more ${run}`));
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await expect(dialog).toBeHidden();
  await page.goBack();
  await expect(row.getByRole('cell').first()).toHaveText(String(Number(before) + 1));
  await page.getByRole('link', { name: `demo/gone-${run}` }).click();
  await page.getByRole('button', { name: 'Delete algorithm' }).click();
  await page.getByLabel(/^To confirm/).fill(`demo/gone-${run}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete algorithm' }).click();
  await page.waitForURL('/algorithms');
  await page.getByLabel('Search algorithms').fill(run);
  await expect(row).toBeVisible();
  await expect(page.getByText(`gone-${run}`, { exact: true })).toHaveCount(0);
});

test('the field for a search follows a link to the whole list', async ({ page }) => {
  await signIn(page, `/algorithms?q=nothing-${run}`);
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.getByRole('link', { name: 'Algorithms', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Algorithms' })).toBeVisible();
  await expect(page.getByLabel('Search algorithms')).toHaveValue('');
});

test('a filter is chosen at once, and a second one keeps it, while the network is slow', async ({ page }) => {
  await signIn(page, settings);
  await expect(page.getByRole('row').filter({ hasText: 'FIRST' })).toBeVisible();
  // no answer comes for as long as the test runs
  await page.route(/[?&]_rsc=/, () => undefined);
  const sort = page.getByLabel('Sort by');
  await sort.selectOption('updated');
  await page.getByLabel('Last change').selectOption('old');
  await expect(sort).toHaveValue('updated');
  await expect(page).toHaveURL(/\?age=old&sort=updated$/);
});

test('the last page of a list is left with its last row', async ({ page }) => {
  const names = Array.from({ length: 21 }, (_, at) => `u${String(at).padStart(2, '0')}-${run}`);
  for (const username of names) await create('/v1/admin/users', { username, password: randomUUID(), role: 'user' });
  await signIn(page, '/admin/users');
  const rows = page.getByRole('table', { name: 'Users' }).getByRole('row');
  await page.getByLabel('Search by name').fill(`-${run}`);
  await expect(rows.nth(1)).toContainText(names[0] ?? '');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(rows).toHaveCount(2);
  await call('DELETE', `/v1/admin/users/${names[1]}`);
  await page.getByRole('button', { name: `More for ${names[20]}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete user' }).click();
  await expect(rows).toHaveCount(20);
  await expect(page.getByText(names[0] ?? '', { exact: true })).toBeVisible();
});

test('an address that leads nowhere says so, in no name of the API', async ({ page }) => {
  await signIn(page, '/admin/secret-store/nonsense');
  await expect(page.getByRole('heading', { name: 'Provider not found' })).toBeVisible();
  await page.goto('/admin/organizations/nonsense');
  await expect(page.getByRole('heading', { name: 'No access to nonsense' })).toBeVisible();
  await page.goto('/algorithms?page=999');
  await expect(page.getByRole('table', { name: 'Algorithms' })).toBeVisible();
  for (const address of [`${settings}?page=1e9&provider=nonsense`, `/secrets?provider=nonsense`]) {
    await page.goto(address);
    await expect(page.getByRole('table', { name: 'Secrets' })).toBeVisible();
  }
});
