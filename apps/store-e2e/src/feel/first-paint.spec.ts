import { expect, signIn, test } from '../stage/test.ts';

const titled = {
  '/algorithms': 'Algorithms',
  '/algorithms/demo/first-paint/settings': 'demo/first-paint',
  '/secrets': 'Secrets',
  '/admin/secret-store': 'Secret providers',
  '/admin/secret-store/new': 'New provider',
  '/admin/workers': 'Workers',
  '/admin/users': 'Users',
  '/admin/audit': 'Audit',
  '/account': 'Your account',
};

test.describe('before a script has run', () => {
  test.use({ javaScriptEnabled: false });
  for (const [path, title] of Object.entries(titled)) {
    test(`${path} shows its title`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible();
      await expect(page.getByText('Loading the page')).toBeAttached();
    });
  }
});

test('until it is known who is signed in, a page asks for nothing else and offers nothing', async ({ page }) => {
  // a page that asks nothing
  await signIn(page, '/docs');
  const asked: string[] = [];
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/trpc/**', async (route) => {
    const path = new URL(route.request().url()).pathname;
    asked.push(path);
    if (path.endsWith('/session.current')) await answered;
    await route.continue();
  });
  await page.goto('/admin/secret-store');
  await expect(page.getByRole('heading', { name: 'Secret providers' })).toBeVisible();
  // React has taken over the HTML
  await page.waitForFunction(() =>
    Object.keys(document.querySelector('h1') ?? {}).some((key) => key.startsWith('__react')),
  );
  await expect(page.getByRole('button', { name: 'New Provider' })).toHaveCount(0);
  await expect(page.getByText('Only administrators can open this page')).toHaveCount(0);
  expect(asked.filter((path) => !path.endsWith('/session.current'))).toEqual([]);
  answer();
  await expect(page.getByRole('button', { name: 'New Provider' })).toBeVisible();
  await expect(page.getByText('Internal Secret Provider').first()).toBeVisible();
});
