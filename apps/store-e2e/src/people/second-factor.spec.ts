import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { expectAccessible, expectAccessibleInBothWidths } from '../stage/accessibility.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const tess = { username: `tess-${run}`, password: `tess-${run}-password` };

test.describe.configure({ mode: 'serial' });

let key = '';
let recoveryCodes: string[] = [];

/** The next step's code is right too, and no code before it was. */
const nextCode = () => new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + 30_000 });

const enterPassword = async (page: Page) => {
  await page.goto('/sign-in');
  await page.getByLabel('Username').fill(tess.username);
  await page.getByLabel('Password').fill(tess.password);
  await page.getByRole('button', { name: 'Sign In' }).click();
};

test('a person sets up an authenticator app and is shown the recovery codes once', async ({ page }) => {
  await call('POST', '/v1/admin/users', { ...tess, role: 'user' });
  await signIn(page, '/account', tess);
  await page.getByRole('button', { name: 'Set up authenticator app' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByText('Enter your current password')).toBeVisible();
  await dialog.getByLabel('Your password').fill('not the password');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByText(/is not your password/)).toBeVisible();
  await dialog.getByLabel('Your password').fill(tess.password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
  await expectAccessibleInBothWidths(page, 'the QR code');
  key = (await dialog.getByRole('group', { name: 'the key' }).textContent()) ?? '';
  await dialog.getByLabel('Code').fill('000000');
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  await expect(dialog.getByText(/not the one that the app shows/)).toBeVisible();
  await dialog.getByLabel('Code').fill(new TOTP({ secret: Secret.fromBase32(key) }).generate());
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  recoveryCodes = ((await dialog.getByRole('group', { name: 'the recovery codes' }).textContent()) ?? '').split('\n');
  expect(recoveryCodes).toHaveLength(10);
  await expectAccessible(page, 'the recovery codes');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible();
  const content = await page.content();
  expect([key, ...recoveryCodes].filter((one) => content.includes(one))).toEqual([]);
});

test('sign-in asks for a code after the password, and a recovery code does in its place', async ({ page }) => {
  await enterPassword(page);
  await expect(page.getByLabel('Code')).toBeFocused();
  await page.getByLabel('Code').fill('000000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert', { name: 'Couldn’t sign in' })).toContainText(
    'The code is wrong or was used already',
  );
  await expect(page.getByLabel('Code')).toBeFocused();
  await expectAccessibleInBothWidths(page, 'the code at sign-in');
  await page.getByLabel('Code').fill(nextCode());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Algorithms', exact: true })).toBeVisible();

  await page.context().clearCookies();
  await enterPassword(page);
  await page.getByLabel('Code').fill(recoveryCodes[0] ?? '');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Algorithms', exact: true })).toBeVisible();
  await page.goto('/account');
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible();
});

test('an administrator sees who has a second factor, and removes one', async ({ page }) => {
  await signIn(page, `/admin/users`);
  await page.getByLabel('Search by name').fill(tess.username);
  const row = page.getByRole('row').filter({ hasText: tess.username });
  // the list before the search has the row too, and is replaced
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(row).toContainText('Second factor');
  await row.getByRole('button', { name: `More for ${tess.username}` }).click();
  await page.getByRole('menuitem', { name: 'Remove second factor' }).click();
  await expectAccessible(page, 'the removal of a second factor');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove second factor' }).click();
  await expect(row).not.toContainText('Second factor');
  await page.context().clearCookies();
  await enterPassword(page);
  await expect(page.getByRole('heading', { name: 'Algorithms', exact: true })).toBeVisible();
});
