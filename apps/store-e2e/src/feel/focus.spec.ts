import { randomUUID } from 'node:crypto';
import { create } from '../stage/store.ts';
import { expect, secretValue, signIn, test } from '../stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `focused-${run}`;
const settings = `/algorithms/demo/${name}/settings`;

test.beforeAll(async () => {
  await create('/v1/algorithms', { owner: 'demo', name });
});

test('after a wrong password, the next one can be typed at once', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill(secretValue('not-the-password-at-all'));
  await page.getByRole('button', { name: 'Sign In' }).click();
  await expect(page.getByText('Couldn’t sign in')).toBeVisible();
  await expect(page.getByLabel('Password')).toBeFocused();
  await page.keyboard.type('correct-horse-battery-staple');
  await page.keyboard.press('Enter');
  await page.waitForURL('/algorithms');
});

test('the navigation of a narrow screen opens, keeps the focus, and closes by Escape', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page);
  const open = page.getByRole('button', { name: 'Toggle navigation' });
  await open.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Close navigation' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(open).toHaveAttribute('aria-expanded', 'false');
  await expect(open).toBeFocused();
});

test('a new secret begins with its name, and no name may look like another one', async ({ page }) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Display name')).toBeFocused();
  await page.keyboard.type('\u202eevil');
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await expect(dialog.getByLabel('Display name')).toHaveAccessibleDescription(/reverse the direction of text/);
});

test('after Skip to content, the keyboard goes on in the page', async ({ page }) => {
  await signIn(page);
  await expect(page.getByRole('button', { name: 'New Algorithm' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'New Algorithm' })).toBeFocused();
});

test('the color scheme goes from the system’s to the other one, and back to the system’s', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await signIn(page);
  const toggle = page.getByRole('button', { name: 'Toggle color scheme' });
  const root = page.locator('html');
  for (const scheme of ['dark', 'light', 'light']) {
    await toggle.click();
    await expect(root).toHaveAttribute('data-mantine-color-scheme', scheme);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('the address of an owner leads to the owner’s algorithms', async ({ page }) => {
  await signIn(page, '/algorithms/demo');
  await page.waitForURL('/algorithms?q=demo');
});
