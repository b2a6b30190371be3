import { randomUUID } from 'node:crypto';
import { expectAccessible, expectAccessibleInBothWidths } from '../stage/accessibility.ts';
import { origin } from '../stage/environment.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const pia = { username: `pia-${run}`, password: `pia-${run}-password` };
const named = origin.replace('127.0.0.1', 'localhost');

test('a person adds a passkey, signs in with it alone, and removes it', async ({ browser, page: byAddress }) => {
  await call('POST', '/v1/admin/users', { ...pia, role: 'user' });
  await signIn(byAddress, '/account', pia);
  await expect(byAddress.getByText('Passkeys work only at')).toBeVisible();
  await expect(byAddress.getByRole('link', { name: named })).toHaveAttribute('href', `${named}/account`);

  const context = await browser.newContext({ baseURL: named });
  const page = await context.newPage();
  const devices = await context.newCDPSession(page);
  await devices.send('WebAuthn.enable');
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  await signIn(page, '/account', pia);
  await page.getByRole('button', { name: 'Add passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('work laptop');
  await dialog.getByLabel('Your password').fill('not the password');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText(/is not your password/)).toBeVisible();
  await expectAccessible(page, 'a new passkey');
  await dialog.getByLabel('Your password').fill(pia.password);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const row = page.getByRole('row').filter({ hasText: 'work laptop' });
  await expect(row).toContainText('Not yet');

  await context.clearCookies();
  await page.goto('/sign-in?next=/account');
  await expectAccessibleInBothWidths(page, 'sign-in with a passkey');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(row).toBeVisible();
  await expect(row).not.toContainText('Not yet');
  await expectAccessibleInBothWidths(page, 'the account with a passkey');

  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove passkey' }).click();
  await expect(page.getByText('No passkeys')).toBeVisible();
  await context.clearCookies();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert', { name: 'Couldn’t sign in' })).toContainText('The passkey was not accepted');
  await context.close();
});
