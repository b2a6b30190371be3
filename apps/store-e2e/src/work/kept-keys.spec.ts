import { randomUUID } from 'node:crypto';
import { create } from '../stage/store.ts';
import { expect, secretValue, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);

test('a key that is shown once is not lost by Escape without asking, until it is copied', async ({ page }) => {
  await signIn(page, '/account');
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog', { name: 'New API key' });
  await dialog.getByLabel('Name').fill(`once ${run}`);
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(dialog.getByText('Copy the key now')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep it open' }).click();
  await dialog.getByRole('button', { name: 'Copy the API key' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('what is saved while it is asked whether to discard it is not said to be unsaved', async ({ page }) => {
  const name = `asked-${run}`;
  await create('/v1/algorithms', { owner: 'demo', name });
  await signIn(page, `/algorithms/demo/${name}/settings`);
  let answer: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/trpc/secrets.create**', async (route) => {
    await isAsked;
    await route.continue();
  });
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'New secret' });
  await dialog.getByLabel('Environment variable name').fill('SLOW');
  await dialog.getByLabel('Value', { exact: true }).fill(secretValue(`slow ${run}`));
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await page.keyboard.press('Escape');
  const question = page.getByRole('dialog', { name: 'Discard what you typed?' });
  await expect(question).toContainText('being saved');
  answer();
  await expect(page.getByRole('row').filter({ hasText: 'SLOW' })).toBeVisible();
  await expect(question).toBeHidden();
});
