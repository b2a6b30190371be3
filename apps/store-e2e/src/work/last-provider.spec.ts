import { randomUUID } from 'node:crypto';
import { create } from '../stage/store.ts';
import { answerInPlace } from '../stage/answer-in-place.ts';
import { expect, secretValue, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const value = secretValue(`remembered ${run}`);

test('the provider of the last secret is chosen again while it takes secrets, and nothing else is kept', async ({
  page,
}) => {
  const name = `last-${run}`;
  await create('/v1/algorithms', { owner: 'demo', name });
  await signIn(page, `/algorithms/demo/${name}/settings`);
  const chosen = page.getByRole('dialog').getByLabel('Secret provider');
  await page.getByRole('button', { name: 'New secret' }).click();
  const first = await chosen.inputValue();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Environment variable name').fill('ONE');
  await dialog.getByLabel('Value').fill(value);
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await expect(page.getByText('Available to the algorithm as ONE.')).toBeVisible();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).toContain(first);
  expect(kept).not.toContain(value);

  const other = randomUUID();
  await page.evaluate((id) => localStorage.setItem('secret-store-last-provider:admin', id), other);
  const offer = { providerId: other, references: false, unavailable: null as string | null };
  await answerInPlace(page, {
    'providers.listEnabled': [
      { id: first, name: 'The default', description: '', isDefault: true, isEnabled: true, kind: 'internal' },
      { id: other, name: 'The last one', description: '', isDefault: false, isEnabled: true, kind: 'plugin' },
    ],
    'providers.offers': [offer],
  });
  await page.reload();
  await page.getByRole('button', { name: 'New secret' }).click();
  await expect(chosen).toHaveValue(other);
  offer.unavailable = 'not-working';
  await page.reload();
  await page.getByRole('button', { name: 'New secret' }).click();
  await expect(chosen).toHaveValue(first);
});
