import { randomUUID } from 'node:crypto';
import { create, importSecrets } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const name = `pages-${randomUUID().slice(0, 8)}`;
const settings = `/algorithms/demo/${name}/settings`;

test('secrets of several pages are selected, and removed together; the list asks for one page at a time', async ({
  page,
}) => {
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  const text = Array.from({ length: 70 }, (_, at) => `KEY_${at}=x`).join('\n');
  await importSecrets(id, text);
  const answers: string[] = [];
  page.on('response', async (response) => {
    if (response.url().includes('/api/trpc/') && response.url().includes('secrets.list'))
      answers.push(await response.text());
  });
  await signIn(page, settings);
  const table = page.getByRole('table', { name: 'Secrets' });
  const variables = table.getByText(/^KEY_\d+$/);
  await expect(variables).toHaveCount(50);
  await expect(variables.first()).toHaveText('KEY_0');
  await expect(variables.nth(10)).toHaveText('KEY_10');
  await page.getByLabel('Select all on this page').check();
  await page.getByRole('button', { name: 'Page 2' }).click();
  await expect(page).toHaveURL(/\?page=2$/);
  await expect(variables).toHaveCount(20);
  await expect(page.getByLabel('Select all on this page')).not.toBeChecked();
  await table.getByRole('row').filter({ hasText: 'KEY_69' }).getByRole('checkbox').check();
  await expect(page.getByText('51 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Remove 51 secrets…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove 51 secrets?' });
  await expect(dialog).toContainText('KEY_0 ');
  await expect(dialog).toContainText('KEY_69 ');
  await dialog.getByRole('button', { name: 'Remove 51 secrets' }).click();
  // the second page is gone: what is left is shown, and nothing is selected any more
  await expect(variables).toHaveCount(19);
  await expect(variables.first()).toHaveText('KEY_50');
  await expect(page.getByText('selected')).toHaveCount(0);
  await page.getByLabel('Search secrets').fill('key_6');
  await expect(page).toHaveURL(/\?q=key_6$/);
  await expect(variables).toHaveCount(9);
  await page.reload();
  await expect(variables).toHaveCount(9);
  expect(Math.max(...answers.map((answer) => answer.split('"secret_key"').length - 1))).toBe(50);
});
