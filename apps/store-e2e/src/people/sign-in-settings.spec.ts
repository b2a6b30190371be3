import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { expectAccessible, expectAccessibleInBothWidths } from '../stage/accessibility.ts';
import { answerInPlace } from '../stage/answer-in-place.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `id-${run}`;
const displayName = `Example ${run}`;
const vera = { username: `vera-${run}`, password: `vera-${run}-password` };

test.describe.configure({ mode: 'serial' });

test('an administrator creates a connection and gives a group a role', async ({ page }) => {
  await signIn(page, '/admin/sign-in');
  await page.getByRole('button', { name: 'New connection' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create connection' }).click();
  await expect(dialog.getByText('Enter a client ID')).toBeVisible();
  await expectAccessible(page, 'a connection with faults');
  await dialog.getByLabel('Display name').fill(displayName);
  await dialog.getByLabel('Short name').fill(name);
  await dialog.getByLabel('Issuer').fill('https://id.example.com');
  await dialog.getByLabel('Client ID').fill('secret-store');
  await dialog.getByLabel('Domains').fill(`${name}.example.com`);
  await dialog.getByRole('button', { name: 'Create connection' }).click();
  await page.waitForURL(`**/admin/sign-in/${name}`);
  await expect(page.getByRole('group', { name: 'Redirect address' })).toContainText(`/sign-in/${name}/callback`);
  await page.getByRole('button', { name: 'Add group' }).click();
  await dialog.getByRole('textbox', { name: 'Group' }).fill('/platform');
  await dialog.getByLabel('Gives').selectOption('auditor');
  await dialog.getByRole('button', { name: 'Give role' }).click();
  await expect(page.getByRole('row', { name: '/platform' })).toContainText('Auditor of the store');
  await expectAccessibleInBothWidths(page, 'a connection');
});

/** The metadata of a SAML provider, with a certificate that is made for it. */
const metadata = (): string => {
  const make = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=id',
    '-keyout',
    '/dev/null',
  ];
  const certificate = execFileSync('openssl', make, { stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .replace(/-----[A-Z ]+-----|\s/g, '');
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://id.example.com/saml"><IDPSSODescriptor>
    <KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></KeyDescriptor><SingleSignOnService Location="https://id.example.com/saml/sso"
    Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"/></IDPSSODescriptor></EntityDescriptor>`;
};

test('the metadata of a SAML provider fills in the form, and says what it cannot read', async ({ page }) => {
  await signIn(page, '/admin/sign-in');
  await page.getByRole('button', { name: 'New connection' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('SAML 2.0', { exact: true }).click();
  const given = dialog.getByLabel('Metadata of the identity provider');
  const read = dialog.getByRole('button', { name: 'Read metadata' });
  await given.fill('<html>Sign in first</html>');
  await read.click();
  await expect(given).toHaveAccessibleDescription(/metadata/);
  await expect(given).toHaveAttribute('aria-invalid', 'true');
  await expectAccessibleInBothWidths(page, 'metadata that is none');
  await given.fill(metadata());
  await read.click();
  await expect(dialog.getByRole('status')).toHaveText(/^Filled in the entity ID, the address and 1 certificate/);
  await expect(dialog.getByLabel('Entity ID')).toHaveValue('https://id.example.com/saml');
  await expect(dialog.getByLabel('Single sign-on address')).toHaveValue('https://id.example.com/saml/sso');
  await expect(dialog.getByLabel('Signing certificates')).toHaveValue(/^-----BEGIN CERTIFICATE-----/);
  await expectAccessibleInBothWidths(page, 'a form that metadata has filled in');
});

test('the sign-in page offers it, and a name of its domain leads there', async ({ page }) => {
  await page.goto('/sign-in?problem=waiting');
  await expect(page.getByRole('alert').filter({ hasText: 'waits for an administrator' })).toBeVisible();
  await expect(page.getByRole('link', { name: `Continue with ${displayName}` })).toBeVisible();
  await expectAccessibleInBothWidths(page, 'the sign-in page with an identity provider');
  await page.route(`**/sign-in/${name}/start?*`, (route) =>
    route.fulfill({ status: 200, body: 'the identity provider' }),
  );
  await page.getByLabel('Username').fill(`ada@${name}.example.com`);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/sign-in/${name}/start?returnTo=**`);
});

test('an account that waits is shown with the name that it would have, and why it waits', async ({ page }) => {
  await signIn(page, '/account');
  const waiting = {
    ...{ id: randomUUID(), connection: displayName, username: 'Maria.García@example.com', wantedName: 'maria-garcia' },
    ...{ displayName: 'Maria García', email: null, groups: [], reason: 'name-owns-algorithms', state: 'waiting' },
    created: '2026-11-26T10:00:00.000Z',
  };
  await answerInPlace(page, {
    ...{ 'waitingAccounts.list': [waiting], 'signInConnections.list': [], 'scimKeys.list': [] },
    'users.roleAddresses': { results: [] },
  });
  await page.goto('/admin/sign-in');
  const row = page.getByRole('row', { name: 'Maria.García@example.com' });
  await expect(row).toContainText('Algorithms belong to this name.');
  await row.getByRole('button', { name: 'Accept' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Username')).toHaveValue('maria-garcia');
  await dialog.getByRole('radio', { name: 'Existing account' }).click();
  await expect(dialog.getByRole('button', { name: 'Link to account' })).toBeVisible();
  await expectAccessibleInBothWidths(page, 'an account that waits');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a viewer sees all of it and changes nothing, and an administrator deletes the connection', async ({ page }) => {
  await call('POST', '/v1/admin/users', { ...vera, role: 'viewer' });
  await signIn(page, `/admin/sign-in/${name}`, vera);
  await expect(page.getByRole('row', { name: '/platform' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Disable|Add group|Save settings|Delete connection/ })).toHaveCount(0);
  await page.context().clearCookies();
  await signIn(page, `/admin/sign-in/${name}`);
  await page.getByRole('button', { name: 'Delete connection' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for all' }).click();
  await expect(page.getByText('No identity providers')).toBeVisible();
});
